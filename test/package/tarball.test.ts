import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packed-library';
import { run } from '../emulators/child-process';

/** The file that Lambda calls, and those that it loads when it needs them. */
const HANDLER = ['caller-identity', 'credential', 'index'].map((name) => `assets/configure-vault/${name}.js`);

interface Packed {
  readonly size: number;
  readonly files: { readonly path: string }[];
}

let packed: Packed;

beforeAll(async () => {
  [packed] = JSON.parse(await run('npm', ['pack', '--dry-run', '--json'], { cwd: ROOT }));
}, 60_000);

test('the package has no dependency but its peers', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

  expect(manifest.dependencies ?? {}).toEqual({});
  expect(manifest.bundledDependencies ?? []).toEqual([]);
  expect(Object.keys(manifest.peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
});

test('the package holds the compiled library and its papers, and nothing else', () => {
  const others = packed.files.map(({ path }) => path).filter((path) => !/^lib\/.*\.(js|d\.ts)$/.test(path));

  expect(others.sort()).toEqual(['.jsii', 'LICENSE', 'README.md', 'SECURITY.md', ...HANDLER, 'package.json']);
});

test('the handler is in it once, as its bundles', () => {
  expect(packed.files.map(({ path }) => path).filter((path) => /handler|lambda/.test(path))).toEqual([]);
});

test('the handler is no larger than 30 KB', () => {
  expect(statSync(join(ROOT, 'assets/configure-vault/index.js')).size).toBeLessThanOrEqual(30 * 1024);
});

test('the handler loads with nothing but what the runtime of Lambda has', () => {
  const required = HANDLER.flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name));

  expect([...new Set(required)].filter((name) => !name.startsWith('node:')).sort()).toEqual(['./caller-identity', './credential', '@aws-sdk/client-secrets-manager']);
});

test('the package is smaller than 300 KB', () => {
  expect(packed.size).toBeLessThan(300_000);
});
