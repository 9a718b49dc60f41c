import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CREDENTIAL_STORES, StackUnderTest, WORKSPACE } from './stack-under-test';
import { wipe } from './vault-under-test';
import { CustomResourceResponse } from '../../../lambda/configure-vault/cloudformation-response';
import { CREDENTIAL_TYPE, VaultCredential } from '../../../src/vault/contract/credential-properties';
import { writeProperties } from '../../../src/vault/contract/property-readers';
import { administratorRules } from '../../../src/vault/private/administrator-policy';
import { useEmbeddedVault } from '../../emulators/use-embedded-vault';
import { useEmbeddedAws, useFaultProxy } from '../../emulators/use-emulators';

/* The credentials that a workspace is handed, on a real server, with a real Secrets Manager, and under the administrator's policy. */

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const ENVIRONMENT = { ...process.env };
const ROLE = `zenml-${WORKSPACE}`;
type Method = keyof typeof CREDENTIAL_STORES;
const aws = useEmbeddedAws({ region: REGION });
const vault = useEmbeddedVault();
const proxy = useFaultProxy(vault);
let secrets: SecretsManagerClient;
let stack: StackUnderTest;
let secretArn: string;

beforeAll(async () => {
  secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
});

beforeEach(async () => {
  const { accessKeyId, secretAccessKey } = aws.root(ACCOUNT);
  const place = { AWS_REGION: REGION, AWS_ENDPOINT_URL: aws.endpoint };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, ...place });
  stack = new StackUnderTest(vault, proxy);
  secretArn = (await secrets.send(new CreateSecretCommand({ Name: `Credential-${randomUUID()}` }))).ARN!;
});

afterEach(async () => {
  process.env = { ...ENVIRONMENT };
  await wipe(vault);
});

function credentialOf(method: Method, change: Partial<VaultCredential> = {}): VaultCredential {
  const { authMount, roleName, policy, tokenTtl, tokenBoundCidrs, tokenNoDefaultPolicy, secretIdTtl, forget } = CREDENTIAL_STORES[method];
  const ofStore = { authMethod: method, authMount, roleName, policy, tokenTtl, tokenBoundCidrs, tokenNoDefaultPolicy, secretIdTtl, forget };
  return { ...ofStore, serial: 1, retiring: false, secretArn, ...change };
}

type Event = { readonly [field: string]: unknown };

async function send(type: string, credential: VaultCredential, more: Event = {}): Promise<CustomResourceResponse> {
  return stack.sendEvent({
    ResourceType: CREDENTIAL_TYPE,
    RequestType: type,
    RequestId: randomUUID(),
    StackId: stack.stackId,
    LogicalResourceId: 'Credential1',
    ResourceProperties: { ServiceToken: 'arn', ...writeProperties(credential, 'hash') },
    ...more,
  });
}

