import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packed-library';
import { run } from '../emulators/child-process';

/* The snippets of the guides, which are no part of the package, so that jsii-rosetta does not see them. */

const SCRATCH = join(ROOT, '.cache');
const FIXTURE = readFileSync(join(ROOT, 'rosetta/default.ts-fixture'), 'utf8');

test.each([
  ['docs/vault.md', 6], ['docs/vault/ownership.md', 2], ['docs/gcp.md', 3], ['docs/azure.md', 2],
])('the snippets of %s compile', async (guide, least) => {
  const snippets = [...readFileSync(join(ROOT, guide), 'utf8').matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, snippet]) => snippet);
  expect(snippets.length).toBeGreaterThanOrEqual(least);

  mkdirSync(SCRATCH, { recursive: true });
  const folder = mkdtempSync(join(SCRATCH, 'snippets-'));
  try {
    snippets.forEach((snippet, index) => {
      // As jsii-rosetta does it: imports and declarations belong to the top of the file.
      const declarations = snippet.match(/^(declare|import) .*$/gm) ?? [];
      const rest = snippet.replace(/^(declare|import) .*$/gm, '');
      writeFileSync(join(folder, `${index}.ts`), [FIXTURE.replace('/// here', () => rest), ...declarations].join('\n'));
    });
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
      compilerOptions: {
        noEmit: true,
        strict: true,
        skipLibCheck: true,
        target: 'ES2022',
        module: 'node16',
        types: ['node'],
        paths: { 'cdk-zenml-secrets-store': ['../../lib'] },
      },
    }));
    expect(await run('npx', ['tsc', '--project', folder], { cwd: ROOT })).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
