import { signedCallerIdentity } from '../../../src/vault/handler/caller-identity';
import { converge, remove, StoreWanted } from '../../../src/vault/handler/converge';
import { KvRemoval } from '../../../src/vault/handler/kv-mount';
import { Owner } from '../../../src/vault/handler/marker';
import { HttpVaultClient } from '../../../src/vault/handler/vault-client';
import { EmbeddedAws } from '../../emulators/embedded-aws';
import { EmbeddedVault } from '../../emulators/embedded-vault';
import { FaultProxy } from '../../emulators/fault-proxy';
import { ControlPlane, Principal } from '../../emulators/zenml-pro';

/* All objects of a store together, and the workspace that logs in by them: it signs, and the embedded AWS says who it is. */

const WORKSPACE = '123e4567-e89b-12d3-a456-426614174000';
const OTHER_WORKSPACE = '9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b';
const OWNER: Owner = { stackId: 'arn:stack', logicalId: 'VaultStore', physicalId: 'zenml-1', workspaceId: WORKSPACE };
const KEEP: KvRemoval = { destroy: false, destroySecrets: false };
const DESTROY: KvRemoval = { destroy: true, destroySecrets: false };

let aws: EmbeddedAws;
let vault: EmbeddedVault;
let proxy: FaultProxy;
let client: HttpVaultClient;
let wanted: StoreWanted;
let workspace: Principal;
let otherWorkspace: Principal;

beforeAll(async () => {
  aws = await EmbeddedAws.start();
  const controlPlane = await ControlPlane.create(aws);
  workspace = await controlPlane.createWorkspace(WORKSPACE);
  otherWorkspace = await controlPlane.createWorkspace(OTHER_WORKSPACE);
}, 60_000);

beforeEach(async () => {
  vault = await EmbeddedVault.start();
  proxy = await FaultProxy.start(vault.address);
  client = new HttpVaultClient({ address: proxy.address, token: vault.rootToken, deadline: Date.now() + 5_000 });
  wanted = {
    authMount: 'zenml-aws',
    headerValue: WORKSPACE,
    stsEndpoint: aws.endpoint,
    stsRegion: 'us-east-1',
    kvMount: `secrets-${WORKSPACE}`,
    roleName: `zenml-${WORKSPACE}`,
    principalArn: `arn:aws:iam::715803424590:role/zenml-${WORKSPACE}`,
    tokenTtl: 3600,
    tokenMaxTtl: 86400,
    tokenBoundCidrs: [],
    tokenNoDefaultPolicy: false,
    takeOver: false,
  };
}, 60_000);

afterEach(async () => {
  await proxy.stop();
  await vault.stop();
});

afterAll(() => aws.stop());

const quiet = () => {};
const store = (change: Partial<StoreWanted> = {}, owner = OWNER) => converge(client, { ...wanted, ...change }, owner, quiet);

async function login(principal: Principal, headerValue = WORKSPACE): Promise<{ status: number; token?: string }> {
  const { status, body } = await vault.call('POST', `auth/${wanted.authMount}/login`, signedCallerIdentity(wanted.roleName, {
    credentials: principal.credentials, host: 'sts.amazonaws.com', region: 'us-east-1', headerValue, now: new Date(),
  }), {});
  return { status, token: body.auth?.client_token };
}

/** What ZenML does in its store, call by call, and what comes of it. */
async function liveWithASecret(token: string) {
  const as = (method: string, path: string, body?: object) => vault.call(method, `${wanted.kvMount}/${path}`, body, { 'X-Vault-Token': token });
  return [
    await as('POST', 'config', { max_versions: 1, delete_version_after: '0s' }),
    await as('POST', 'data/zenml/x', { data: { password: 'first' }, options: { cas: 0 } }),
    await as('POST', 'data/zenml/x', { data: { password: 'second' } }),
    await as('GET', 'data/zenml/x'),
    await as('DELETE', 'metadata/zenml/x'),
    await as('POST', 'config', { cas_required: true }),
    await as('POST', 'data/other/x', { data: {} }),
  ].map(({ status }) => status);
}

