import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compareVersions, FLOOR, isInRange, NEWEST, RANGES } from './peers';
import { ROOT } from '../package/packed-library';
import { copyWorkingTree } from '../working-tree';

/*
 * npm run test:peers. The newest peers are installed in a folder, and the sources copied into a folder in it. So whatever the sources
 * import finds the newest peers, and so do the peers themselves and cdk-nag; the compiler, jest and all else is found further up, in
 * the node_modules of the clone.
 */

const NEWEST_FOLDER = join(ROOT, '.cache/newest');
const COPY = join(NEWEST_FOLDER, 'sources');

function main(jestArgs: string[]) {
  step('the floor is what is installed', 'npx', ['jest', '--ci', 'test/peers'], ROOT, { UNIT_TESTS_ONLY: 'true' });

  mkdirSync(NEWEST_FOLDER, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    copyFileSync(join(__dirname, 'newest', file), join(NEWEST_FOLDER, file));
  }
  copyFileSync(join(ROOT, '.npmrc'), join(NEWEST_FOLDER, '.npmrc'));
  rmSync(COPY, { recursive: true, force: true });
  step('install the newest', 'npm', ['ci'], NEWEST_FOLDER);
  copyWorkingTree(COPY);

  step('types of src/ with the newest', 'npx', ['tsc', '--noEmit', '--project', '.'], COPY);
  step('types of test/ with the newest', 'npx', ['tsc', '--noEmit', '--project', 'test'], COPY);
  step('unit tests with the newest', 'npm', ['run', 'test:unit', '--', ...jestArgs.map(fromRoot)], COPY, { PEERS: 'newest' });

  for (const peer of Object.keys(RANGES)) {
    console.log(`${peer} ${RANGES[peer]}: ${FLOOR[peer]} is the floor, ${NEWEST[peer]} was tested as the newest${aside(peer)}`);
  }
}

/** A newer one is no failure, as it came without a change of this repository. */
function aside(peer: string): string {
  const view = ['view', `${peer}@${RANGES[peer]}`, 'version', '--json', '--fetch-retries=0'];
  const { stdout, status } = spawnSync('npm', view, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) {
    return '. The registry did not say whether there is a newer one';
  }
  const newer = [JSON.parse(stdout)].flat()
    .filter((version) => isInRange(version, RANGES[peer]) && compareVersions(version, NEWEST[peer]) > 0)
    .sort(compareVersions);
  return newer.length === 0
    ? ''
    : `. The registry has a newer one, NOT TESTED: ${newer.at(-1)}. See CONTRIBUTING.md on how to raise it`;
}

/** The tests run in another folder than the one that a relative path was meant for. */
function fromRoot(arg: string): string {
  return arg.replace(/^(--outputFile=)(.+)$/, (_, option, file) => option + resolve(ROOT, file));
}

function step(what: string, command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  console.log(`\n${what}: ${command} ${args.join(' ')}`);
  const { status } = spawnSync(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`FAILED: ${what}`);
    process.exit(status ?? 1);
  }
}

main(process.argv.slice(2));
