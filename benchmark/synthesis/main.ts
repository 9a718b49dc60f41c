import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { synthesize } from './app';
import type { Samples } from './sample';
import { compile, isStale } from '../../test/package/packed-library';
import { quantile } from '../statistics';

const BAR = 1.05;
const ROUNDS = new Map([[1, 150], [10, 60], [100, 16], [1000, 8]]);

interface Row {
  readonly stores: number;
  readonly handWritten: number;
  readonly library: number;
  readonly ratio: number;
  readonly spread: string;
}

async function main() {
  if (isStale()) {
    console.log('Compiling the library');
    await compile();
  }
  assertEqualTemplates();

  const rows = [...ROUNDS].map(([stores, rounds]) => measure(stores, rounds));
  console.log('\nstores  hand-written ms  library ms  ratio  (of neighbours)  library ms a store');
  for (const { stores, handWritten, library, ratio, spread } of rows) {
    console.log([
      String(stores).padStart(6), handWritten.toFixed(1).padStart(16), library.toFixed(1).padStart(11), ratio.toFixed(3).padStart(6),
      spread.padEnd(16), (library / stores).toFixed(2).padStart(18),
    ].join(' '));
  }

  const [hundred, thousand] = [100, 1000].map((size) => rows.find(({ stores }) => stores === size)!);
  const growth = (row: 'library' | 'handWritten') => ((thousand[row] / 1000) / (hundred[row] / 100)).toFixed(2);
  console.log(`\nA store in an app of 1,000 takes ${growth('library')} times what it takes in one of 100 `
    + `(hand-written: ${growth('handWritten')}).`);
  const verdicts = rows.map(({ stores, ratio }) => `${stores} ${ratio <= BAR ? 'met' : 'not met'}`);
  console.log(`The bar is a ratio of ${BAR}: ${verdicts.join(', ')}.`);
}

/** Only like is compared with like. */
function assertEqualTemplates() {
  const [byHand, byLibrary] = (['hand-written', 'library'] as const).map((variant) =>
    synthesize(variant, 60, (assembly) => assembly.stacks.map(({ template }) => template)).result);
  if (!isDeepStrictEqual(byHand, byLibrary)) {
    throw new Error('The templates of the two variants differ, so their times cannot be compared.');
  }
  console.log('The templates of both variants are equal.');
}

/** A process for each size: no size inherits the heap of another. */
function measure(stores: number, rounds: number): Row {
  const output = execFileSync(process.execPath, ['--import', 'tsx', join(__dirname, 'sample.ts'), String(stores), String(rounds)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const samples: Samples = JSON.parse(output);
  // Whatever else the machine does can only add time, so the fastest round of each is the one least disturbed.
  const handWritten = Math.min(...samples['hand-written']);
  const library = Math.min(...samples.library);
  const ratios = samples.library.map((milliseconds, round) => milliseconds / samples['hand-written'][round]);
  return {
    stores,
    handWritten,
    library,
    ratio: library / handWritten,
    spread: `(${quantile(ratios, 0.25).toFixed(3)}-${quantile(ratios, 0.75).toFixed(3)})`,
  };
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