/** What the secret holds. */
async function handedOver(arn = secretArn): Promise<{ readonly [field: string]: string }> {
  return JSON.parse((await secrets.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString!);
}

/** Uses a credential as ZenML does, and tells the policies that come of it. */
async function use(credential: { readonly [field: string]: string }): Promise<string[] | number> {
  if (credential.token !== undefined) {
    const { status, body } = await vault.call('GET', 'auth/token/lookup-self', undefined, { 'X-Vault-Token': credential.token });
    return status === 200 ? body.data.policies : status;
  }
  const { status, body } = await vault.call('POST', 'auth/zenml-approle/login', credential, {});
  return status === 200 ? body.auth.policies : status;
}

const secretIds = async () => (await vault.call('GET', `auth/zenml-approle/role/${ROLE}/secret-id?list=true`)).body?.data?.keys ?? [];
const tokens = async () => (await vault.call('GET', 'auth/token/accessors?list=true')).body.data.keys.length;
const said = () => JSON.stringify(stack.lines);

describe.each<[Method]>([['app_role'], ['token']])('of method %s', (method) => {
  beforeEach(async () => {
    await stack.deploy(CREDENTIAL_STORES[method]);
  });

  test('is made once, put into its secret, marked, and in the end destroyed', async () => {
    const { PhysicalResourceId: id, Data: data } = await send('Create', credentialOf(method));
    const credential = await handedOver();
    expect(data).toEqual({ SecretArn: secretArn });
    expect(Object.keys(credential)).toEqual(method === 'token' ? ['token'] : ['role_id', 'secret_id']);
    expect(await use(credential)).toEqual(['default', ROLE]);

    const accessor = /^zenml-vault-credential(?:-[0-9a-f]{12}){3}-(.+)$/.exec(id)![1];
    const { body } = method === 'token'
      ? await vault.call('POST', 'auth/token/lookup-accessor', { accessor })
      : await vault.call('POST', `auth/zenml-approle/role/${ROLE}/secret-id-accessor/lookup`, { secret_id_accessor: accessor });
    expect(body.data.metadata ?? body.data.meta).toEqual({ stack: stack.stackId, resource: 'Credential1' });

    expect(await send('Update', credentialOf(method), { PhysicalResourceId: id })).toEqual({ PhysicalResourceId: id, Data: data });
    expect(await handedOver()).toEqual(credential);

    expect((await send('Delete', credentialOf(method), { PhysicalResourceId: id })).PhysicalResourceId).toBe(id);
    expect(typeof await use(credential)).toBe('number');
    expect((await send('Delete', credentialOf(method), { PhysicalResourceId: id })).PhysicalResourceId).toBe(id);
    expect(Object.values(credential).filter((secret) => said().includes(secret))).toEqual([]);
  });

  test('is made in a namespace, and good for the role there', async () => {
    const namespace = `of-${method}`;
    await vault.call('POST', `sys/namespaces/${namespace}`);
    const inNamespace = { 'X-Vault-Namespace': namespace };
    await vault.call('POST', 'sys/policies/acl/everywhere', { policy: administratorRules([CREDENTIAL_STORES[method]], `${namespace}/`) });
    const { body } = await vault.call('POST', 'auth/token/create', { policies: ['everywhere'], no_default_policy: true });
    const administrator = { method: 'token', secretArn: 'arn', field: 'token', vaultNamespace: '' } as const;
    const namespaced = new StackUnderTest(vault, proxy, 'Namespaced');
    namespaced.runtime = {
      connection: { address: proxy.address, vaultNamespace: namespace, connectionStack: 'Vault', administrator },
      readSecret: async () => JSON.stringify({ token: body.auth.client_token }),
    };
    await namespaced.deploy(CREDENTIAL_STORES[method]);
    stack.runtime = namespaced.runtime;
    const { PhysicalResourceId: id } = await send('Create', credentialOf(method));

    const credential = await handedOver();
    const { body: used } = method === 'token'
      ? await vault.call('GET', 'auth/token/lookup-self', undefined, { ...inNamespace, 'X-Vault-Token': credential.token })
      : await vault.call('POST', 'auth/zenml-approle/login', credential, inNamespace);
    expect((used.data ?? used.auth).policies).toEqual(['default', ROLE]);
    await send('Delete', credentialOf(method), { PhysicalResourceId: id });
    await namespaced.delete();
  });

  test('is made in whatever time is left, also if it is no whole number of milliseconds', async () => {
    stack.runtime = { remainingTime: 29_999 };
    await send('Create', credentialOf(method));

    expect(await use(await handedOver())).toEqual(['default', ROLE]);
  });

  test('that cannot be put is destroyed again', async () => {
    const before = [await tokens(), await secretIds()];
    const gone = secretArn.replace(/-[^-]+$/, '-gone00');

    await expect(send('Create', credentialOf(method, { secretArn: gone }))).rejects.toThrow(/can't find the specified secret|ResourceNotFound/i);
    expect([await tokens(), await secretIds()]).toEqual(before);
  });

  test('of an event that comes twice does not take the place of the first', async () => {
    const RequestId = randomUUID();
    const asked: { readonly ClientRequestToken: string }[] = [];
    // AWS refuses another value under one request token; the embedded Secrets Manager does not.
    const server = createServer((request, response) => request.on('data', (text) => asked.push(JSON.parse(text))).on('end', () => {
      response.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.1' })
        .end('{"__type":"ResourceExistsException","message":"already exists"}');
    }));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const before = [await tokens(), await secretIds()];
    try {
      await expect(send('Create', credentialOf(method), { RequestId })).rejects.toThrow('already exists');
    } finally {
      server.closeAllConnections();
      server.close();
    }
    expect(asked.map(({ ClientRequestToken: token }) => token)).toEqual([RequestId]);
    expect([await tokens(), await secretIds()]).toEqual(before);
  });

  test('is not changed in place', async () => {
    const { PhysicalResourceId: id } = await send('Create', credentialOf(method));
    const kept: [Partial<VaultCredential>, string] = method === 'token'
      ? [{ tokenBoundCidrs: ['10.0.0.0/8'] }, 'keeps policy, tokenTtl, tokenNoDefaultPolicy, tokenBoundCidrs from its creation']
      : [{ secretIdTtl: 60 }, 'keeps secretIdTtl from its creation'];

    const moved = [
      { roleName: 'other' }, 'was made for another role, auth mount or secret, and Vault does not show it again',
    ] as const;
    for (const [change, message] of [kept, moved] as const) {
      await expect(send('Update', credentialOf(method, change), { PhysicalResourceId: id })).rejects.toThrow(
        `${message}. Raise serial with this change`,
      );
    }
    // As CloudFormation rolls back.
    expect((await send('Update', credentialOf(method), { PhysicalResourceId: id })).PhysicalResourceId).toBe(id);
    expect(await use(await handedOver())).toEqual(['default', ROLE]);
  });

  test('stays as it was made until it is retired', async () => {
    const { PhysicalResourceId: id } = await send('Create', credentialOf(method));
    const change = { retiring: true, tokenTtl: 60, secretIdTtl: 60, tokenNoDefaultPolicy: true };

    expect((await send('Update', credentialOf(method, change), { PhysicalResourceId: id })).PhysicalResourceId).toBe(id);
    expect(await use(await handedOver())).toEqual(['default', ROLE]);
    await send('Delete', credentialOf(method, change), { PhysicalResourceId: id });
    expect(typeof await use(await handedOver())).toBe('number');
  });

  test('is looked for where the connection leads to another Vault', async () => {
    const { PhysicalResourceId: id } = await send('Create', credentialOf(method));
    const OldResourceProperties = { ServiceToken: 'arn', ...writeProperties(credentialOf(method), 'another address') };
    const update = () => send('Update', credentialOf(method), { PhysicalResourceId: id, OldResourceProperties });
    expect((await update()).PhysicalResourceId).toBe(id);

    const credential = await handedOver();
    await send('Delete', credentialOf(method), { PhysicalResourceId: id });
    expect(typeof await use(credential)).toBe('number');
    await expect(update()).rejects.toThrow(
      `of role ${ROLE} on auth mount ${CREDENTIAL_STORES[method].authMount} is not in the Vault at ${proxy.address}. `
      + 'Raise serial with this change',
    );
    const retired = await send('Update', credentialOf(method, { retiring: true }), { PhysicalResourceId: id, OldResourceProperties });
    expect(retired.PhysicalResourceId).toBe(id);
  });

  test('is deleted without a request to Vault under forget', async () => {
    const { PhysicalResourceId: id } = await send('Create', credentialOf(method));
    stack.runtime = { connection: { address: 'http://127.0.0.1:1', vaultNamespace: '', connectionStack: 'Vault', administrator: { method: 'token', secretArn: 'arn', field: 'token' } } };

    for (const type of ['Update', 'Delete']) {
      expect((await send(type, credentialOf(method, { forget: true }), { PhysicalResourceId: id })).PhysicalResourceId).toBe(id);
    }
    stack.runtime = {};
    expect(await use(await handedOver())).toEqual(['default', ROLE]);
  });

  test('is not looked for in another namespace', async () => {
    const { PhysicalResourceId: id } = await send('Create', credentialOf(method));
    stack.runtime = {
      connection: {
        address: proxy.address,
        vaultNamespace: 'admin',
        connectionStack: 'Vault',
        administrator: { method: 'token', secretArn: 'arn', field: 'token' },
      },
    };

    await expect(send('Delete', credentialOf(method), { PhysicalResourceId: id })).rejects.toThrow(
      `The credential was made in another namespace than "admin" of ${proxy.address}. Restore vaultNamespace`);
  });

  test('cannot be made without its role', async () => {
    const missing = credentialOf(method, { roleName: 'missing' });
    await vault.call('POST', 'sys/policies/acl/administrator', {
      policy: administratorRules([{ ...CREDENTIAL_STORES[method], roleName: 'missing' }]),
    });

    await expect(send('Create', missing)).rejects.toThrow(/^There is no role for the (token|secret id) 1 of role missing on auth mount \S+\. Change the store, such as its tokenTtl/);
  });

  test('goes also if its role has gone before', async () => {
    const { PhysicalResourceId: id } = await send('Create', credentialOf(method));
    const credential = await handedOver();
    await vault.call('POST', 'auth/zenml-approle/role/of-others', { token_policies: ['default'] }); // so that the mount stays
    await stack.send('Delete', CREDENTIAL_STORES[method], { physicalId: stack.physicalId });

    await expect(send('Delete', credentialOf(method), { PhysicalResourceId: id })).resolves.toEqual({
      PhysicalResourceId: id, Data: { SecretArn: secretArn },
    });
    expect(typeof await use(credential)).toBe('number');
  });

  test('is not made of a store under forget', async () => {
    await expect(send('Create', credentialOf(method, { forget: true }))).rejects.toThrow(
      'forget: true is for a store that is to be deleted, and this credential is new',
    );
  });

  test('is destroyed in time if Secrets Manager does not answer', async () => {
    const server = createServer(() => {});
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    stack.runtime = { remainingTime: 4_000 };
    const before = [await tokens(), await secretIds()];
    try {
      await expect(send('Create', credentialOf(method))).rejects.toThrow(
        'Secrets Manager does not answer, so that nothing could be put into arn:',
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
    expect([await tokens(), await secretIds()]).toEqual(before);
  });

  test.each<[string, Event, string]>([
    ['Create', { RequestType: 'Read' }, 'RequestType "Read" is unknown'],
    ['Create', { StackId: 'stack' }, 'StackId "stack" is not what CloudFormation sends'],
    ['Create', { LogicalResourceId: 'a b' }, 'LogicalResourceId "a b" is not what CloudFormation sends'],
    ['Update', { PhysicalResourceId: 'canary' }, 'PhysicalResourceId "canary" is none of ours'],
    ['Update', {}, 'PhysicalResourceId undefined is none of ours'],
  ])('of an odd %s %j is refused', async (type, change, message) => {
    await expect(send(type, credentialOf(method), change)).rejects.toThrow(message);
  });

  test('that was never made is not destroyed', async () => {
    expect(await send('Delete', credentialOf(method), { PhysicalResourceId: 'Zenml-Credential1-1A2B' })).toEqual({
      PhysicalResourceId: 'Zenml-Credential1-1A2B',
    });
  });

  test('leaves a line in the log if it cannot be destroyed again', async () => {
    const gone = secretArn.replace(/-[^-]+$/, '-gone00');
    proxy.after(2, { status: 403, body: '{"errors":["permission denied"]}' });

    await expect(send('Create', credentialOf(method, { secretArn: gone }))).rejects.toThrow(/secret/i);
    expect(stack.lines).toContainEqual(expect.objectContaining({ notUndone: 'create', because: expect.stringContaining('403') }));
    proxy.next();
  });

  test('is not made by an administrator for any other role or policy', async () => {
    const token = await stack.appoint([CREDENTIAL_STORES[method]]);
    const call = async (path: string, body: object = {}) => (await vault.call('POST', path, body, { 'X-Vault-Token': token })).status;
    await vault.call('POST', 'sys/policies/acl/other', { policy: 'path "*" { capabilities = ["sudo", "read"] }' });
    await vault.call('POST', 'auth/zenml-approle/role/other', { token_policies: ['other'] });

    expect(await Promise.all(method === 'token' ? [
      call(`auth/token/create/${ROLE}`, { policies: ['other'] }),
      call(`auth/token/create/${ROLE}`, { policies: [ROLE], period: '999h' }),
      call('auth/token/create', { policies: [ROLE] }),
      call(`auth/token/roles/${ROLE}`, { allowed_policies: ['other'] }),
      call(`auth/token/roles/${ROLE}`, { allowed_policies_glob: ['*'] }),
      call('auth/token/roles/other', { allowed_policies: [ROLE] }),
      call(`auth/token/create/${ROLE}`, { ttl: '1h' }), // would have the policies of whoever asks
      call('auth/token/create-orphan', { policies: [ROLE] }),
    ] : [
      call('auth/zenml-approle/role/other/secret-id'),
      call(`auth/zenml-approle/role/${ROLE}/secret-id`, { cidr_list: [] }),
      call(`auth/zenml-approle/role/${ROLE}/custom-secret-id`, { secret_id: 'known' }),
      call(`auth/zenml-approle/role/${ROLE}`, { token_policies: ['other'] }),
      call(`auth/zenml-approle/role/${ROLE}`, { bind_secret_id: false }),
      call(`auth/zenml-approle/role/${ROLE}/role-id`, { role_id: 'known' }),
      call('auth/zenml-approle/role/other/secret-id-accessor/destroy', { secret_id_accessor: 'x' }),
      call('auth/zenml-approle/role', {}),
    ])).toEqual(Array.from({ length: 8 }, () => 403));
    if (method === 'token') {
      // A role that says nothing of policies makes no token that its maker could not have.
      await vault.call('DELETE', `auth/token/roles/${ROLE}`);
      expect(await call(`auth/token/roles/${ROLE}`, { orphan: true })).toBe(204);
      expect([await call(`auth/token/create/${ROLE}`, { policies: [ROLE] }), await call(`auth/token/create/${ROLE}`)]).toEqual([400, 403]);
    }
  });
});

test('a role id that others chose is refused where it would break the JSON of the hand-off', async () => {
  await stack.deploy(CREDENTIAL_STORES.app_role);
  await vault.call('POST', `auth/zenml-approle/role/${ROLE}/role-id`, { role_id: 'canary"role' });

  await expect(send('Create', credentialOf('app_role'))).rejects.toThrow(/^The secret id 1 of role .* has characters in it that have a meaning in JSON/);
  expect(await secretIds()).toEqual([]);
  expect(said()).not.toContain('canary');
});

test.each([
  [{ secret_id_num_uses: 2 }, 0, 'would end after 2 uses, as somebody changed the role'],
  [{ secret_id_ttl: 60 }, 0, 'would end after 60 seconds, not never'],
  [{ secret_id_ttl: 60 }, 3600,
    'would end after 60 seconds, not after 3600. Write a shorter secretIdTtl, have max_lease_ttl of auth/zenml-approle raised'],
])('a secret id of a role that somebody changed to %j is refused', async (change, secretIdTtl, message) => {
  await stack.deploy(CREDENTIAL_STORES.app_role);
  await vault.call('POST', `auth/zenml-approle/role/${ROLE}`, change);

  await expect(send('Create', credentialOf('app_role', { secretIdTtl }))).rejects.toThrow(
    `The secret id 1 of role ${ROLE} on auth mount zenml-approle ${message}`,
  );
  expect(await secretIds()).toEqual([]);
});

test('a secret id that Vault would end early is refused', async () => {
  const secretIdTtl = 90 * 86400;
  await stack.deploy({ ...CREDENTIAL_STORES.app_role, secretIdTtl });

  await expect(send('Create', credentialOf('app_role', { secretIdTtl }))).rejects.toThrow(
    'would end after 2764800 seconds, not after 7776000. Write a shorter secretIdTtl',
  );
  expect(await secretIds()).toEqual([]);
});

test('other addresses for an AppRole hold at once', async () => {
  await stack.deploy(CREDENTIAL_STORES.app_role);
  await send('Create', credentialOf('app_role'));
  const credential = await handedOver();
  await stack.deploy({ ...CREDENTIAL_STORES.app_role, secretIdBoundCidrs: ['10.0.0.0/8'] });

  expect(await use(credential)).toBe(400);
});

test('an older Vault that does not know the accessor of a token counts as without it', async () => {
  await stack.deploy(CREDENTIAL_STORES.token);
  const { PhysicalResourceId: id } = await send('Create', credentialOf('token'));
  const answer = (error: string) => proxy.next({ status: 400, body: JSON.stringify({ errors: [error] }) });
  answer('invalid accessor');
  await send('Delete', credentialOf('token'), { PhysicalResourceId: id });
  expect(stack.lines).toContainEqual(expect.objectContaining({ removed: false }));

  answer('something else');
  await expect(send('Delete', credentialOf('token'), { PhysicalResourceId: id })).rejects.toThrow('something else');
  proxy.next();
});

test('a token that Vault would end early is refused', async () => {
  await vault.call('POST', 'sys/auth/token/tune', { max_lease_ttl: '2h' });
  try {
    const before = await tokens();
    await vault.call('POST', `auth/token/roles/${ROLE}`, { allowed_policies: [ROLE], orphan: true });
    await stack.appoint([CREDENTIAL_STORES.token]);
    await expect(send('Create', credentialOf('token'))).rejects.toThrow(
      `The token 1 of role ${ROLE} on auth mount token would end after 7200 seconds, not after 86400. `
      + 'Write a shorter tokenTtl, have max_lease_ttl of auth/token raised');
    expect(await tokens()).toBe(before + 1); // that of the administrator
    await vault.call('DELETE', `auth/token/roles/${ROLE}`);
    await expect(stack.deploy(CREDENTIAL_STORES.token)).rejects.toThrow(
      'asks for tokens of up to 86400 seconds, but the mount allows 7200',
    );
  } finally {
    await vault.call('POST', 'sys/auth/token/tune', { max_lease_ttl: '768h' });
  }
});

test('a token of a namespace below the administrator\'s: sudo gives it no other token', async () => {
  await vault.call('POST', 'sys/namespaces/below');
  await vault.call('POST', 'sys/policies/acl/everywhere', { policy: administratorRules([CREDENTIAL_STORES.token], 'below/') });
  const { body } = await vault.call('POST', 'auth/token/create', { policies: ['everywhere'], no_default_policy: true });
  const inBelow = { 'X-Vault-Token': body.auth.client_token, 'X-Vault-Namespace': 'below' };
  const role = { allowed_policies: [ROLE], orphan: true, renewable: false, token_type: 'service' };
  await vault.call('POST', `auth/token/roles/${ROLE}`, role, { 'X-Vault-Token': 'root', 'X-Vault-Namespace': 'below' });
  const path = `auth/token/create/${ROLE}`;
  expect((await vault.call('POST', path, { policies: [ROLE] }, inBelow)).status).toBe(200);

  const others = [
    { policies: ['other'] }, { policies: ['root'] }, { policies: [ROLE], id: 'mine' }, { policies: [ROLE], period: '1h' }, {},
  ];
  for (const wanted of others) {
    expect((await vault.call('POST', path, wanted, inBelow)).status).toBe(403);
  }
  expect((await vault.call('POST', 'auth/token/create', { policies: [ROLE] }, inBelow)).status).toBe(403);
});
