import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** What the process of the function runs: it calls the handler with each event that it is sent, and measures how long that takes. */
const RUNTIME = `
  const { handler } = require(process.argv[1]);
  process.on('disconnect', () => process.exit());
  process.on('message', async (event) => {
    const start = performance.now();
    const outcome = await handler(event, { getRemainingTimeInMillis: () => 30000 })
      .then((answer) => ({ answer }), ({ message }) => ({ message }));
    process.send({ milliseconds: performance.now() - start, ...outcome });
  });
`;

export interface Invocation {
  readonly milliseconds: number;
  readonly answer: any;
}

/** The bundled handler in a process of its own, which goes on from event to event as a warm function of Lambda does. */
export class BundledFunction {
  private readonly child: ChildProcess;

  constructor(node: string, bundle: string, environment: { readonly [name: string]: string }) {
    this.child = spawn(node, ['-e', RUNTIME, bundle], {
      // What the handler prints goes to the log of the function, which is of no interest here.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { PATH: process.env.PATH, ...environment },
    });
  }

  public async invoke(event: object): Promise<Invocation> {
    const gone = new AbortController();
    const onExit = () => gone.abort(new Error('The process of the function has ended.'));
    this.child.once('exit', onExit);
    try {
      const answered = once(this.child, 'message', { signal: gone.signal });
      this.child.send(event);
      const [{ milliseconds, answer, message }] = await answered;
      if (message !== undefined) {
        throw new Error(`The handler failed: ${message}`);
      }
      return { milliseconds, answer };
    } finally {
      this.child.off('exit', onExit);
    }
  }

  public async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const exited = once(this.child, 'exit');
      this.child.disconnect();
      await exited;
    }
  }
}
