import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { run } from '../emulators/child-process';
import { ROOT } from '../package/packed-library';

/* Who may import whom is in dependencies.config.cjs. Each of its rules is shown to bite, in small trees of the same folders. */

const DEPENDENCY_CRUISER = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const CONFIG = join(__dirname, 'dependencies.config.cjs');

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

/** The violations in a tree, as "rule: from -> to". */
async function violations(tree: string): Promise<string[]> {
  const args = [DEPENDENCY_CRUISER, '--config', CONFIG, '--output-type', 'json', 'src', 'lambda', 'cli'];
  const { summary } = JSON.parse(await run(process.execPath, args, { cwd: tree, env: process.env }));
  return summary.violations.map(({ rule, from, to }: Violation) => `${rule.name}: ${from} -> ${to}`).sort();
}

test('the library, the function and the command keep to the rules', async () => {
  expect(await violations(ROOT)).toEqual([]);
});

/** Imports that keep to the rules. */
const ALLOWED: [from: string, to: string][] = [
  ['src/index.ts', 'src/aws/store.ts'],
  ['src/index.ts', 'src/vault/store.ts'],
  ['src/aws/store.ts', 'src/aws/private/keys.ts'],
  ['src/aws/store.ts', 'src/workspace-stacks/private/stacks.ts'],
  ['src/aws/store.ts', 'src/configuration/private/output.ts'],
  ['src/vault/store.ts', 'src/vault/private/server.ts'],
  ['src/vault/store.ts', 'src/vault/contract/properties.ts'],
  ['src/vault/private/server.ts', 'src/configuration/private/output.ts'],
  ['src/configuration/configuration.ts', 'src/gcp/options.ts'],
  ['src/gcp/options.ts', 'src/core/validation.ts'],
  ['src/core/validation.ts', 'aws-cdk-lib'],
  ['src/vault/contract/properties.ts', 'src/core/plain.ts'],
  ['lambda/function/index.ts', 'src/vault/contract/properties.ts'],
  ['cli/bin.ts', 'src/vault/contract/properties.ts'],
  ['cli/bin.ts', 'lambda/function/index.ts'],
  ['cli/bin.ts', '@aws-sdk/client-iam'],
  ['lambda/function/index.ts', 'node:crypto'],
  ['lambda/function/index.ts', '@aws-sdk/client-secrets-manager'],
];

/** Imports that break a rule, those of each rule from files of their own. */
const FORBIDDEN: [rule: string, from: string, to: string][] = [
  ['contract-only', 'lambda/function/a.ts', 'src/core/plain.ts'],
  ['contract-only', 'cli/a.ts', 'src/index.ts'],
  ['library-apart', 'src/aws/a.ts', 'lambda/function/index.ts'],
  ['library-apart', 'src/core/a.ts', 'cli/bin.ts'],
  ['function-apart', 'lambda/function/b.ts', 'cli/bin.ts'],
  ['contract-without-cdk', 'src/vault/contract/a.ts', 'constructs'],
  ['function-without-packages', 'src/vault/contract/a.ts', 'constructs'],
  ['contract-without-cdk', 'src/vault/contract/b.ts', 'aws-cdk-lib/aws-iam'],
  ['function-without-packages', 'src/vault/contract/b.ts', 'aws-cdk-lib/aws-iam'],
  ['contract-without-cdk', 'src/vault/contract/c.ts', 'src/core/validation.ts'],
  ['command-without-cdk', 'cli/b.ts', 'aws-cdk-lib'],
  ['function-without-packages', 'lambda/function/c.ts', 'semver'],
  ['function-without-packages', 'src/vault/contract/f.ts', 'semver'],
  ['sources-only', 'lambda/function/d.ts', 'test/helper.ts'],
  ['sources-only', 'src/aws/c.ts', 'lib/aws/store.ts'],
  ['has-a-floor', 'src/new-folder/a.ts', 'src/core/plain.ts'],
  ['no-import-up', 'src/core/b.ts', 'src/gcp/options.ts'],
  ['no-import-up', 'src/vault/contract/d.ts', 'src/azure/options.ts'],
  ['no-import-up', 'src/vault/contract/e.ts', 'src/vault/plain.ts'],
  ['no-import-up', 'src/gcp/a.ts', 'src/configuration/configuration.ts'],
  ['no-import-up', 'src/configuration/a.ts', 'src/vault/store.ts'],
  ['no-import-up', 'src/vault/private/a.ts', 'src/aws/store.ts'],
  ['no-import-up', 'src/aws/b.ts', 'src/folder-without-a-floor/a.ts'],
  ['private-to-its-folder', 'src/configuration/b.ts', 'src/gcp/private/scripts.ts'],
  ['private-to-its-folder', 'src/gcp/b.ts', 'src/core/private/detail.ts'],
  ['private-to-its-folder', 'src/azure/a.ts', 'src/core/nested/private/detail.ts'],
  ['private-to-its-folder', 'src/vault/a.ts', 'src/azure/private/scripts.ts'],
];

describe('a planted tree', () => {
  let tree: string;

  beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), 'dependencies-'));
    ALLOWED.forEach(([from, to]) => plant(from, to, 'import "…";'));
  });

  afterEach(() => rmSync(tree, { recursive: true }));

  /** Adds an import to a file, and makes the file that is imported. */
  function plant(from: string, to: string, statement: string) {
    const [file, imported] = [join(tree, from), join(tree, to)];
    mkdirSync(dirname(file), { recursive: true });
    if (!to.endsWith('.ts')) {
      appendFileSync(file, statement.replace('…', to));
      return;
    }
    appendFileSync(file, statement.replace('…', `./${relative(dirname(file), imported.replace(/\.ts$/, ''))}`));
    mkdirSync(dirname(imported), { recursive: true });
    appendFileSync(imported, '');
  }

  test('with what is allowed: nothing is found', async () => {
    expect(await violations(tree)).toEqual([]);
  });

  test.each([
    'import "…";', 'import type {} from "…";', 'require("…");',
  ])('with what is forbidden, by %s: each is found, by its rule', async (statement) => {
    new Map(FORBIDDEN.map(([, from, to]) => [from, to])).forEach((to, from) => plant(from, to, statement));
    plant('src/aws/circle.ts', 'src/aws/private/circle.ts', statement);
    plant('src/aws/private/circle.ts', 'src/aws/circle.ts', statement);

    const found = await violations(tree);
    const expected = [...FORBIDDEN.map(([rule, from]) => `${rule}: ${from}`), 'no-circle: src/aws/circle.ts'];
    expect(found.map((violation) => violation.split(' -> ')[0])).toEqual(expected.sort());
  });
});
