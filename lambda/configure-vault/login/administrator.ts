import { signedCallerIdentity } from './aws-iam-login';
import { Administrator } from '../../../src/vault/contract/environment';
import { VaultClient } from '../client/vault-client';
import { LoginContext } from '../runtime-context';

export interface Session {
  readonly token: string;
  /** Whether the token came of this login, and so ends with it. A token that we were given goes on to belong to its owner. */
  readonly isOurs: boolean;
}

type Method = Administrator['method'];
type Login<M extends Method> = (
  client: VaultClient, administrator: Extract<Administrator, { readonly method: M }>, context: LoginContext,
) => Promise<Session>;

const LOGINS: { readonly [M in Method]: Login<M> } = {
  async token(_, { secretArn, field }, context) {
    const read = await readFields(secretArn, context);
    return { token: read(field), isOurs: false };
  },

  async app_role(client, { secretArn, mount, roleIdField, secretIdField }, context) {
    const read = await readFields(secretArn, context);
    return loginAt(client, mount, { role_id: read(roleIdField), secret_id: read(secretIdField) });
  },

  async aws(client, { roleName, mount, stsHost, stsRegion, headerValue }, context) {
    const credentials = await context.credentials();
    const body = signedCallerIdentity(roleName, { credentials, host: stsHost, region: stsRegion, headerValue, now: new Date() });
    const [, signature] = Buffer.from(body.iam_request_headers, 'base64').toString().split('Signature=');
    context.redaction.add(credentials.secretAccessKey, credentials.sessionToken ?? '', body.iam_request_headers, signature.slice(0, 64));
    return loginAt(client, mount, body);
  },
};

/** Logs in. `client` speaks to Vault without a token, in the namespace of the administrator. */
export async function login(client: VaultClient, administrator: Administrator, context: LoginContext): Promise<Session> {
  const logIn = LOGINS[administrator.method] as Login<Method>;
  return logIn(client, administrator, context);
}

/** Gives back the token of a login. `client` speaks under that token. */
export async function logout(client: VaultClient, session: Session): Promise<void> {
  if (session.isOurs) {
    await client.request('POST', 'auth/token/revoke-self');
  }
}

/** What can stand in a header. */
const PRINTABLE = /^[\x20-\x7e]+$/;

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

/** Reads a secret whose fields the returned function gives, without the white space around them that files and clipboards leave there. */
async function readFields(arn: string, context: LoginContext): Promise<(name: string) => string> {
  const fields = parse(arn, await context.readSecret(arn));
  return (name) => {
    const stored = fields[name];
    const value = typeof stored === 'string' ? stored.trim() : '';
    if (value === '') {
      throw new Error(`The secret ${arn} has no field ${JSON.stringify(name)} with a text in it, among ${Object.keys(fields).length}`);
    }
    context.redaction.add(value);
    if (!PRINTABLE.test(value)) {
      throw new Error(`The secret ${arn} has in its field ${JSON.stringify(name)} a line break or another character that no credential of `
        + 'Vault has. Store the credential anew');
    }
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
