import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from '../emulators/child-process';
import { ROOT } from '../package/packed-library';

const HANDLER = 'assets/configure-vault/index.js';

/** What a wheel or a jar holds, in a folder. Node.js reads no zip files, but Python does. */
export async function unzipped(archive: string): Promise<string> {
  const folder = join(ROOT, '.cache/languages/unzipped', basename(archive));
  rmSync(folder, { recursive: true, force: true });
  await run('python3', ['-m', 'zipfile', '-e', archive, folder]);
  return folder;
}

export async function hashOfPackedHandler(tarball: string): Promise<string> {
  return sha256(await run('tar', ['-xzOf', tarball, `package/${HANDLER}`]));
}

export function hashOfBuiltHandler(): string {
  return sha256(readFileSync(join(ROOT, HANDLER), 'utf8'));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
