import { setImmediate } from 'node:timers/promises';

test('the process says what the command says, and ends as it ends', async () => {
  const said: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(`out ${String(text)}`) > 0);
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(`err ${String(text)}`) > 0);
  const { argv } = process;
  process.argv = ['node', 'cdk-zenml-secrets-store', 'check', '--json'];
  try {
    jest.requireActual('../../cli/bin');
    await setImmediate();
    expect(process.exitCode).toBe(2);
    expect(said).toEqual([
      expect.stringMatching(/^err Write check and the name of one stack\.\n\nUsage: /),
      'out {\n  "error": "Write check and the name of one stack.",\n  "exitCode": 2\n}\n',
    ]);
  } finally {
    process.argv = argv;
    process.exitCode = 0;
    jest.restoreAllMocks();
  }
});
