import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the command, with all that it started in turn. */
  readonly signal?: AbortSignal;
  /** Called with what the command says, as it says it. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a command to its end and returns what it wrote to stdout; an error shows all that it said. */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  options.signal?.throwIfAborted();
  // In a process group of its own, so that the commands started by the command can be ended with it.
  const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const endGroup = () => process.kill(-child.pid!, 'SIGTERM');
  options.signal?.addEventListener('abort', endGroup);

  let stdout = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    all += text;
    options.onOutput?.(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    all += text;
    options.onOutput?.(text);
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
    options.signal?.throwIfAborted();
    if (code !== 0) {
      throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${all}`);
    }
    return stdout;
  } finally {
    options.signal?.removeEventListener('abort', endGroup);
  }
}
