import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compile, isStale, ROOT } from './packed-library';

/*
 * npx projen compat. Compares the API with that of the last release: the newest tag before this commit, not what a registry holds, so
 * that it works before the first publication and without a network.
 */

const RELEASES = join(ROOT, '.cache/released-api');

async function main() {
  // A tag of this very commit is the release that is being made, and not the one before.
  const own = (git('tag', '--points-at', 'HEAD') ?? '').split('\n').filter((name) => name !== '').map((name) => `--exclude=${name}`);
  const tag = git('describe', '--tags', '--abbrev=0', '--match=v*', ...own);
  if (tag === undefined) {
    console.log(git('rev-parse', '--is-shallow-repository') === 'true'
      ? 'NOT COMPARED: this clone is shallow and holds no tag v*, so the last release is not known. '
        + 'To compare with it, run git fetch --unshallow --tags'
      : 'There is no release (tag v*) to compare the API with');
    return;
  }
  const released = assemblyOf(tag);
  if (isStale()) {
    await compile();
  }
  console.log(`The API compared with that of ${tag}:`);
  // All of this library is experimental, which jsii-diff by default only warns of. Whoever uses it is broken all the same, so a
  // change is either compatible or written down in .compatignore.
  const options = ['--error-on=all', '--keys', '--ignore-file', join(ROOT, '.compatignore')];
  process.exitCode = step('npx', ['jsii-diff', released, ROOT, ...options], ROOT);
  if (process.exitCode === 0) {
    console.log('nothing that breaks its users');
  }
}

/** Compiles the release, once, with the compiler of today and the packages of this clone, which are found further up. */
function assemblyOf(tag: string): string {
  const folder = join(RELEASES, git('rev-parse', `${tag}^{commit}`)!);
  if (!existsSync(join(folder, '.jsii'))) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const archive = execFileSync('git', ['archive', tag], { cwd: ROOT, maxBuffer: Infinity });
    execFileSync('tar', ['-x'], { cwd: folder, input: archive });
    if (step('npx', ['jsii', '--silence-warnings=reserved-word'], folder) !== 0) {
      throw new Error(`${tag} does not compile`);
    }
  }
  return folder;
}

function step(command: string, args: string[], cwd: string): number {
  return spawnSync(command, args, { cwd, stdio: 'inherit' }).status ?? 1;
}

/** What git answers, or undefined if it has no answer. */
function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
