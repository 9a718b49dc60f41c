import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vaultSuites } from './suites';
import { Column, outcomesOf, problemsOf, table } from './table';
import { VAULT_SERVERS, vaultServer } from '../emulators/vault-server';
import { ROOT } from '../package/packed-library';

/** The files of a folder, by their paths from the root, and their texts. */
function sources(folder: string): [string, string][] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => [join(folder, name), readFileSync(join(ROOT, folder, name), 'utf8')]);
}

const pathsOf = (files: [string, string][]) => files.map(([path]) => path).sort();

describe('the suites that speak to a Vault', () => {
  const suites = vaultSuites();

  test('include each that asks for one in its own text', () => {
    const asking = sources('test').filter(([path, text]) => path.endsWith('.test.ts') && /^const \w+ = useEmbeddedVault\(/m.test(text));

    expect(asking.length).toBeGreaterThan(20);
    expect(pathsOf(asking).filter((path) => !suites.includes(path))).toEqual([]);
  });

  test('include each that starts a program which starts one', () => {
    const starting = ['demo', 'benchmark', 'test', 'cli', 'examples'].flatMap(sources)
      .filter(([path, text]) => !path.endsWith('.test.ts') && /new EmbeddedVault\(/.test(text));
    expect(pathsOf(starting)).toEqual([
      'benchmark/deployment/servers.ts', 'benchmark/handler/events.ts', 'demo/main.ts', 'test/emulators/use-embedded-vault.ts',
    ]);

    const programs = sources('test').filter(([path, text]) => path.endsWith('.test.ts') && /'run', '(demo|benchmark)/.test(text));
    expect(pathsOf(programs)).toEqual(['test/package/demo.test.ts']);
    expect(suites).toContain('test/package/demo.test.ts');
  });

  test('are without those that speak to AWS only', () => {
    expect(suites).not.toContain('test/deploy/iam-matrix.test.ts');
  });
});

test('an unknown server is refused with the names of those that there are', () => {
  expect(() => vaultServer('vault')).toThrow(
    `VAULT_SERVER is "vault". Choose one of ${Object.keys(VAULT_SERVERS).join(', ')}`,
  );
});

describe('the table', () => {
  const assertion = (status: string, fullName: string) => ({ status, fullName });
  const results = (...assertionResults: ReturnType<typeof assertion>[]) => ({
    testResults: [{ name: '/clone/a.test.ts', status: 'passed', assertionResults }],
  });
  const columns = (...all: ReturnType<typeof results>[]): Column[] => all.map((one, index) => ({
    server: `server-${index}`, version: `v${index}`, outcomes: outcomesOf(one, (path) => path.replace('/clone/', '')),
  }));

  test('has the servers beside each other', () => {
    const two = columns(
      results(assertion('passed', 'x'), assertion('passed', 'y')),
      results(assertion('failed', 'x'), assertion('pending', 'y (left out: the server has no such thing)')),
    );

    expect(table(['a.test.ts'], two)).toBe([
      '| Passed / failed / left out | server-0: v0 | server-1: v1 |',
      '| --- | --- | --- |',
      '| a.test.ts | 2 / 0 / 0 | 0 / 1 / 1 |',
      '| all | 2 / 0 / 0 | 0 / 1 / 1 |',
      '',
      'Left out:',
      '',
      '* server-1: y (left out: the server has no such thing)',
      '',
    ].join('\n'));
    expect(problemsOf(['a.test.ts'], two)).toEqual(['server-1, a.test.ts, failed: x']);
  });

  test('of what passed has no problems', () => {
    const one = columns(results(assertion('passed', 'x')));

    expect(table(['a.test.ts'], one)).toContain('Nothing was left out.');
    expect(problemsOf(['a.test.ts'], one)).toEqual([]);
  });

  test.each<[string, ReturnType<typeof results>, string]>([
    ['a test that is left out', results(assertion('passed', 'x'), assertion('pending', 'y')), 'left out without a reason: y'],
    ['a suite of which nothing was run', results(assertion('pending', 'y')), 'nothing was run'],
    ['a suite that was not reported', { testResults: [] }, 'nothing was run'],
    ['a file that does not load', { testResults: [{ name: '/clone/a.test.ts', status: 'failed', assertionResults: [] }] }, 'file itself'],
  ])('counts %s as a problem', (_, one, problem) => {
    expect(problemsOf(['a.test.ts'], columns(one))).toEqual([expect.stringContaining(problem)]);
  });
});
