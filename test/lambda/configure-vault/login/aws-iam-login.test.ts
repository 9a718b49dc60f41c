import { createHash, createHmac, Hash, Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { CallerIdentityOptions, signedCallerIdentity } from '../../../../lambda/configure-vault/login/aws-iam-login';

/* The function signs by itself. Here the signer of AWS's SDK signs the same request. */

type Chunk = string | ArrayBuffer | ArrayBufferView;

/** What the signer computes with: SHA-256, with a key or without. */
class Sha256 {
  private readonly hash: Hash | Hmac;

  constructor(key?: Chunk) {
    this.hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key));
  }

  public update(chunk: Chunk) {
    this.hash.update(bytesOf(chunk));
  }

  public async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  public reset() {
    throw new Error('The signer takes a new hash for each text');
  }
}

function bytesOf(chunk: Chunk): Uint8Array {
  if (typeof chunk === 'string') {
    return Buffer.from(chunk);
  }
  return ArrayBuffer.isView(chunk) ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength) : new Uint8Array(chunk);
}

interface SignedRequest {
  readonly url: URL;
  readonly body: string;
  readonly headers: { [name: string]: string };
}

function requestOf(login: { [field: string]: string }): SignedRequest {
  const [url, body, headers] = ['iam_request_url', 'iam_request_body', 'iam_request_headers'].map((field) => (
    Buffer.from(login[field], 'base64').toString()
  ));
  return { url: new URL(url), body, headers: JSON.parse(headers) };
}

/** The headers, signed anew by the SDK. */
async function signBySdk({ url, body, headers }: SignedRequest, { credentials, region, now }: CallerIdentityOptions) {
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256, applyChecksum: false });
  // The signer adds these three.
  const { 'authorization': _, 'x-amz-date': __, 'x-amz-security-token': ___, ...unsigned } = headers;
  const signed = await signer.sign(
    { method: 'POST', protocol: url.protocol, hostname: url.hostname, path: url.pathname, query: {}, headers: unsigned, body },
    { signingDate: now },
  );
  return signed.headers;
}

const LONG_TERM = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const SESSION = { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', secretAccessKey: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY' };

const GLOBAL: CallerIdentityOptions = {
  credentials: LONG_TERM, host: 'sts.amazonaws.com', region: 'us-east-1', now: new Date('2026-01-02T03:04:05.678Z'),
};
const sessionToken = `IQoJb3JpZ2luX2VjE${'/+Ab9='.repeat(150)}`;

test.each<[string, Partial<CallerIdentityOptions>]>([
  ['a key', {}],
  ['a session', { credentials: { ...SESSION, sessionToken } }],
  ['a header value', { headerValue: 'vault.example.com' }],
  ['a session and a header value', { credentials: { ...SESSION, sessionToken }, headerValue: '123e4567-e89b-12d3-a456-426614174000' }],
  ['a header value with single spaces', { headerValue: 'Vault of the platform team' }],
  ['a regional STS', { host: 'sts.eu-central-1.amazonaws.com', region: 'eu-central-1' }],
  ['the STS of another partition', { host: 'sts.cn-north-1.amazonaws.com.cn', region: 'cn-north-1', headerValue: 'vault' }],
  ['the last moment of a year', { now: new Date('2025-12-31T23:59:59.999Z') }],
  ['a leap day, in another time zone', { now: new Date('2028-02-29T01:00:00+14:00') }],
])('with %s: the signature is that of the SDK', async (_, change) => {
  const options = { ...GLOBAL, ...change };
  const request = requestOf(signedCallerIdentity('zenml', options));

  expect(request.headers).toEqual(await signBySdk(request, options));
});

test('another secret key, date, region or header value makes another signature', () => {
  const changes: Partial<CallerIdentityOptions>[] = [
    {}, { credentials: { ...LONG_TERM, secretAccessKey: 'other' } }, { now: new Date('2026-01-03T03:04:05Z') }, { region: 'eu-central-1' },
    { headerValue: 'vault' },
  ];
  const signatures = changes.map((change) => requestOf(signedCallerIdentity('zenml', { ...GLOBAL, ...change })).headers.authorization);

  expect(new Set(signatures.map((authorization) => authorization.split('Signature=')[1])).size).toBe(changes.length);
});
