import { AwsCredentials, signedCallerIdentity } from './caller-identity';
import { VaultClient } from './vault-client';

/** How the handler logs in to Vault, without any secret. Mounts are those of the auth method. */
export type Administrator =
  | { readonly method: 'token'; readonly secretArn: string; readonly field: string }
  | { readonly method: 'app_role'; readonly secretArn: string; readonly roleIdField: string; readonly secretIdField: string; readonly mount: string }
  | { readonly method: 'aws_iam'; readonly vaultRole: string; readonly mount: string; readonly headerValue?: string; readonly stsHost: string; readonly stsRegion: string };

/** What a login needs from its surroundings. */
export interface Surroundings {
  /** Reads a secret of Secrets Manager. */
  readonly readSecret: (arn: string) => Promise<string>;
  /** The credentials of the function's role. */
  readonly credentials: () => Promise<AwsCredentials>;
}

export interface Session {
  readonly token: string;
  /** Whether the token came of this login, and so ends with it. A token that we were given goes on to belong to its owner. */
  readonly isOurs: boolean;
}

/** Logs in. `client` speaks to Vault without a token, in the namespace of the administrator. */
export async function login(client: VaultClient, administrator: Administrator, surroundings: Surroundings): Promise<Session> {
  switch (administrator.method) {
    case 'token': {
      const secret = await readFields(administrator.secretArn, surroundings);
      return { token: field(secret, administrator.field, administrator.secretArn), isOurs: false };
    }
    case 'app_role': {
      const secret = await readFields(administrator.secretArn, surroundings);
      return loginAt(client, administrator.mount, {
        role_id: field(secret, administrator.roleIdField, administrator.secretArn),
        secret_id: field(secret, administrator.secretIdField, administrator.secretArn),
      });
    }
    case 'aws_iam':
      return loginAt(client, administrator.mount, signedCallerIdentity(administrator.vaultRole, {
        credentials: await surroundings.credentials(),
        host: administrator.stsHost,
        region: administrator.stsRegion,
        headerValue: administrator.headerValue,
        now: new Date(),
      }));
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
    throw new Error(`Vault: POST ${path} answers ${response.status} without a token. Look whether the auth method is enabled at that path, `
      + 'and whether it asks for a second factor, which a function cannot give');
  }
  return { token, isOurs: true };
}

async function readFields(arn: string, surroundings: Surroundings): Promise<{ [name: string]: unknown }> {
  const text = await surroundings.readSecret(arn);
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

function field(secret: { [name: string]: unknown }, name: string, arn: string): string {
  const value = secret[name];
  if (typeof value !== 'string' || value === '') {
    throw new Error(`The secret ${arn} has no field ${JSON.stringify(name)} with a text in it. It has the fields ${Object.keys(secret).join(', ')}`);
  }
  return value;
}
