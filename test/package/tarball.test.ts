import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packed-library';
import { run } from '../emulators/child-process';

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

  expect(others.sort()).toEqual(['.jsii', 'LICENSE', 'README.md', 'SECURITY.md', 'assets/configure-vault/index.js', 'package.json']);
});

test('the handler is in it once, as one file', () => {
  expect(packed.files.map(({ path }) => path).filter((path) => /handler|lambda/.test(path))).toEqual([]);
});

test('the handler is no larger than 30 KB', () => {
  expect(statSync(join(ROOT, 'assets/configure-vault/index.js')).size).toBeLessThanOrEqual(30 * 1024);
});

test('the handler loads with nothing but what the runtime of Lambda has', () => {
  const bundle = readFileSync(join(ROOT, 'assets/configure-vault/index.js'), 'utf8');
  const required = [...bundle.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);

  expect(required.filter((name) => !name.startsWith('node:'))).toEqual(['@aws-sdk/client-secrets-manager']);
});

test('the package is smaller than 300 KB', () => {
  expect(packed.size).toBeLessThan(300_000);
});
