import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './packed-library';
import { run } from '../emulators/child-process';

test('API.md says what the code says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'api-'));
  try {
    await run('npx', ['jsii-docgen', '--output', join(folder, 'API.md')], { cwd: ROOT });

    expect(readFileSync(join(ROOT, 'API.md'), 'utf8')).toBe(readFileSync(join(folder, 'API.md'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);

test('the snippets of README and docstrings compile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rosetta-'));
  try {
    await run('npx', ['jsii-rosetta', 'extract', '--strict', '--compile', '--fail', '--output', join(folder, 'tablet.json'), '.'], { cwd: ROOT });
    const { snippets } = JSON.parse(readFileSync(join(folder, 'tablet.json'), 'utf8'));

    expect(Object.keys(snippets).length).toBeGreaterThan(10);
    expect(Object.values<any>(snippets).filter(({ didCompile }) => didCompile !== true)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
