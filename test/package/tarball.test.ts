import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './packed-library';
import { run } from '../emulators/child-process';

/** The file that Lambda calls, and those that it loads when it needs them. */
const COMMAND = ['assets/check/THIRD-PARTY-NOTICES', 'assets/check/index.js'];
const HANDLER = ['aws-iam-login', 'credential-handler', 'index'].map((name) => `assets/configure-vault/${name}.js`);

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

  expect(others.sort()).toEqual(['.jsii', 'LICENSE', 'README.md', 'SECURITY.md', ...COMMAND, ...HANDLER, 'package.json']);
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

test('the handler is in it once, as its bundles', () => {
  expect(packed.files.map(({ path }) => path).filter((path) => /handler|lambda/.test(path))).toEqual([]);
});

test('the handler is no larger than 30 KB', () => {
  expect(statSync(join(ROOT, 'assets/configure-vault/index.js')).size).toBeLessThanOrEqual(30 * 1024);
});

test('the handler loads with nothing but what the runtime of Lambda has', () => {
  const required = HANDLER.flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name));

  const others = [...new Set(required)].filter((name) => !name.startsWith('node:'));
  expect(others.sort()).toEqual(['./aws-iam-login', './credential-handler', '@aws-sdk/client-secrets-manager']);
});

// Some 125 KB of it are the command, with what it bundles. See docs/adr/0020-check.md.
test('the package is smaller than 350 KB', () => {
  expect(packed.size).toBeLessThan(350_000);
});
