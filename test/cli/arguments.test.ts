import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command';
import { readCommandLine, USAGE, UsageError } from '../../cli/arguments';
import { ROOT } from '../package/packed-library';

test('all options', () => {
  expect(readCommandLine([
    'check', 'Stack', '--region', 'eu-west-1', '--profile', 'security', '--json', '--ca-file', 'ca.pem', '--allow-insecure-address',
    '--principal', 'arn:aws:iam::111122223333:role/pod', '--server-id', '9B2C7A10-4D5E-4F60-8A7B-0C1D2E3F4A5B',
  ])).toEqual({
    stack: 'Stack',
    region: 'eu-west-1',
    profile: 'security',
    json: true,
    caFile: 'ca.pem',
    principal: 'arn:aws:iam::111122223333:role/pod',
    serverId: '9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b',
    allowInsecureAddress: true,
  });
});

test('none of them', () => {
  expect(readCommandLine(['check', 'Stack'])).toEqual({ stack: 'Stack', json: false, allowInsecureAddress: false });
});

test.each([
  [[], 'Write check and the name of one stack.'],
  [['check'], 'Write check and the name of one stack.'],
  [['check', 'One', 'Two'], 'Write check and the name of one stack.'],
  [['deploy', 'Stack'], 'Write check and the name of one stack.'],
  [['check', 'Stack', '--token', 'x'], 'Unknown option \'--token\''],
  [['check', 'Stack', '--principal', 'pod'], '--principal "pod" is not the ARN of a role.'],
  [['check', 'Stack', '--server-id', 'one'], '--server-id "one" is not a UUID.'],
])('%j is refused', async (args, message) => {
  expect(() => readCommandLine(args)).toThrow(new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
  expect(() => readCommandLine(args)).toThrow(UsageError);
  expect(await run(args)).toEqual({ exitCode: 2, printed: '', printedErrors: expect.stringContaining(`\n\n${USAGE}`) });
});

test('version: that of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(await run(['--version'])).toEqual({ exitCode: 0, printed: version, printedErrors: '' });
});

test('help', async () => {
  expect(await run(['--help'])).toEqual({ exitCode: 0, printed: USAGE, printedErrors: '' });
});
