import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort, untilHealthy } from './loopback';
import { VaultFiles, vaultServer } from './vault-server';

const LOGS = resolve(__dirname, '../../.cache/logs');

/** What a KV mount of version 2 answers in the first moments after it is made, on a loaded machine. Vault asks to be called again. */
const KV_UPGRADE = 'Upgrading from non-versioned to versioned data';

/** Ends the server when its stdin is closed, which happens also when whoever started it is gone, however it ended. */
const STOP_WITH_PARENT = '"$@" & server=$!; cat > /dev/null; kill $server 2> /dev/null; wait $server';

export interface EmbeddedVaultOptions {
  /**
   * Serve https with a certificate of a private certificate authority.
   *
   * @default false
   */
  readonly tls?: boolean;
  /** Let the server outlive this process. */
  readonly detached?: boolean;
}

type Headers = { readonly [name: string]: string };

export interface VaultAnswer {
  readonly status: number;
  readonly body: any;
}

/**
 * A Vault on a free port of the loopback interface, with HashiCorp's own auth method `aws`: OpenBao, which speaks Vault's API, or
 * the server that the environment variable VAULT_SERVER names. It is unsealed and keeps everything in memory.
 */
export class EmbeddedVault {
  /** Installs and builds what the server needs, which takes minutes the first time. */
  public static async install(signal?: AbortSignal): Promise<VaultFiles> {
    return vaultServer().install(signal);
  }

  public readonly rootToken = 'root';
  private server?: {
    readonly process: ChildProcess;
    readonly exited: Promise<unknown>;
    readonly address: string;
    readonly home: string;
    readonly logFile: string;
  };

  constructor(private readonly options: EmbeddedVaultOptions = {}) {}

  public async start(): Promise<this> {
    const { binary, plugins } = await EmbeddedVault.install();
    const port = await freePort();
    const home = mkdtempSync(join(tmpdir(), 'embedded-vault-'));
    mkdirSync(LOGS, { recursive: true });
    const logFile = join(LOGS, `vault-${port}.log`);
    const log = openSync(logFile, 'w');
    const { tls = false, detached = false } = this.options;
    const command = [
      ...(detached ? [] : ['sh', '-c', STOP_WITH_PARENT, 'sh']), binary, 'server', '-dev', '-dev-no-store-token',
      '-dev-root-token-id=root', `-dev-listen-address=127.0.0.1:${port}`, `-dev-plugin-dir=${plugins}`,
      ...(tls ? ['-dev-tls', `-dev-tls-cert-dir=${home}`] : []),
    ];
    const child = spawn(command[0], command.slice(1), {
      detached,
      stdio: [detached ? 'ignore' : 'pipe', log, log],
      env: { PATH: process.env.PATH, HOME: home },
    });
    closeSync(log);

    const address = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
    this.server = { process: child, exited: once(child, 'exit'), address, home, logFile };
    await untilHealthy({
      name: 'The embedded Vault',
      // "initialized" comes before the plugins are mounted; what counts is that the root token may look around.
      isHealthy: async () => (await this.call('GET', 'sys/auth')).status === 200,
      exitCode: () => child.exitCode,
    }).catch(async (error) => {
      await this.stop();
      throw new Error(`${error.message}. Its log:\n${readFileSync(logFile, 'utf8')}`);
    });
    if (detached) {
      child.unref();
    }
    return this;
  }

  public get address(): string {
    return this.started.address;
  }

  public get logFile(): string {
    return this.started.logFile;
  }

  public get pid(): number {
    return this.started.process.pid!;
  }

  /** Where the certificate authority of the server's certificate is. */
  public get certificateAuthorityFile(): string {
    return join(this.started.home, 'vault-ca.pem');
  }

  /** The certificate authority of the server's certificate, as PEM. */
  public get certificateAuthority(): string {
    return readFileSync(this.certificateAuthorityFile, 'utf8');
  }

  /** A request to Vault's API, by default with the power of root. */
  public async call(
    method: string, path: string, body?: object, headers: Headers = { 'X-Vault-Token': this.rootToken },
  ): Promise<VaultAnswer> {
    const url = `${this.address}/v1/${path}`;
    const text = body === undefined ? undefined : JSON.stringify(body);
    for (;;) {
      const { status, answer } = this.options.tls
        ? await this.callByTls(method, url, text, headers)
        : await callPlain(method, url, text, headers);
      if (status !== 400 || !answer.includes(KV_UPGRADE)) {
        return { status, body: answer === '' ? undefined : JSON.parse(answer) };
      }
      await setTimeout(100);
    }
  }

  /** Opens the server again after `sys/seal`. */
  public async unseal(): Promise<void> {
    const [, key] = /Unseal Key: (\S+)/.exec(readFileSync(this.logFile, 'utf8'))!;
    await this.call('PUT', 'sys/unseal', { key });
  }

  /** Ends the server, if it was started. */
  public async stop(): Promise<void> {
    if (this.server === undefined) {
      return;
    }
    const { process: child, exited, home } = this.server;
    if (child.stdin === null) {
      child.kill('SIGTERM');
    } else {
      child.stdin.end();
    }
    await exited;
    rmSync(home, { recursive: true, force: true });
  }

  private get started() {
    if (this.server === undefined) {
      throw new Error('The embedded Vault is not started. Use it in hooks and tests, not where the test file is loaded.');
    }
    return this.server;
  }

  /** Node's fetch takes no certificate authority. */
  private async callByTls(method: string, url: string, body: string | undefined, headers: Headers) {
    return new Promise<{ status: number; answer: string }>((done, fail) => {
      request(url, { method, headers, ca: this.certificateAuthority }, (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (text) => answer += text).on('end', () => done({ status: response.statusCode!, answer }));
      }).on('error', fail).end(body);
    });
  }
}

async function callPlain(method: string, url: string, body: string | undefined, headers: Headers) {
  const response = await fetch(url, { method, headers, body });
  return { status: response.status, answer: await response.text() };
}
