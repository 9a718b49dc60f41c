import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from '../emulators/child-process';
import { ROOT } from '../package/packed-library';

export const EXAMPLES = join(ROOT, 'examples');
export const SCENARIOS = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
  .map(({ name }) => name);
const BAD_INPUT = resolve(__dirname, 'bad-input');
const HOMES = join(ROOT, '.cache/languages');

/**
 * A language in which the library is published: how its package is built, and how its users install it. Nothing is shared with the
 * source tree: packages come from dist/, apps are copies of the examples.
 */
export abstract class Language {
  /** Where the packages of this language are, and whatever is installed for it. */
  protected readonly home: string;
  public readonly dist: string;

  constructor(
    /** The folder of the language in each example. */
    public readonly name: string,
    /** The target of jsii. */
    private readonly target: string,
    /** What has to answer for the toolchain to be there, with the arguments to ask by. */
    private readonly toolchain: { readonly [command: string]: string[] },
  ) {
    this.home = join(HOMES, name);
    this.dist = join(ROOT, 'dist', target);
  }

  /** The commands of the toolchain that this machine lacks. */
  public missing(): string[] {
    return Object.entries(this.toolchain).filter(([command, args]) => spawnSync(command, args).status !== 0).map(([command]) => command);
  }

  /** Builds the package anew, and installs it where nothing was before. */
  public async install() {
    rmSync(this.dist, { recursive: true, force: true });
    await run('npx', ['projen', `package:${this.target}`], { cwd: ROOT });
    rmSync(this.home, { recursive: true, force: true });
    mkdirSync(this.home, { recursive: true });
    await this.installPackage();
  }

  /** Installs the package from dist/. */
  protected abstract installPackage(): Promise<void>;

  /** The package of npm, which travels in that of each language, if it can be had from there. */
  public tarball?(): Promise<string>;

  /** What apps of this language need in their environment, beyond what this process has. */
  public get environment(): NodeJS.ProcessEnv {
    return {};
  }

  /** What is still to be done in the folder of an app before it runs. */
  protected async prepare(_app: string): Promise<void> {}

  /** A copy of an example, ready to be run. */
  public async copy(scenario: string): Promise<string> {
    const app = join(this.home, scenario);
    cpSync(join(EXAMPLES, scenario, this.name), app, { recursive: true });
    await this.prepare(app);
    return app;
  }

  /** Runs an app by the command of its cdk.json, and gives back the folder of its assembly. */
  public async synthesize(app: string): Promise<string> {
    const assembly = join(app, 'cdk.out');
    await this.start(app, { CDK_OUTDIR: assembly });
    return assembly;
  }

  /** What the library says to the mistakes of bad-input/, whose app takes the place of that of an example. */
  public async messages(): Promise<string[]> {
    const app = join(this.home, 'bad-input');
    cpSync(join(EXAMPLES, 'aws-secrets-store', this.name), app, { recursive: true });
    cpSync(join(BAD_INPUT, this.name), app, { recursive: true });
    await this.prepare(app);
    const [json] = (await this.start(app, {})).match(/^\[".*"\]$/m)!;
    // Beyond the first line there is the stack of the call, in some languages.
    return JSON.parse(json).map((message: string) => message.split('\n')[0]);
  }

  private async start(app: string, environment: NodeJS.ProcessEnv): Promise<string> {
    const { app: command }: { app: string } = JSON.parse(readFileSync(join(app, 'cdk.json'), 'utf8'));
    return run('sh', ['-c', command], { cwd: app, env: { ...process.env, ...this.environment, ...environment } });
  }
}
