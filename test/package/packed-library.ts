import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from '../emulators/child-process';

export const ROOT = resolve(__dirname, '../..');
/** Where it is installed: for the examples, and for the app that only the demonstration has. */
const INSTALLED = ['examples', 'demo'].map((folder) => join(ROOT, folder, 'node_modules'));
const BUILT_FROM = ['src', 'package.json', 'README.md'];

/** Whether the library must be compiled, because it never was or because its sources are newer. */
export function isStale(): boolean {
  const built = join(ROOT, '.jsii');
  return !existsSync(built) || BUILT_FROM.some((source) => newest(join(ROOT, source)) > statSync(built).mtimeMs);
}

export async function compile(signal?: AbortSignal) {
  await run('npx', ['projen', 'compile'], { cwd: ROOT, signal });
}

/** Packs the compiled library as for npm, and installs the tarball where apps find it: what they run is what is published. */
export async function installPackage(signal?: AbortSignal) {
  const aside = mkdtempSync(join(tmpdir(), 'package-'));
  try {
    const [{ filename }] = JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', aside], { cwd: ROOT, signal }));
    // Without the assembly of jsii, which no app reads: jsii-docgen would find it, and take it for that of the library.
    await run('tar', ['-xzf', join(aside, filename), '-C', aside, '--exclude', 'package/.jsii'], { signal });
    for (const folder of INSTALLED) {
      const installed = join(folder, 'cdk-zenml-secrets-store');
      rmSync(installed, { recursive: true, force: true });
      cpSync(join(aside, 'package'), installed, { recursive: true });
    }
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function newest(path: string): number {
  const stat = statSync(path);
  return stat.isDirectory() ? Math.max(...readdirSync(path).map((name) => newest(join(path, name)))) : stat.mtimeMs;
}
