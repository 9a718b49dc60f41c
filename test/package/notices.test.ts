import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './packed-library';
import { run } from '../emulators/child-process';

/*
 * The package has no file of third-party notices, since it holds nothing of third parties. Who bundles something of others adds
 * their notices to the package first, and then says here which package it is.
 */

/** The files of which esbuild makes the handler, by the very command that makes it. */
async function bundled(...options: string[]): Promise<string[]> {
  const { tasks } = JSON.parse(readFileSync(join(ROOT, '.projen/tasks.json'), 'utf8'));
  const [{ exec }] = tasks['bundle:handler'].steps;
  const folder = mkdtempSync(join(tmpdir(), 'notices-'));
  try {
    await run('npx', ['-c', [exec, `--outfile=${folder}/index.js`, `--metafile=${folder}/meta.json`, ...options].join(' ')], { cwd: ROOT });
    return Object.keys(JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')).inputs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('nothing of third parties is bundled, so that there is nothing to give notice of', async () => {
  const files = await bundled();

  expect(files).toContain('src/vault/handler/configure-vault.lambda.ts');
  expect(files.filter((file) => !file.startsWith('src/'))).toEqual([]);
}, 60_000);

test('a bundled package would be seen', async () => {
  expect(await bundled('--inject:node_modules/semver/functions/valid.js')).toContain('node_modules/semver/functions/valid.js');
}, 60_000);
