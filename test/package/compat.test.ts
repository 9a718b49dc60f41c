import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packed-library';
import { copyWorkingTree } from '../working-tree';

/* The comparison with the last release, in this clone and in scratch clones with a history of their own. */

const SCRATCH = join(ROOT, '.cache');

function compat(root: string) {
  const { status, stdout, stderr } = spawnSync('npx', ['projen', 'compat'], { cwd: root, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

test('the API is compatible with the last release, if there is one', () => {
  const { status, output } = compat(ROOT);
  if (output.includes('NOT COMPARED')) {
    console.warn(output); // or nobody would see it
  }

  expect(output).toMatch(/nothing that breaks its users|There is no release|NOT COMPARED: this clone is shallow/);
  expect(status).toBe(0);
}, 120_000);

describe('in a clone with a history of its own', () => {
  let clone: string;
  const settings = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const git = (...args: string[]) => execFileSync('git', [...settings, ...args], { cwd: clone });
  const change = (file: string, from: string, to: string) => {
    const text = readFileSync(join(clone, file), 'utf8');
    expect(text).toContain(from);
    writeFileSync(join(clone, file), text.replace(from, () => to));
  };

  beforeAll(() => {
    // Below this clone, so that its packages are found.
    mkdirSync(SCRATCH, { recursive: true });
    clone = mkdtempSync(join(SCRATCH, 'compat-'));
    copyWorkingTree(clone);
    git('init', '--quiet', '--initial-branch=main');
    git('add', '--all');
    git('commit', '--quiet', '--message=release');
  });

  afterAll(() => rmSync(clone, { recursive: true, force: true }));

  test('a tag of another form is no release', () => {
    git('tag', 'nightly-1');
    git('commit', '--quiet', '--allow-empty', '--message=later');

    const output = expect.stringContaining('There is no release (tag v*) to compare the API with');
    expect(compat(clone)).toMatchObject({ status: 0, output });
  });

  test('a shallow clone does not pass for one without releases', () => {
    const shallow = mkdtempSync(join(SCRATCH, 'compat-shallow-'));
    try {
      git('clone', '--quiet', '--depth=1', '--no-tags', `file://${clone}`, shallow);

      expect(compat(shallow)).toMatchObject({ status: 0, output: expect.stringContaining('NOT COMPARED: this clone is shallow') });
    } finally {
      rmSync(shallow, { recursive: true });
    }
  });

  test('what is taken away is named, and fails unless it is written down', () => {
    git('tag', 'v0.1.0');
    expect(compat(clone)).toMatchObject({ status: 0, output: expect.stringContaining('There is no release') }); // before this one

    git('commit', '--quiet', '--allow-empty', '--message=after the release');
    change('src/aws/workspace-trust.ts', 'public static roleByArn()', '/** @internal */ public static _roleByArn()');
    change('src/aws/aws-secrets-store.ts', 'public readonly grantee: iam.IGrantable;',
      '/** @internal */ public readonly _grantee: iam.IGrantable;');
    change('src/aws/aws-secrets-store.ts', 'this.grantee =', 'this._grantee =');

    const broken = compat(clone);
    expect(broken.output).toContain('The API compared with that of v0.1.0');
    expect(broken.output).toMatch(/err +- METHOD .*WorkspaceTrust\.roleByArn/);
    expect(broken.output).toMatch(/err +- PROP .*AwsSecretsStore\.grantee/);
    expect(broken.output).not.toContain('nothing that breaks');
    expect(broken.status).not.toBe(0);

    const keys = [...broken.output.matchAll(/^err .*\[(.+)\]$/gm)].map(([, key]) => key);
    writeFileSync(join(clone, '.compatignore'), `${keys.join('\n')}\n`);
    expect(compat(clone)).toMatchObject({ status: 0, output: expect.stringContaining('nothing that breaks its users') });
  }, 300_000);

  test('another optional prop is compatible', () => {
    git('checkout', '--quiet', 'src');
    rmSync(join(clone, '.compatignore'));
    change('src/configuration/workspace-configuration.ts', 'readonly backupSecretsStore?',
      'readonly another?: string;\n  /** Another. */\n  readonly backupSecretsStore?');
    change('src/configuration/workspace-configuration.ts', 'backupSecretsStore: types.',
      'another: types.optional(types.text(\'Write a text\')),\n  backupSecretsStore: types.');

    expect(compat(clone)).toMatchObject({ status: 0, output: expect.stringContaining('nothing that breaks its users') });
  }, 300_000);
});
