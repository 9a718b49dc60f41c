import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { HttpVaultClient } from '../../../../lambda/configure-vault/client/vault-client';
import { login, logout } from '../../../../lambda/configure-vault/login/administrator';
import { Redaction } from '../../../../lambda/configure-vault/redaction';
import { AwsCredentials, LoginContext } from '../../../../lambda/configure-vault/runtime-context';
import { Administrator } from '../../../../src/vault/contract/environment';
import { useEmbeddedVault } from '../../../emulators/use-embedded-vault';
import { useEmbeddedAws } from '../../../emulators/use-emulators';
import { ControlPlane } from '../../../emulators/zenml-pro';

/* The three administrators log in to a real server; it asks the embedded AWS, which verifies signatures, who signed. */

const ACCOUNT = '111122223333';
const SECRET_ARN = `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:vault-administrator-AbCdEf`;
const vault = useEmbeddedVault();
const aws = useEmbeddedAws();
let lambda: AwsCredentials;
let stranger: AwsCredentials;

beforeAll(async () => {
  const account = await ControlPlane.create(aws, ACCOUNT);
  lambda = (await account.createRole('lambda')).credentials;
  stranger = (await account.createRole('stranger')).credentials;

  await vault.call('POST', 'sys/auth/aws', { type: 'aws' });
  await vault.call('POST', 'auth/aws/config/client', { iam_server_id_header_value: 'vault.example.com', sts_endpoint: aws.endpoint });
  await vault.call('POST', 'auth/aws/role/admin', {
    auth_type: 'iam',
    bound_iam_principal_arn: [`arn:aws:iam::${ACCOUNT}:role/lambda`],
    resolve_aws_unique_ids: false,
    token_policies: ['default'],
  });
  await vault.call('POST', 'sys/auth/approle', { type: 'approle' });
  await vault.call('POST', 'auth/approle/role/admin', { token_policies: ['default'] });
}, 60_000);

const within = (milliseconds: number) => ({ at: Date.now() + milliseconds, last: Date.now() + milliseconds });
const client = () => new HttpVaultClient({ address: vault.address, deadline: within(10_000) });
const context = (secret: unknown = {}, credentials = lambda): LoginContext => ({
  readSecret: async (arn) => {
    expect(arn).toBe(SECRET_ARN);
    return typeof secret === 'string' ? secret : JSON.stringify(secret);
  },
  credentials: async () => credentials,
  redaction: new Redaction(),
});
const isAlive = async (token: string) => (
  (await vault.call('GET', 'auth/token/lookup-self', undefined, { 'X-Vault-Token': token })).status === 200
);

