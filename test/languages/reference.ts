import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Language } from './language';
import { run } from '../emulators/child-process';
import { ROOT } from '../package/packed-library';

/** That of TypeScript, API.md, is tested in test/package/. */
export function testReference({ name }: Language) {
  test('the reference of the API says what the code says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'api-'));
    try {
      await run('npx', ['jsii-docgen', '--language', name, '--output', join(folder, 'API.md')], { cwd: ROOT });

      expect(readFileSync(join(ROOT, `docs/api/API.${name}.md`), 'utf8')).toBe(readFileSync(join(folder, 'API.md'), 'utf8'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 300_000);
}
