import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './child-process';
import { EmbeddedAws } from './embedded-aws';

const CLI = createRequire(__filename).resolve('aws-cdk/bin/cdk');

export type Context = { readonly [key: string]: string };
export type Outputs = { readonly [stack: string]: { readonly [output: string]: string } };

export interface CdkOptions {
  readonly context?: Context;
  /** What the app needs in its environment, beyond what this process has. */
  readonly environment?: NodeJS.ProcessEnv;
  /** More options of `cdk deploy`. */
  readonly deployOptions?: readonly string[];
  /** Called with what the CLI says, as it says it. */
  readonly onOutput?: (text: string) => void;
}

/** The real CDK CLI, pointed at an app of the examples and at the embedded AWS. */
export class Cdk {
  private readonly scratch = mkdtempSync(join(tmpdir(), 'cdk-'));

  constructor(
    private readonly app: string,
    private readonly aws: EmbeddedAws,
    private readonly account: string,
    private readonly region: string,
    private readonly options: CdkOptions = {},
  ) {}

  /** The template of the app's one stack. */
  public async synth(signal: AbortSignal, context: Context = {}): Promise<any> {
    await this.run(signal, 'synth', '--quiet', ...this.contextOptions(context));
    const [template] = readdirSync(join(this.scratch, 'cdk.out')).filter((name) => name.endsWith('.template.json'));
    return JSON.parse(readFileSync(join(this.scratch, 'cdk.out', template), 'utf8'));
  }

  /** A file that the synthesis wrote beside the templates. */
  public assembled(name: string): string {
    return readFileSync(join(this.scratch, 'cdk.out', name), 'utf8');
  }

  public async deploy(signal: AbortSignal, context: Context = {}): Promise<Outputs> {
    const outputs = join(this.scratch, 'outputs.json');
    const options = ['--require-approval', 'never', '--outputs-file', outputs, ...this.options.deployOptions ?? []];
    await this.run(signal, 'deploy', ...options, ...this.contextOptions(context));
    return JSON.parse(readFileSync(outputs, 'utf8'));
  }

  public async destroy(signal: AbortSignal): Promise<void> {
    await this.run(signal, 'destroy', '--force', ...this.contextOptions());
  }

  public cleanUp() {
    rmSync(this.scratch, { recursive: true, force: true });
  }

  private contextOptions(more: Context = {}): string[] {
    return Object.entries({ ...this.options.context, ...more }).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
  }

  private async run(signal: AbortSignal, command: string, ...args: string[]): Promise<void> {
    await run(process.execPath, [CLI, command, ...args, '--output', join(this.scratch, 'cdk.out'), '--no-notices', '--no-color'], {
      cwd: this.app,
      env: {
        ...withoutAws(process.env),
        ...this.options.environment,
        ...environmentOf(this.aws, this.account, this.region),
        CDK_DISABLE_CLI_TELEMETRY: 'true',
      },
      signal,
      onOutput: this.options.onOutput,
    });
  }
}

/** What the CLI and an SDK need in their environment to reach the embedded AWS instead of the real one. */
export function environmentOf(aws: EmbeddedAws, account: string, region: string) {
  const { accessKeyId, secretAccessKey } = aws.root(account);
  return {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
  };
}

/** No credentials, profile or endpoint of the machine may reach the CLI: the demonstration must not touch a real account. */
function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(AWS|CDK)_/.test(name) || name.startsWith('AWS_SDK_JS')));
}
