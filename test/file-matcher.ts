import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { ROOT } from './package/packed-library';

declare global {
  namespace jest {
    interface Matchers<R> {
      /** Whether the file holds this value as JSON; `jest -u` writes it. */
      toEqualJsonFile(file: string): R;
    }
  }
}

/** As for snapshots, `jest -u` asks for it. Jest keeps that in a private field: should it move, the files are only compared. */
export function mayUpdateFiles(): boolean {
  const { snapshotState } = expect.getState() as { snapshotState?: { _updateSnapshot?: string } };
  return snapshotState?._updateSnapshot === 'all';
}

expect.extend({
  toEqualJsonFile(value: unknown, file: string) {
    const actual = `${JSON.stringify(value, sortKeys, 2)}\n`;
    if (mayUpdateFiles()) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, actual);
    }
    const expected = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const name = relative(ROOT, file);
    const test = relative(ROOT, this.testPath!);
    return {
      pass: actual === expected,
      message: () => `${name} differs. To rewrite it, run: npx jest -u ${test}\n\n${this.utils.diff(expected, actual, { expand: false })}`,
    };
  },
});

/** In templates the order of keys says nothing. */
function sortKeys(_key: string, value: unknown) {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}
