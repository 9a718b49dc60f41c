import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './packed-library';
import { Metafile, notices, packagesOf } from '../../projenrc/notices';
import { run } from '../emulators/child-process';

/*
 * What is bundled of third parties is given notice of: nothing in the handler, and in the command what is in the file beside it.
 */

/** What esbuild says of a bundle that it makes by the very command of a task. */
async function bundle(task: string, ...options: string[]): Promise<Metafile> {
  const { tasks } = JSON.parse(readFileSync(join(ROOT, '.projen/tasks.json'), 'utf8'));
  const [{ exec }] = tasks[task].steps;
  const folder = mkdtempSync(join(tmpdir(), 'notices-'));
  try {
    const elsewhere = exec.includes('--outdir') ? `--outdir=${folder}` : `--outfile=${folder}/index.js`;
    await run('npx', ['-c', [exec, elsewhere, `--metafile=${folder}/meta.json`, ...options].join(' ')], { cwd: ROOT });
    return JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('nothing of third parties is bundled into the handler, so that there is nothing to give notice of', async () => {
  const metafile = await bundle('bundle:lambda');

  expect(Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs))).toContain('lambda/configure-vault/index.ts');
  expect([...packagesOf(metafile).keys()]).toEqual([]);
}, 60_000);

test('a bundled package would be seen', async () => {
  expect([...packagesOf(await bundle('bundle:lambda', '--inject:node_modules/semver/functions/valid.js')).keys()]).toEqual(['semver']);
}, 60_000);

test('the command bundles what its notices name, with the texts of their licences', async () => {
  const packages = packagesOf(await bundle('bundle:cli'));
  const text = readFileSync(join(ROOT, 'assets/check/THIRD-PARTY-NOTICES'), 'utf8');

  expect(text).toBe(notices(packages));
  for (const [name, folder] of packages) {
    const { version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
    expect(text).toContain(`\n${name} ${version} (${license})\n`);
    expect(['Apache-2.0', 'MIT', '0BSD', 'ISC', 'BSD-3-Clause']).toContain(license);
  }
  expect([...packages.keys()]).toContain('@aws-sdk/client-iam');
  expect(text.split('='.repeat(78)).slice(1).filter((part) => !/licen[cs]e/i.test(part.split('\n\n').slice(1).join()))).toEqual([]);
}, 60_000);
