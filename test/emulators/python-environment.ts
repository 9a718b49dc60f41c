import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const CACHE = resolve(__dirname, '../../.cache/python');
const OLDEST_PYTHON = [3, 10];

/**
 * The interpreter of a virtual environment with exactly the packages of a hash-pinned requirements file. It is installed on
 * first use and kept; another file, or the same with other contents, gets an environment of its own.
 */
export function pythonEnvironment(requirements: string): string {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const home = join(CACHE, hash);
  const python = join(home, 'bin', 'python');
  if (!existsSync(python)) {
    install(requirements, home);
  }
  return python;
}

/** Installs aside and renames, so that an interrupted or a simultaneous installation is never taken for a complete one. */
function install(requirements: string, home: string) {
  demandPython();
  mkdirSync(dirname(home), { recursive: true });
  const aside = mkdtempSync(`${home}.`);
  try {
    run('python3', '-m', 'venv', aside);
    run(join(aside, 'bin', 'python'), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', requirements);
    if (!existsSync(home)) {
      renameSync(aside, home);
    }
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function demandPython() {
  const wanted = OLDEST_PYTHON.join('.');
  let found: string;
  try {
    found = execFileSync('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { encoding: 'utf8' }).trim();
  } catch (error) {
    throw new Error(`python3 could not be run (${(error as Error).message}). Install Python ${wanted} or later, with its venv module.`);
  }
  const [major, minor] = found.split('.').map(Number);
  if (major < OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor < OLDEST_PYTHON[1])) {
    throw new Error(`python3 is ${found}, but the embedded AWS needs ${wanted} or later.`);
  }
}

function run(command: string, ...args: string[]) {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout ?? ''}${stderr ?? (error as Error).message}`);
  }
}