describe('by AWS IAM', () => {
  const administrator: Administrator & { method: 'aws' } = {
    method: 'aws', roleName: 'admin', mount: 'aws', headerValue: 'vault.example.com', stsHost: 'sts.amazonaws.com', stsRegion: 'us-east-1',
  };

  test('logs in, and gives the token back', async () => {
    const session = await login(client(), administrator, context());
    expect(await isAlive(session.token)).toBe(true);

    await logout(client().with({ token: session.token }), session);
    expect(await isAlive(session.token)).toBe(false);
  });

  test.each<[string, Partial<typeof administrator>, () => AwsCredentials, RegExp]>([
    ['another role', {}, () => stranger, /does not belong to the role "admin"/],
    ['a forged signature', {}, () => ({ ...lambda, secretAccessKey: 'forged' }), /answers 400/],
    ['another header', { headerValue: 'other.example.com' }, () => lambda, /expected "vault\.example\.com" but got "other\.example\.com"/],
    ['no header', { headerValue: undefined }, () => lambda, /missing header/],
    ['a role that Vault does not have', { roleName: 'nobody' }, () => lambda, /entry for role nobody not found/],
  ])('is refused with %s', async (_, change, credentials, message) => {
    await expect(login(client(), { ...administrator, ...change }, context({}, credentials()))).rejects.toThrow(message);
  });

  test('signs without a session token where the credentials have none', async () => {
    const user = (await ControlPlane.create(aws, '222233334444')).insider;

    await expect(login(client(), administrator, context({}, user))).rejects.toThrow(/user\/pods" does not belong to the role "admin"/);
  });
});

describe('by AppRole', () => {
  const administrator: Administrator = {
    method: 'app_role', secretArn: SECRET_ARN, roleIdField: 'role_id', secretIdField: 'secret_id', mount: 'approle',
  };

  test('logs in, and gives the token back', async () => {
    const { body: role } = await vault.call('GET', 'auth/approle/role/admin/role-id');
    const { body: secret } = await vault.call('POST', 'auth/approle/role/admin/secret-id');
    const session = await login(client(), administrator, context({ role_id: role.data.role_id, secret_id: secret.data.secret_id }));
    expect(await isAlive(session.token)).toBe(true);

    await logout(client().with({ token: session.token }), session);
    expect(await isAlive(session.token)).toBe(false);
  });

  test('logs in with ids that have white space around them', async () => {
    const { body: role } = await vault.call('GET', 'auth/approle/role/admin/role-id');
    const { body: secret } = await vault.call('POST', 'auth/approle/role/admin/secret-id');
    const stored = { role_id: ` ${role.data.role_id}\n`, secret_id: `\t${secret.data.secret_id}\r\n` };

    expect(await isAlive((await login(client(), administrator, context(stored))).token)).toBe(true);
  });

  const FIELDS = ['role_id', 'secret_id'];
  test.each(FIELDS)('a line break in the middle of %s is refused by the name of secret and field, and Vault not asked', async (field) => {
    const stored = { role_id: 'role', secret_id: 'secret', [field]: 'canary\ncanary' };
    const nobody = new HttpVaultClient({ address: 'http://127.0.0.1:1', deadline: within(10_000) });

    await expect(login(nobody, administrator, context(stored))).rejects.toThrow(new Error(
      `The secret ${SECRET_ARN} has in its field "${field}" a line break or another character that no credential of Vault has. `
      + 'Store the credential anew'));
  });

  test('is refused with a wrong secret id, which is not shown', async () => {
    const wrong = context({ role_id: 'canary-role', secret_id: 'canary-secret' });
    const error = await login(client(), administrator, wrong).catch((reason) => reason);

    expect(error.message).toMatch(/^Vault: POST auth\/approle\/login answers 400: invalid role/);
    expect(JSON.stringify([error, error.stack])).not.toContain('canary');
  });
});

describe('by token', () => {
  const administrator: Administrator = { method: 'token', secretArn: SECRET_ARN, field: 'token' };

  test('uses the token of the secret, and leaves it alive', async () => {
    const session = await login(client(), administrator, context({ token: vault.rootToken }));
    expect(session).toEqual({ token: vault.rootToken, isOurs: false });

    await logout(client().with({ token: session.token }), session);
    expect(await isAlive(vault.rootToken)).toBe(true);
  });

  test.each(['root\n', ' root ', '\uFEFFroot\r\n'])('white space around the token %j is left out', async (token) => {
    expect((await login(client(), administrator, context({ token }))).token).toBe(vault.rootToken);
  });

  const NO_HEADERS = ['canary\ncanary', 'canary\u0000', 'canarÿ', 'canary—'];
  test.each(NO_HEADERS)('%j, which is no header, is refused by the name of secret and field', async (token) => {
    await expect(login(client(), administrator, context({ token }))).rejects.toThrow(new Error(
      `The secret ${SECRET_ARN} has in its field "token" a line break or another character that no credential of Vault has. `
      + 'Store the credential anew'));
  });

  test.each<[string, unknown, string]>([
    ['no JSON', 'canary', `The secret ${SECRET_ARN} is not a JSON object. Store the administrator's credentials as fields of one`],
    ['JSON, but no object', '"canary"',
      `The secret ${SECRET_ARN} is not a JSON object. Store the administrator's credentials as fields of one`],
    ['nothing at all', 'null', `The secret ${SECRET_ARN} is not a JSON object. Store the administrator's credentials as fields of one`],
    ['no such field', { password: 'canary', user: 'canary' }, `The secret ${SECRET_ARN} has no field "token" with a text in it, among 2`],
    ['white space in its field', { token: ' \n' }, `The secret ${SECRET_ARN} has no field "token" with a text in it, among 1`],
    ['an empty field', { token: '' }, `The secret ${SECRET_ARN} has no field "token" with a text in it, among 1`],
  ])('refuses a secret with %s, and does not show what is in it', async (_, secret, message) => {
    await expect(login(client(), administrator, context(secret))).rejects.toThrow(new Error(message));
  });
});

test('an answer without a token is explained', async () => {
  const server: Server = createServer((_, response) => response.end('{"auth":{"mfa_requirement":{}}}'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const odd = new HttpVaultClient({ address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, deadline: within(5_000) });
  try {
    const administrator: Administrator = {
      method: 'app_role', secretArn: SECRET_ARN, roleIdField: 'r', secretIdField: 's', mount: 'approle',
    };
    await expect(login(odd, administrator, context({ r: 'x', s: 'y' })))
      .rejects.toThrow(/POST auth\/approle\/login answers 200 without a token\. Look whether an auth method is enabled/);
  } finally {
    server.close();
  }
});
