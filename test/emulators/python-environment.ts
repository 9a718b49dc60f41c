import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { run } from './child-process';

const CACHE = resolve(__dirname, '../../.cache/python');
const OLDEST_PYTHON = [3, 10];

/**
 * The interpreter of a virtual environment with exactly the packages of a hash-pinned requirements file. It is installed on
 * first use and kept; another file, or the same with other contents, gets an environment of its own.
 */
export async function pythonEnvironment(requirements: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const home = join(CACHE, hash);
  const python = join(home, 'bin', 'python');
  if (!existsSync(python)) {
    await install(requirements, home, signal);
  }
  return python;
}

/** Installs aside and renames, so that an interrupted or a simultaneous installation is never taken for a complete one. */
async function install(requirements: string, home: string, signal?: AbortSignal) {
  await assertPython();
  mkdirSync(dirname(home), { recursive: true });
  const aside = mkdtempSync(`${home}.`);
  try {
    await run('python3', ['-m', 'venv', aside], { signal });
    const options = ['--quiet', '--disable-pip-version-check', '--require-hashes', '-r', requirements];
    await run(join(aside, 'bin', 'python'), ['-m', 'pip', 'install', ...options], { signal });
    if (!existsSync(home)) {
      renameSync(aside, home);
    }
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

async function assertPython() {
  const wanted = OLDEST_PYTHON.join('.');
  const found = await run('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']).catch((error) => {
    throw new Error(`python3 could not be run (${error.message}). Install Python ${wanted} or later, with its venv module.`);
  });
  const [major, minor] = found.trim().split('.').map(Number);
  if (major < OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor < OLDEST_PYTHON[1])) {
    throw new Error(`python3 is ${found.trim()}, but the embedded AWS needs ${wanted} or later.`);
  }
}
