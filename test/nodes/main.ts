import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from '../package/packed-library';

/* npm run test:node20 and the others. Node.js comes from npm, and is put before any other in the path. */

const FOLDER = join(ROOT, '.cache/nodes');

function main(major: string, jestArgs: string[]) {
  const bin = join(FOLDER, `node_modules/node${major}-${process.platform}-${process.arch}/bin`);
  mkdirSync(FOLDER, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    copyFileSync(join(__dirname, file), join(FOLDER, file));
  }
  copyFileSync(join(ROOT, '.npmrc'), join(FOLDER, '.npmrc'));
  step('install Node.js', 'npm', ['ci'], FOLDER);
  if (!existsSync(join(bin, 'node'))) {
    throw new Error(`test/nodes/package.json has no Node.js ${major} for ${process.platform} on ${process.arch}`);
  }

  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, NODE_MAJOR: major };
  step(`unit tests on Node.js ${major}`, 'npm', ['run', 'test:unit', '--', ...jestArgs], ROOT, env);
}

function step(what: string, command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = process.env) {
  console.log(`\n${what}: ${command} ${args.join(' ')}`);
  const { status } = spawnSync(command, args, { cwd, env, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`FAILED: ${what}`);
    process.exit(status ?? 1);
  }
}

main(process.argv[2], process.argv.slice(3));
