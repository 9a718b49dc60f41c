import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { rootCertificates } from 'node:tls';

/** Longer than a Vault needs to give up on an STS that it cannot reach. */
const TIMEOUT_MS = 20_000;

export interface VaultAnswer {
  readonly status: number;
  readonly body?: any;
  /** What Vault says is wrong, in one line. */
  readonly errorMessage: string;
}

export interface VaultServerOptions {
  readonly address: string;
  readonly namespace?: string;
  /** PEM of authorities to trust beside the public ones. */
  readonly certificateAuthority?: string;
}

/** There was no answer of HTTP. */
export class NoAnswer extends Error {
  constructor(public readonly code: string, message: string) {
    super(message);
  }
}

/**
 * Asks a Vault, and takes the answer as it is: nothing is repeated, and no redirection is followed, so that a token goes to the address
 * that is handed over and nowhere else. Only the public certificate authorities count that come with Node.js, whatever NODE_EXTRA_CA_CERTS
 * adds or NODE_TLS_REJECT_UNAUTHORIZED spares: ZenML has not got those.
 */
export class VaultServer {
  constructor(private readonly options: VaultServerOptions) {}

  public inNamespace(namespace: string): VaultServer {
    return new VaultServer({ ...this.options, namespace });
  }

  public async get(path: string, token?: string): Promise<VaultAnswer> {
    return this.send('GET', path, undefined, token);
  }

  public async post(path: string, body: object, token?: string): Promise<VaultAnswer> {
    return this.send('POST', path, JSON.stringify(body), token);
  }

  /** Health is asked for outside of any namespace, in which Vault does not answer it. */
  public async health(): Promise<VaultAnswer> {
    return new VaultServer({ ...this.options, namespace: undefined }).get('sys/health?standbyok=true&perfstandbyok=true');
  }

  private async send(method: string, path: string, text: string | undefined, token: string | undefined): Promise<VaultAnswer> {
    const { address, namespace, certificateAuthority } = this.options;
    const url = new URL(`/v1/${path}`, address);
    const headers = {
      'X-Vault-Request': 'true',
      ...(token === undefined ? {} : { 'X-Vault-Token': token }),
      ...(namespace === undefined ? {} : { 'X-Vault-Namespace': namespace }),
      ...(text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
    };
    const ca = [...rootCertificates, ...(certificateAuthority === undefined ? [] : [certificateAuthority])];
    const begin = url.protocol === 'https:' ? secureRequest : plainRequest;
    return new Promise<VaultAnswer>((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException) => reject(new NoAnswer(String(error.code), error.message));
      begin(url, { method, headers, ca, rejectUnauthorized: true, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk)).on('error', fail)
          .on('end', () => resolve(read(response.statusCode!, Buffer.concat(chunks).toString())));
      }).on('error', fail).end(text);
    });
  }
}

function read(status: number, text: string): VaultAnswer {
  try {
    const body = text === '' ? undefined : JSON.parse(text);
    return { status, body, errorMessage: Array.isArray(body?.errors) ? body.errors.join('; ').replace(/\s+/g, ' ').trim() : '' };
  } catch {
    // What it says instead is not shown: it may be anything, from anyone.
    return { status, errorMessage: 'the answer is not JSON, so it does not come from Vault' };
  }
}
