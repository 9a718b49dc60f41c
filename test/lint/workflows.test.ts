import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ACTIONS } from '../../projenrc/actions';
import { run } from '../emulators/child-process';
import { pythonEnvironment } from '../emulators/python-environment';

/* The workflows of .github/. Nobody here can run them, so that they are at least read by what knows their mistakes. */

const REQUIREMENTS = resolve(__dirname, 'requirements.txt');
const GITHUB = resolve(__dirname, '../../.github');
const FILES = readdirSync(join(GITHUB, 'workflows')).map((name) => join(GITHUB, 'workflows', name));
let python: string;
let folder: string;

beforeAll(async () => {
  python = await pythonEnvironment(REQUIREMENTS);
  folder = mkdtempSync(join(tmpdir(), 'workflows-'));
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** What zizmor says of a folder, with nothing asked of GitHub. An exception to its rules is in .github/zizmor.yml, with its reason. */
async function zizmor(path: string): Promise<string> {
  const options = ['--offline', '--color', 'never', '--persona', 'pedantic', '--no-progress', '--quiet', '--format', 'plain'];
  return run(join(dirname(python), 'zizmor'), [...options, path]);
}

async function validate(schema: string, ...files: string[]): Promise<string> {
  return run(python, [join(dirname(python), 'check-jsonschema'), '--builtin-schema', `vendor.${schema}`, ...files]);
}

/** What the steps of a workflow use: the action, what follows the @, and the comment. */
function uses(yaml: string): RegExpMatchArray[] {
  return [...yaml.matchAll(/^.*\buses: *["']?([^@\s"']+)@?([^\s"']*)["']?(?: # (\S+))?$/gm)];
}

/** A copy of the workflow `build` with one mistake in it. */
function mistaken(mistake: (yaml: string) => string): string {
  const workflows = join(mkdtempSync(join(folder, 'mistake-')), '.github/workflows');
  mkdirSync(workflows, { recursive: true });
  const original = readFileSync(join(GITHUB, 'workflows/build.yml'), 'utf8');
  const changed = mistake(original);
  expect(changed).not.toBe(original);
  writeFileSync(join(workflows, 'build.yml'), changed);
  return join(workflows, 'build.yml');
}

test('zizmor finds nothing that is not acknowledged', async () => {
  expect(await zizmor(GITHUB)).toMatch(/^No findings to report\./);
}, 60_000);

test.each([
  ['a tag in the place of a commit', (yaml: string) => yaml.replace(/actions\/checkout@[0-9a-f]{40} # \S+/, 'actions/checkout@v7'), 'unpinned-uses'],
  ['a token that stays in the clone', (yaml: string) => yaml.replace('persist-credentials: false', 'fetch-depth: 0'), 'artipacked'],
  ['a script with a value of a stranger in it',
    (yaml: string) => yaml.replace('bash .ci/run', 'echo ${{ github.event.pull_request.title }}'), 'template-injection'],
  ['permissions that nobody named', (yaml: string) => yaml.replace(/^permissions: \{\}$/m, ''), 'excessive-permissions'],
])('zizmor does find %s', async (_, mistake, rule) => {
  await expect(zizmor(mistaken(mistake))).rejects.toThrow(rule);
}, 60_000);

test('every action is used by the commit of projenrc/actions.ts, beside its version', () => {
  const all = FILES.flatMap((file) => uses(readFileSync(file, 'utf8')));

  expect(all.length).toBeGreaterThan(20);
  for (const [line, action, commit, version] of all) {
    expect({ line, commit }).toEqual({ line, commit: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect({ line, action, commit, version }).toEqual({ line, action, ...ACTIONS[action] });
  }
});

test('no action is pinned that is not used', () => {
  const used = FILES.flatMap((file) => uses(readFileSync(file, 'utf8'))).map(([, action]) => action);

  expect([...new Set(used)].sort()).toEqual(Object.keys(ACTIONS).sort());
});

test('the workflows are what GitHub reads', async () => {
  expect(await validate('github-workflows', ...FILES)).toContain('ok');
  expect(await validate('dependabot', join(GITHUB, 'dependabot.yml'))).toContain('ok');

  const mistake = mistaken((yaml) => yaml.replace('runs-on', 'run-on'));
  await expect(validate('github-workflows', mistake)).rejects.toThrow('Schema validation errors');
}, 60_000);

test('nothing runs what npm installs where something can be published', () => {
  const jobs = readFileSync(join(GITHUB, 'workflows/release.yml'), 'utf8').split(/^(?= {2}\w+:$)/m).slice(1);
  const privileged = jobs.filter((job) => /: write$|secrets\./m.test(job));

  expect(privileged.length).toBeGreaterThanOrEqual(6);
  expect(privileged.filter((job) => /npm (ci|install|run|test)|npx|\.ci\/run/.test(job))).toEqual([]);
});
