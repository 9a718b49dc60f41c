import { createHash, createHmac } from 'node:crypto';
import { AwsCredentials } from '../runtime-context';

export interface CallerIdentityOptions {
  readonly credentials: AwsCredentials;
  /** The host of the STS that Vault asks, such as `sts.amazonaws.com`. */
  readonly host: string;
  /** The region of that STS; of the global one, `us-east-1`. */
  readonly region: string;
  /** The value that the auth mount demands in `X-Vault-AWS-IAM-Server-ID`. */
  readonly headerValue?: string;
  readonly now: Date;
}

const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';

/**
 * The body of a login at Vault's auth method `aws`: a signed `sts:GetCallerIdentity`, which Vault sends to STS to learn who
 * signed it. It can do nothing else; with a header value it is useless for another Vault.
 *
 * Signature Version 4 by hand, as the runtime's SDK signs requests only in order to send them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signedCallerIdentity(role: string, options: CallerIdentityOptions): { [field: string]: string } {
  const { credentials, host, region, headerValue, now } = options;
  const timestamp = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const date = timestamp.slice(0, 8);

  const headers: [string, string][] = [
    ['content-length', String(BODY.length)],
    ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'],
    ['host', host],
    ['x-amz-date', timestamp],
  ];
  if (credentials.sessionToken !== undefined) {
    headers.push(['x-amz-security-token', credentials.sessionToken]);
  }
  if (headerValue !== undefined) {
    headers.push(['x-vault-aws-iam-server-id', headerValue]);
  }
  const signedHeaders = headers.map(([name]) => name).join(';');
  const canonicalHeaders = headers.map(([name, value]) => `${name}:${value}\n`).join('');
  const canonicalRequest = ['POST', '/', '', canonicalHeaders, signedHeaders, sha256(BODY)].join('\n');

  const scope = `${date}/${region}/sts/aws4_request`;
  const stringToSign = ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonicalRequest)].join('\n');
  const key = [date, region, 'sts', 'aws4_request']
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${credentials.secretAccessKey}`);
  const signature = hmac(key, stringToSign).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, `
    + `SignedHeaders=${signedHeaders}, Signature=${signature}`;

  return {
    role,
    iam_http_request_method: 'POST',
    iam_request_url: base64(`https://${host}/`),
    iam_request_body: base64(BODY),
    iam_request_headers: base64(JSON.stringify(Object.fromEntries([...headers, ['authorization', authorization]]))),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
