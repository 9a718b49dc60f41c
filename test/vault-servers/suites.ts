import { execFileSync } from 'node:child_process';
import { relative } from 'node:path';
import { ROOT } from '../package/packed-library';

export const JEST = require.resolve('jest/bin/jest');

/** Starts the demonstration as a program of its own, where Jest sees no import. */
const DEMONSTRATION = 'test/package/demo.test.ts';

/** The test files that speak to a Vault: those that import the embedded one, over whatever other files, and the demonstration. */
export function vaultSuites(): string[] {
  const options = ['--listTests', '--findRelatedTests', 'test/emulators/embedded-vault.ts'];
  const importing = execFileSync(process.execPath, [JEST, ...options], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  return [...importing.map((path) => relative(ROOT, path)), DEMONSTRATION].sort();
}
