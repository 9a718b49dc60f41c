import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packed-library';

/* What Construct Hub, npm, PyPI, Maven Central and pkg.go.dev make their pages of. */

const BROWSE = 'https://github.com/cdk-zenml-secrets-store/cdk-zenml-secrets-store';
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const targets = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);

test('the links of the README are absolute, as it is shown away from the repository', () => {
  expect(targets.length).toBeGreaterThan(20);
  expect(targets.filter((target) => !/^(https:\/\/|#)/.test(target))).toEqual([]);
});

test('what the README links to in the repository is there', () => {
  const paths = targets.filter((target) => target.startsWith(`${BROWSE}/`)).map((target) => target.replace(/^.*?\/(blob|tree)\/main\//, '').replace(/#.*/, ''));

  expect(paths).toContain('docs/vault.md');
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test.each([
  ['python', 'python/app.py'],
  ['java', 'java/src/main/java/com/example/ZenmlApp.java'],
  ['go', 'go/main.go'],
  ['csharp', 'csharp/Program.cs'],
])('the ten lines in %s are those of the example', (fence, example) => {
  const [, lines] = readme.match(new RegExp(`^\`\`\`${fence}\\n([^]*?)^\`\`\`$`, 'm'))!;

  expect(lines).toBe(readFileSync(join(ROOT, 'examples/aws-secrets-store', example), 'utf8'));
});

test('Construct Hub finds what it reads', () => {
  expect(manifest).toMatchObject({
    name: 'cdk-zenml-secrets-store',
    keywords: expect.arrayContaining(['aws', 'awscdk', 'cdk']),
    license: 'Apache-2.0',
    author: { name: expect.any(String), url: expect.stringMatching(/^https:/), organization: true },
    repository: { type: 'git', url: `${BROWSE}.git` },
    stability: 'experimental',
  });
  expect(Object.keys(manifest.jsii.targets)).toEqual(['java', 'python', 'dotnet', 'go']);
});
