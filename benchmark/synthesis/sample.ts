import { synthesize } from './app';
import { Variant } from './variant';

/*
 * `node --import tsx sample.ts <stores> <rounds>` prints, as JSON, the milliseconds of each synthesis of both variants. They take
 * turns in one process, and swap places in every second round, so that whatever the machine does meanwhile meets both alike.
 */

export type Samples = { readonly [variant in Variant]: number[] };

function main(stores: number, rounds: number) {
  // tsx turns source maps on, under which a stack trace costs many times what it does in compiled code.
  process.setSourceMapsEnabled(false);

  const samples: Samples = { 'hand-written': [], 'library': [] };
  const variants: Variant[] = ['hand-written', 'library'];
  // aws-cdk-lib loads most of its modules on first use, which is no part of what is measured.
  variants.forEach((variant) => synthesize(variant, Math.min(stores, 100), () => undefined));
  for (let round = 0; round < rounds; round++) {
    for (const variant of round % 2 === 0 ? variants : [...variants].reverse()) {
      samples[variant].push(synthesize(variant, stores, () => undefined).milliseconds);
    }
  }
  console.log(JSON.stringify(samples));
}

main(Number(process.argv[2]), Number(process.argv[3]));
