import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './package/packed-library';

/** Copies what a commit of this moment would hold: the tracked files and the new ones, as they are on disk. Returns the copies. */
export function copyWorkingTree(to: string): string[] {
  rmSync(to, { recursive: true, force: true });
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'], {
    cwd: ROOT, encoding: 'utf8',
  });
  return files.split('\0').filter((name) => name !== '' && existsSync(join(ROOT, name))).map((name) => {
    cpSync(join(ROOT, name), join(to, name));
    return join(to, name);
  });
}
