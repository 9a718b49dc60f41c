import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './packed-library';
import { run } from '../emulators/child-process';

/* The scripts of the release workflow that need no more than git. What talks to a registry cannot be tried here. */

const MODULE = 'cdkzenmlsecretsstore';
const IDENTITY = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
let folder: string;
let clone: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  clone = join(folder, 'clone');
  await git(folder, 'init', '--quiet', '--bare', '--initial-branch', 'main', 'remote');
  await git(folder, 'clone', '--quiet', 'remote', 'clone');
  await git(clone, 'checkout', '--quiet', '-B', 'main');
  await git(clone, ...IDENTITY, 'commit', '--quiet', '--allow-empty', '--message', 'Begin');
  await git(clone, 'push', '--quiet', 'origin', 'main');
});

afterEach(() => rmSync(folder, { recursive: true }));

async function git(cwd: string, ...args: string[]): Promise<string> {
  return run('git', args, { cwd });
}

async function script(name: string, version: string, ...args: string[]): Promise<string> {
  return run('bash', [join(ROOT, '.ci/release', name), ...args], { cwd: clone, env: { ...process.env, VERSION: version } });
}

/** A module as jsii-pacmak leaves it, with the given files. */
function module(...files: string[]): string {
  const built = mkdtempSync(join(folder, 'go-'));
  mkdirSync(join(built, MODULE));
  files.forEach((file) => writeFileSync(join(built, MODULE, file), file));
  return built;
}

test('a version is of the form 1.2.3', async () => {
  expect(await script('check-version', '0.10.0')).toBe('');
});

test.each(['', '1.2', 'v1.2.3', '1.2.3-rc.1', '01.2.3', '1.2.3; exit 0', '1.2.3\n4.5.6'])('"%s" is none', async (version) => {
  await expect(script('check-version', version)).rejects.toThrow('Write it as 1.2.3');
});

test('a version is released once', async () => {
  await git(clone, 'push', '--quiet', 'origin', 'HEAD:refs/tags/v1.2.3');

  await expect(script('check-version', '1.2.3')).rejects.toThrow('v1.2.3 is released already');
  expect(await script('check-version', '1.2.4')).toBe('');
});

test('a version that cannot be looked up is not released', async () => {
  rmSync(join(folder, 'remote'), { recursive: true });

  await expect(script('check-version', '1.2.3')).rejects.toThrow('does not appear to be a git repository');
});

test('the Go module is pushed with the tag by which Go finds it, without what the version before had', async () => {
  await script('publish-go', '0.1.0', module('go.mod', 'Old.go'), clone);
  await script('publish-go', '0.2.0', module('go.mod', 'New.go'), clone);

  const remote = join(folder, 'remote');
  const files = async (commit: string) => (await git(remote, 'ls-tree', '-r', '--name-only', commit)).trim().split('\n');
  expect(await files(`${MODULE}/v0.1.0`)).toEqual([`${MODULE}/Old.go`, `${MODULE}/go.mod`]);
  expect(await files(`${MODULE}/v0.2.0`)).toEqual([`${MODULE}/New.go`, `${MODULE}/go.mod`]);
  expect(await git(remote, 'rev-parse', 'main')).toBe(await git(remote, 'rev-parse', `${MODULE}/v0.2.0`));
});

test('a Go module that is there already is not replaced', async () => {
  await script('publish-go', '0.1.0', module('go.mod', 'Old.go'), clone);
  const before = await git(join(folder, 'remote'), 'rev-parse', 'main', `${MODULE}/v0.1.0`);

  await expect(script('publish-go', '0.1.0', module('go.mod', 'New.go'), clone)).rejects.toThrow(`tag '${MODULE}/v0.1.0' already exists`);
  expect(await git(join(folder, 'remote'), 'rev-parse', 'main', `${MODULE}/v0.1.0`)).toBe(before);
});
