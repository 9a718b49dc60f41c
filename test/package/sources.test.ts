import { ROOT } from './packed-library';
import { run } from '../emulators/child-process';

test('eslint finds nothing', async () => {
  const folders = ['src', 'lambda', 'cli', 'test', 'projenrc', 'demo', 'benchmark', 'templates', 'examples', '.projenrc.ts'];
  expect(await run('npx', ['eslint', '--ext', '.ts', '--no-error-on-unmatched-pattern', '--max-warnings', '0', ...folders], {
    cwd: ROOT,
    env: { ...process.env, ESLINT_USE_FLAT_CONFIG: 'false', NODE_NO_WARNINGS: '1' },
  })).toBe('');
}, 120_000);

test.each(['lambda', 'cli', 'test', 'demo', 'benchmark', 'templates', 'projenrc'])('types are right in %s/', async (folder) => {
  expect(await run('npx', ['tsc', '--noEmit', '--project', folder], { cwd: ROOT })).toBe('');
}, 120_000);
