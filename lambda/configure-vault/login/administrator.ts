import type { AwsCredentials } from './aws-iam-login';
import { Administrator } from '../../../src/vault/contract/environment';
import { VaultClient } from '../client/vault-client';

/** What a login needs from its context. */
export interface RuntimeContext {
  /** Reads a secret of Secrets Manager. */
  readonly readSecret: (arn: string) => Promise<string>;
  /** The credentials of the function's role. */
  readonly credentials: () => Promise<AwsCredentials>;
  /** Keeps a secret out of all that is said from now on. */
  readonly redact: (...secrets: string[]) => void;
}

export interface Session {
  readonly token: string;
  /** Whether the token came of this login, and so ends with it. A token that we were given goes on to belong to its owner. */
  readonly isOurs: boolean;
}

/** Logs in. `client` speaks to Vault without a token, in the namespace of the administrator. */
export async function login(client: VaultClient, administrator: Administrator, context: RuntimeContext): Promise<Session> {
  switch (administrator.method) {
    case 'token': {
      const field = await readFields(administrator.secretArn, context);
      return { token: field(administrator.field), isOurs: false };
    }
    case 'app_role': {
      const field = await readFields(administrator.secretArn, context);
      return loginAt(client, administrator.mount, { role_id: field(administrator.roleIdField), secret_id: field(administrator.secretIdField) });
    }
    case 'aws': {
      // Bundled into a file of its own, since only this administrator needs it.
      const { signedCallerIdentity } = require('./aws-iam-login') as typeof import('./aws-iam-login');
      const credentials = await context.credentials();
      const body = signedCallerIdentity(administrator.roleName, {
        credentials,
        host: administrator.stsHost,
        region: administrator.stsRegion,
        headerValue: administrator.headerValue,
        now: new Date(),
      });
      const [, signature] = Buffer.from(body.iam_request_headers, 'base64').toString().split('Signature=');
      context.redact(credentials.secretAccessKey, credentials.sessionToken ?? '', body.iam_request_headers, signature.slice(0, 64));
      return loginAt(client, administrator.mount, body);
    }
  }
}

/** Gives back the token of a login. `client` speaks under that token. */
export async function logout(client: VaultClient, session: Session): Promise<void> {
  if (session.isOurs) {
    await client.request('POST', 'auth/token/revoke-self');
  }
}

async function loginAt(client: VaultClient, mount: string, body: object): Promise<Session> {
  const path = `auth/${mount}/login`;
  const response = await client.request('POST', path, body);
  const token = response.body?.auth?.client_token;
  if (typeof token !== 'string' || token === '') {
    throw new Error(`Vault: POST ${path} answers ${response.status} without a token. Look whether an auth method is enabled there, `
      + 'and asks for no second factor');
  }
  return { token, isOurs: true };
}

/** Reads a secret whose fields the returned function gives. */
async function readFields(arn: string, context: RuntimeContext): Promise<(name: string) => string> {
  const fields = parse(arn, await context.readSecret(arn));
  return (name) => {
    const value = fields[name];
    if (typeof value !== 'string' || value === '') {
      throw new Error(`The secret ${arn} has no field ${JSON.stringify(name)} with a text in it, among ${Object.keys(fields).length}`);
    }
    context.redact(value);
    return value;
  };
}

function parse(arn: string, text: string): { readonly [field: string]: unknown } {
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null) {
      return value;
    }
  } catch {
    // Falls through: the parser's message would quote the secret.
  }
  throw new Error(`The secret ${arn} is not a JSON object. Store the administrator's credentials as fields of one`);
}
