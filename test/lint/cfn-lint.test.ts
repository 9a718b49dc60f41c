import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { run } from '../emulators/child-process';
import { pythonEnvironment } from '../emulators/python-environment';
import { SCENARIOS, synthesize } from '../scenarios';

const REQUIREMENTS = resolve(__dirname, 'requirements.txt');
let python: string;
let folder: string;

beforeAll(async () => {
  python = await pythonEnvironment(REQUIREMENTS);
  folder = mkdtempSync(join(tmpdir(), 'cfn-lint-'));
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true }));

async function lint(...files: string[]): Promise<string> {
  // W3005, a dependency that is written and implied: CDK writes those of a function on its role.
  return run(python, [join(dirname(python), 'cfn-lint'), '--ignore-checks', 'W3005', '--', ...files]);
}

test('cfn-lint finds neither error nor warning in any template', async () => {
  const files = SCENARIOS.map((scenario, index) => {
    const file = join(folder, `${index}.json`);
    writeFileSync(file, JSON.stringify(synthesize(scenario)));
    return file;
  });

  expect(await lint(...files)).toBe('');
}, 120_000);

test('cfn-lint does find a mistake', async () => {
  const file = join(folder, 'mistake.json');
  writeFileSync(file, JSON.stringify({ Resources: { Role: { Type: 'AWS::IAM::Role', Properties: { Pfad: '/' } } } }));

  await expect(lint(file)).rejects.toThrow(/'AssumeRolePolicyDocument' is a required property/);
}, 120_000);
