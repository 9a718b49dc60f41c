import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { ROOT } from './packed-library';

/* The demonstration, since that is the first thing that anyone runs. */

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the demonstration as a user does. `interruptAt` is what it must have said for it to be interrupted. */
async function demo(interruptAt?: string): Promise<Ended> {
  const child = spawn('npm', ['run', 'demo'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let interrupted = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (interruptAt !== undefined && !interrupted && output.includes(interruptAt)) {
        interrupted = true;
        child.kill('SIGTERM');
      }
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
  return { code, output };
}

async function isSomethingLeft(output: string): Promise<boolean> {
  const servers = [...output.matchAll(/the embedded (?:AWS|Vault) answers at \S+:(\d+)/g)].map(([, port]) => Number(port));
  expect(servers).toHaveLength(2);
  return (await Promise.all(servers.map(isListening))).includes(true);
}

async function isListening(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => done(true)).on('error', () => done(false));
    socket.unref();
  });
}

test('it does as it says, and leaves nothing running', async () => {
  const { code, output } = await demo();

  expect(output).toMatch(/^total +as said +\d+\.\d\d$/m);
  expect(output).not.toContain('NOT AS SAID');
  expect(output).toContain('"role_arn": "arn:aws:iam::111122223333:role/zenml-123e4567-e89b-12d3-a456-426614174000"');
  expect(output).toContain('"aws_role": "zenml-123e4567-e89b-12d3-a456-426614174000"');
  expect(code).toBe(0);
  expect(await isSomethingLeft(output)).toBe(false);
}, 180_000);

test.each(['cdk deploy of', 'CREATE_COMPLETE'])('interrupted at "%s" it leaves nothing running', async (interruptAt) => {
  const { code, output } = await demo(interruptAt);

  expect(output).toContain('SIGTERM: stopping');
  expect(output).not.toMatch(/^total/m);
  expect(code).toBe(130);
  expect(await isSomethingLeft(output)).toBe(false);
}, 180_000);