test('a workspace logs in to what was made, and does what ZenML does, and no more', async () => {
  expect((await store()).map(({ action }) => action)).toEqual(['create', 'change', 'create', 'create', 'create']);

  const { status, token } = await login(workspace);
  expect(status).toBe(200);
  expect(await liveWithASecret(token!)).toEqual([204, 200, 200, 200, 204, 403, 403]);
  expect((await login(otherWorkspace)).status).toBe(400);
  expect((await login(workspace, 'another')).status).toBe(400);
});

test('to do it again writes nothing', async () => {
  await store();
  proxy.next();

  expect((await store()).map(({ action }) => action)).toEqual(['keep', 'keep', 'keep', 'keep', 'keep']);
  expect(new Set(proxy.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
});

test('a failure at any request leaves Vault as it was', async () => {
  const before = await contents();
  await store();
  await remove(client, wanted, OWNER, { destroy: true, destroySecrets: true }, quiet);
  expect(await contents()).toEqual(before);

  proxy.next();
  await store();
  const requests = proxy.requests.length;
  await remove(client, wanted, OWNER, { destroy: true, destroySecrets: true }, quiet);
  for (let failing = 0; failing < requests; failing++) {
    proxy.next(...Array.from({ length: failing }, () => 'pass' as const), { status: 403, body: '{"errors":["permission denied"]}' });
    await expect(store()).rejects.toThrow('permission denied');
    expect(await contents()).toEqual(before);
  }
}, 60_000);

test('a role that is there without our policy is not replaced, and nothing of ours stays', async () => {
  await vault.call('POST', `sys/auth/${wanted.authMount}`, { type: 'aws' });
  await vault.call('POST', `auth/${wanted.authMount}/role/${wanted.roleName}`, {
    auth_type: 'iam', bound_iam_principal_arn: ['arn:aws:iam::111122223333:role/x'], resolve_aws_unique_ids: false,
  });
  // On a mount that is not ours an STS is not written, so this one has to be there.
  await vault.call('POST', `auth/${wanted.authMount}/config/client`, { sts_endpoint: aws.endpoint, sts_region: 'us-east-1', iam_server_id_header_value: WORKSPACE });
  const before = await contents();

  await expect(store()).rejects.toThrow('is there already, and was not made by this stack');
  expect(await contents()).toEqual(before);
});

describe('removal', () => {
  test('takes what is ours, keeps the secrets, and ends the tokens that are about', async () => {
    await store();
    const { token } = await login(workspace);
    await liveWithASecret(token!);
    await remove(client, wanted, OWNER, KEEP, quiet);

    const { auth, mounts, policies } = await contents();
    expect(auth).not.toContain(`${wanted.authMount}/`);
    expect(policies).not.toContain(wanted.roleName);
    expect(mounts).toContain(`${wanted.kvMount}/`);
    expect(await liveWithASecret(token!)).toEqual([403, 403, 403, 403, 403, 403, 403]);
    await remove(client, wanted, OWNER, KEEP, quiet);
  });

  test('by a resource that lives on under another logical id takes nothing', async () => {
    await store();
    await store({}, { ...OWNER, logicalId: 'Renamed' });
    await remove(client, wanted, OWNER, DESTROY, quiet);

    expect((await login(workspace)).status).toBe(200);
  });

  test('takes a role that an interrupted removal left behind', async () => {
    await store();
    await vault.call('DELETE', `sys/policies/acl/${wanted.roleName}`);
    await remove(client, wanted, OWNER, KEEP, quiet);

    expect((await vault.call('GET', 'sys/auth')).body.data).not.toHaveProperty([`${wanted.authMount}/`]);
  });

  test('is refused, before anything goes, where secrets would be destroyed', async () => {
    await store();
    await vault.call('POST', `${wanted.kvMount}/data/zenml/x`, { data: {} });

    await expect(remove(client, wanted, OWNER, DESTROY, quiet)).rejects.toThrow('holds secrets');
    expect((await login(workspace)).status).toBe(200);
  });

  test('of what was never made is nothing', async () => {
    const before = await contents();
    await remove(client, wanted, OWNER, DESTROY, quiet);

    expect(await contents()).toEqual(before);
  });
});

/** The mounts and policies of the server by name. */
async function contents() {
  const names = async (path: string) => Object.keys((await vault.call('GET', path)).body.data).filter((name) => name.endsWith('/')).sort();
  return { auth: await names('sys/auth'), mounts: await names('sys/mounts'), policies: (await vault.call('GET', 'sys/policies/acl?list=true')).body.data.keys };
}
