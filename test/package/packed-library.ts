import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from '../emulators/child-process';

export const ROOT = resolve(__dirname, '../..');
const INSTALLED = join(ROOT, 'examples/node_modules');
const BUILT_FROM = ['src', 'package.json', 'README.md'];

/** Whether the library must be compiled, because it never was or because its sources are newer. */
export function isStale(): boolean {
  const built = join(ROOT, '.jsii');
  return !existsSync(built) || BUILT_FROM.some((source) => newest(join(ROOT, source)) > statSync(built).mtimeMs);
}

export async function compile(signal?: AbortSignal) {
  await run('npx', ['projen', 'compile'], { cwd: ROOT, signal });
}

/** Packs the compiled library as for npm, and installs the tarball where the examples find it: what they run is what is published. */
export async function installForExamples(signal?: AbortSignal) {
  mkdirSync(INSTALLED, { recursive: true });
  const aside = mkdtempSync(join(INSTALLED, '.'));
  try {
    const [{ filename }] = JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', aside], { cwd: ROOT, signal }));
    // Without the assembly of jsii, which no app reads: jsii-docgen would find it, and take it for that of the library.
    await run('tar', ['-xzf', join(aside, filename), '-C', aside, '--exclude', 'package/.jsii'], { signal });
    const installed = join(INSTALLED, 'cdk-zenml-secrets-store');
    rmSync(installed, { recursive: true, force: true });
    renameSync(join(aside, 'package'), installed);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function newest(path: string): number {
  const stat = statSync(path);
  return stat.isDirectory() ? Math.max(...readdirSync(path).map((name) => newest(join(path, name)))) : stat.mtimeMs;
}
