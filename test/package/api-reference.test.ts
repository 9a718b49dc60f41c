import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './packed-library';
import { LANGUAGES, leftovers } from './translations';
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

describe('the snippets of README and docstrings', () => {
  let snippets: any[];

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rosetta-'));
    try {
      const options = ['--strict', '--compile', '--fail', '--output', join(folder, 'tablet.json')];
      await run('npx', ['jsii-rosetta', 'extract', ...options, '.'], { cwd: ROOT });
      snippets = Object.values(JSON.parse(readFileSync(join(folder, 'tablet.json'), 'utf8')).snippets);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);

  test('compile', () => {
    expect(snippets.length).toBeGreaterThan(10);
    expect(snippets.filter(({ didCompile }) => didCompile !== true)).toEqual([]);
  });

  test.each(LANGUAGES)('are translated to %s, in all their lines', (language) => {
    // Whether the translation compiles is another question, which jsii-rosetta does not ask.
    const wrong = snippets.map(({ location, translations }) => ({ location, source: translations[language]?.source as string | undefined }))
      .filter(({ source }) => !source?.trim() || leftovers(language, source).length > 0)
      .map(({ location, source }) => ({ location, lines: source && leftovers(language, source) }));

    expect(wrong).toEqual([]);
  });
});

test.each([
  ['python', 'service = f"secretsmanager.{this.urlSuffix}"'],
  ['python', 'store.roleArn'],
  ['python', 'new Stack(app, "Stack");'],
  ['python', 'for ??? in names:'],
  ['java', 'store.role.grantAssumeRole(podRole);'],
  ['java', 'String suffix = this.urlSuffix;'],
  ['java', 'const names = List.of();'],
  ['csharp', 'var service = $"secretsmanager.{store.region}";'],
  ['csharp', 'names.forEach((name) => name);'],
  ['go', '#error#.Call()'],
  ['go', 'names := `${name}`'],
  ['go', '<ClassExpression class extends Stack'],
] as const)('%s that was not translated is seen: %s', (language, line) => {
  expect(leftovers(language, `first()\n${line}\n`)).toEqual([line]);
});

test.each([
  ['python', 'store.role.grant_assume_role("this.urlSuffix => text")'],
  ['python', 'store.role  # see this.urlSuffix'],
  ['java', 'store.getRole().grantAssumeRole(podRole);'],
  ['java', 'import software.amazon.awscdk.services.iam.*;'],
  ['csharp', 'store.Role.GrantAssumeRole(podRole, $"Store-{id}"); // store.role'],
  ['go', 'store.Role.GrantAssumeRole(podRole)'],
] as const)('%s that was translated is let pass: %s', (language, line) => {
  expect(leftovers(language, line)).toEqual([]);
});
