import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './packed-library';
import { run } from '../emulators/child-process';
import { copyWorkingTree } from '../working-tree';

/* Who builds the sources of a release gets the tarball of the release, byte by byte: SECURITY.md says how to compare them. */

interface Built {
  readonly tarball: string;
  readonly handler: string;
}

/** Builds a copy of the sources, as the release does, at a place, a time and in a time zone of its own. */
async function build(folder: string, modified: Date, timeZone: string): Promise<Built> {
  copyWorkingTree(folder).forEach((file) => utimesSync(file, modified, modified));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));

  const options = { cwd: folder, env: { ...process.env, TZ: timeZone } };
  await run('npx', ['projen', 'compile'], options);
  await run('npx', ['projen', 'package:js'], options);

  const [tarball, ...others] = readdirSync(join(folder, 'dist/js'));
  expect(others).toEqual([]);
  return { tarball: sha256(join(folder, 'dist/js', tarball)), handler: sha256(join(folder, 'assets/configure-vault/index.js')) };
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

test('two builds at different places and times are the same, byte by byte', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reproducible-')));
  try {
    const [first, second] = await Promise.all([
      build(join(folder, 'one'), new Date('2001-01-01T00:00:00Z'), 'UTC'),
      // As deep as the first: both use the packages of this clone, whose relative path goes into the bills of materials, as a hash.
      build(join(folder, 'another'), new Date(), 'Asia/Kolkata'),
    ]);

    expect(second).toEqual(first);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 180_000);
