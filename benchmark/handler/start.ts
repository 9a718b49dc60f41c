import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a process of its own prints: how long `require` took, by its own clock. */
const REQUIRE = 'const start = performance.now(); require(process.argv[1]); console.log(performance.now() - start)';

type Variant = 'empty' | 'bundle';

/** Milliseconds, each of them one for each round. */
export interface Starts {
  /** Of `require` alone. */
  readonly load: { readonly [variant in Variant]: number[] };
  /** Of the process, from its start until it has ended. */
  readonly process: { readonly [variant in Variant]: number[] };
}

/**
 * How long it takes until the handler may be called, and how long if it were empty. The two take turns, and swap places in every
 * second round, so that whatever the machine does meanwhile meets both alike.
 */
export function measureStarts(node: string, bundle: string, rounds: number): Starts {
  const folder = mkdtempSync(join(tmpdir(), 'benchmark-handler-'));
  try {
    const empty = join(folder, 'index.js');
    writeFileSync(empty, 'exports.handler = async () => {};\n');
    const files = { empty, bundle };
    const variants: Variant[] = ['empty', 'bundle'];
    const starts: Starts = { load: { empty: [], bundle: [] }, process: { empty: [], bundle: [] } };
    // The files come from the disk only once, which is no part of what is measured.
    variants.forEach((variant) => start(node, files[variant]));
    for (let round = 0; round < rounds; round++) {
      for (const variant of round % 2 === 0 ? variants : [...variants].reverse()) {
        const { load, whole } = start(node, files[variant]);
        starts.load[variant].push(load);
        starts.process[variant].push(whole);
      }
    }
    return starts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(node: string, file: string): { readonly load: number; readonly whole: number } {
  const begin = performance.now();
  // Nothing is inherited that would have Node.js load more than it has to.
  const { status, stdout, stderr, error } = spawnSync(node, ['-e', REQUIRE, file], { encoding: 'utf8', env: { PATH: process.env.PATH } });
  const whole = performance.now() - begin;
  if (status !== 0) {
    throw error ?? new Error(`${node} ended with ${status}:\n${stderr}`);
  }
  return { load: Number(stdout), whole };
}
