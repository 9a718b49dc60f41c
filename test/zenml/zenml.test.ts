import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { deployedEnvironment, workspaceConfiguration } from './server';
import { pythonEnvironment } from '../emulators/python-environment';
import { GOLDEN, golden } from '../golden/golden';
import { ACCOUNT, REGION } from '../scenarios';

/*
 * ZenML itself, from PyPI, reads the environment of its server: what its own classes then hold has to be what the hand-off says.
 */

const MINUTES = 60_000;

/** What a store's class of ZenML holds: of a Vault in one level, of the other back ends as what the service connector has. */
type Read = Readonly<Record<string, unknown>>;

const read = new Map<string, Read[]>();

beforeAll(async () => {
  const python = await pythonEnvironment(join(__dirname, 'requirements.txt'));
  const environments = GOLDEN.map(([, make]) => {
    const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });
    return deployedEnvironment(workspaceConfiguration(make(stack)));
  });
  const judge = spawnSync(python, [join(__dirname, 'judge.py')], { input: JSON.stringify(environments), encoding: 'utf8' });
  if (judge.status !== 0) {
    throw new Error(judge.stderr);
  }
  // Before it stands what ZenML logs.
  const answers: Read[][] = JSON.parse(judge.stdout.split('\n').at(-1)!);
  GOLDEN.forEach(([name], index) => read.set(name, answers[index]));
}, 15 * MINUTES);

test.each(GOLDEN)('%s: the server reads what is handed over', (name) => {
  const { secrets_store: store, backup_secrets_store: backup } = JSON.parse(golden(name));

  expect(read.get(name)!.map(parsed)).toEqual([store, backup].filter((each) => each !== undefined).map(({ type, settings }) => {
    const { auth_config: fields, ...others } = settings;
    return type === 'hashicorp' ? { type, ...others, ...fields } : parsed({ type, ...others, auth_config: fields });
  }));
});

/** With texts that are JSON as what they say, since ZenML keeps some objects as texts. */
function parsed(value: unknown): any {
  if (typeof value === 'string' && value.startsWith('{')) {
    return parsed(JSON.parse(value));
  }
  return value !== null && typeof value === 'object'
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, parsed(part)]))
    : value;
}
