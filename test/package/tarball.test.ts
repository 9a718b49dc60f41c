import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './packed-library';
import { run } from '../emulators/child-process';

const COMMAND = ['assets/check/THIRD-PARTY-NOTICES', 'assets/check/index.js', 'assets/check/sbom.cdx.json'];
const LAMBDA = 'assets/configure-vault/index.js';
const LAMBDA_SBOM = 'assets/configure-vault/sbom.cdx.json';

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

  expect(others.sort()).toEqual(['.jsii', 'LICENSE', 'README.md', 'SECURITY.md', ...COMMAND, LAMBDA, LAMBDA_SBOM, 'package.json']);
});

test('the command is in it once, as one file that Node.js runs with nothing beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'command-'));
  try {
    copyFileSync(join(ROOT, 'assets/check/index.js'), join(folder, 'index.js'));
    expect(await run(process.execPath, [join(folder, 'index.js'), '--help'])).toContain('Usage: cdk-zenml-secrets-store check');
  } finally {
    rmSync(folder, { recursive: true });
  }

  expect(packed.files.map(({ path }) => path).filter((path) => path.startsWith('cli/'))).toEqual([]);
  expect(readFileSync(join(ROOT, 'assets/check/index.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).bin).toEqual({ 'cdk-zenml-secrets-store': 'assets/check/index.js' });
});

test('the function is in it once, as its bundle', () => {
  expect(packed.files.map(({ path }) => path).filter((path) => /handler|lambda/.test(path))).toEqual([]);
});

test('the function is no larger than 64 KB', () => {
  expect(statSync(join(ROOT, LAMBDA)).size).toBeLessThanOrEqual(64 * 1024);
});

test('the function loads with nothing but what the runtime of Lambda has', () => {
  const required = [...readFileSync(join(ROOT, LAMBDA), 'utf8').matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);

  expect([...new Set(required)].filter((name) => !name.startsWith('node:')).sort()).toEqual(['@aws-sdk/client-secrets-manager']);
});

// Some 125 KB of it are the command, with what it bundles. See docs/adr/0020-check.md.
test('the package is smaller than 400 KB', () => {
  expect(packed.size).toBeLessThan(400_000);
});
