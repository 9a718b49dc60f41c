import { IncomingHttpHeaders, OutgoingHttpHeaders, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { retryDelay } from './retry';
import { VaultError } from './vault-error';

export type Method = 'GET' | 'POST' | 'DELETE' | 'LIST';

export interface VaultResponse {
  readonly status: number;
  /** The answer's JSON; undefined where Vault has nothing to say, as after most writes. */
  readonly body?: any;
}

/** Vault's HTTP API, as the handler needs it. */
export interface VaultClient {
  /**
   * Makes a request, again and again as long as its failure is of a kind that passes. Answers 2xx and 404 are returned; the
   * rest is thrown as a `VaultError`.
   */
  request(method: Method, path: string, body?: object): Promise<VaultResponse>;

  /** From now on, requests may use the time that was held back for undoing what has failed. */
  useRollbackTime(): void;
}

/** When to give up, in milliseconds since the epoch. All clients of a run share it. */
export interface Deadline {
  at: number;
  /** Likewise, with what is held back. */
  readonly last: number;
}

export interface VaultClientOptions {
  /** Such as `https://vault.example.com:8200`. */
  readonly address: string;
  readonly namespace?: string;
  /** PEM of the certificate authorities to trust instead of the public ones. */
  readonly certificateAuthority?: string;
  readonly token?: string;
  readonly deadline: Deadline;
  /** Is told the warnings of Vault. */
  readonly onWarning?: (warning: string) => void;
}

/** How long a request may take: at most so many milliseconds, and half of what is left, so that there can be another attempt. */
const REQUEST_TIMEOUT_MS = 10_000;
/** With less time left, another attempt would only hide what the last one failed of. */
const LEAST_TIME_MS = 100;
const MAX_REDIRECTS = 2;

interface RawResponse extends VaultResponse {
  readonly headers: IncomingHttpHeaders;
}

/** Speaks to a Vault server, or to the active node behind a standby. */
export class HttpVaultClient implements VaultClient {
  /** The state of the storage after our last write, so that a node that lags behind does not answer with an older one. */
  private index?: string;

  constructor(private readonly options: VaultClientOptions) {}

  /** The same server, under a token or in another namespace. */
  public with(change: Pick<Partial<VaultClientOptions>, 'token' | 'namespace' | 'onWarning'>): HttpVaultClient {
    return new HttpVaultClient({ ...this.options, ...change });
  }

  public useRollbackTime(): void {
    this.options.deadline.at = this.options.deadline.last;
  }

  public async request(method: Method, path: string, body?: object): Promise<VaultResponse> {
    // A list is asked for by the query: some proxies refuse the method LIST, which is Vault's own.
    const [verb, query] = method === 'LIST' ? ['GET', '?list=true'] : [method, ''];
    return this.attempt(verb, new URL(`/v1/${path}${query}`, this.options.address), body, 0);
  }

  private async attempt(method: string, url: URL, body: object | undefined, attempts: number): Promise<VaultResponse> {
    try {
      return await this.follow(method, url, body, 0);
    } catch (error) {
      const delay = error instanceof VaultError ? retryDelay(error, attempts) : undefined;
      if (delay === undefined || Date.now() + delay + LEAST_TIME_MS >= this.options.deadline.at) {
        throw error;
      }
      await sleep(delay);
    }
    return this.attempt(method, url, body, attempts + 1);
  }

  /** One attempt, with the redirections that a standby answers with. */
  private async follow(method: string, url: URL, body: object | undefined, redirects: number): Promise<VaultResponse> {
    const answer = await this.send(method, url, body);
    if (!isRedirection(answer.status)) {
      return this.evaluate(method, url, answer);
    }
    const { location = '' } = answer.headers;
    const onward = location !== '' && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    // A standby sends the same request to another server, by 307 and nowhere else. The others are of a front door.
    const isOfStandby = answer.status === 307 && onward?.protocol === url.protocol
      && onward.pathname + onward.search === url.pathname + url.search;
    if (!isOfStandby || redirects === MAX_REDIRECTS) {
      const target = onward === undefined ? 'no address' : onward.origin + (onward.pathname === url.pathname ? '' : onward.pathname);
      throw new VaultError(method, url, {
        status: answer.status,
        problem: `it sends us on to ${target}, which we do not follow. If that is the Vault, write its address`,
      });
    }
    return this.follow(method, onward, body, redirects + 1);
  }

  private evaluate(method: string, url: URL, answer: RawResponse): VaultResponse {
    const { status, headers, body } = answer;
    const index = headers['x-vault-index'];
    if (typeof index === 'string') {
      this.index = index;
    }
    if (body?.wrap_info) {
      throw new VaultError(method, url, {
        status,
        problem: 'a control group has to approve this request. Exempt the administrator from it',
      });
    }
    if (status === 404 || (status >= 200 && status < 300)) {
      body?.warnings?.forEach((warning: string) => this.options.onWarning?.(warning));
      return { status, body };
    }
    if (status === 472) {
      throw new VaultError(method, url, {
        status,
        problem: 'this is a secondary for disaster recovery, which serves nobody. Write the address of its primary',
      });
    }
    const retryAfter = Number(headers['retry-after']);
    throw new VaultError(method, url, {
      status,
      errors: body?.errors,
      retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1000 : undefined,
    });
  }

  private async send(method: string, url: URL, body?: object): Promise<RawResponse> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const { token, namespace, certificateAuthority, deadline } = this.options;
    const headers: OutgoingHttpHeaders = {
      // Proxies that guard Vault against forged requests of browsers demand it.
      'X-Vault-Request': 'true',
      ...(token === undefined ? {} : { 'X-Vault-Token': token }),
      ...(namespace === undefined ? {} : { 'X-Vault-Namespace': namespace }),
      ...(this.index === undefined ? {} : { 'X-Vault-Index': this.index }),
      ...(text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
    };
    const timeout = Math.max(1, Math.round(Math.min(REQUEST_TIMEOUT_MS, (deadline.at - Date.now()) / 2)));
    const begin = url.protocol === 'https:' ? secureRequest : plainRequest;
    return new Promise<RawResponse>((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException) => reject(new VaultError(method, url, {
        code: error.code,
        problem: error.code === 'ABORT_ERR' ? `no answer within ${timeout} ms` : error.message,
      }));
      const request = begin(url, { method, headers, ca: certificateAuthority, signal: AbortSignal.timeout(timeout) }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk)).on('error', fail).on('end', () => {
          const answer = Buffer.concat(chunks).toString('utf8');
          try {
            resolve({ status: response.statusCode!, headers: response.headers, body: answer === '' ? undefined : JSON.parse(answer) });
          } catch {
            if (isRedirection(response.statusCode!)) {
              resolve({ status: response.statusCode!, headers: response.headers });
              return;
            }
            // What it says instead is not shown: it may be anything, from anyone.
            reject(new VaultError(method, url, {
              status: response.statusCode,
              code: 'NOT_JSON',
              problem: 'the answer is not JSON, so it does not come from Vault',
            }));
          }
        });
      });
      request.on('error', fail).end(text);
    });
  }
}

function isRedirection(status: number): boolean {
  return status >= 300 && status < 400;
}
