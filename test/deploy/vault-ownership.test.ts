import { setTimeout as sleep } from 'node:timers/promises';
import { RemovalPolicy } from 'aws-cdk-lib';
import { customerAccount } from './customer-account';
import { DeployedStore, IN_VAIN, StoreInStack, VaultStacks } from './vault-stacks';
import { VaultAuthentication, VaultAuthMount, VaultAwsOptions, VaultKvMount, VaultPolicy, ZenmlWorkspace } from '../../src';
import { useEmbeddedVault } from '../emulators/use-embedded-vault';
import { useEmbeddedAws, useFaultProxy } from '../emulators/use-emulators';
import { ControlPlane, Principal } from '../emulators/zenml-pro';
import { HashicorpConfiguration, ZenmlVaultStore } from '../emulators/zenml-vault';
import { snapshot, wipe } from '../lambda/configure-vault/vault-under-test';
import { OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';

/*
 * Ten sequences that people run every week, over the whole chain: synthesis, CloudFormation with its rollbacks, the function, the
 * server, and the workspace, which lives with what it was handed over and nothing else. In each of them something is removed or
 * undone that looks like what a live workspace needs.
 *
 * All stacks share the function of one connection. The account stays, only Vault is wiped.
 */

const AUTH_MOUNT = 'zenml-aws';
const KV = `secrets-${WORKSPACE_ID}`;
const ROLE = `zenml-${WORKSPACE_ID}`;
const SECRET_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const ANOTHER_SECRET_ID = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

const aws = useEmbeddedAws({ region: REGION });
const vault = useEmbeddedVault();
const proxy = useFaultProxy(vault);
let stacks: VaultStacks;
let principal: Principal;

beforeAll(async () => {
  const { cloudFormation } = await customerAccount(aws);
  principal = await (await ControlPlane.create(aws)).createWorkspace(WORKSPACE_ID);
  stacks = await VaultStacks.create(aws, cloudFormation, vault, proxy.address);
}, 60_000);

beforeEach(async () => {
  await wipe(vault);
  proxy.next();
  proxy.latency = 0;
  stacks.startAnew();
});

jest.setTimeout(60_000); // on a loaded machine

const logins = (options: VaultAwsOptions = {}) => VaultAuthentication.aws({
  mount: VaultAuthMount.managed(AUTH_MOUNT), stsEndpoint: aws.endpoint, ...options,
});
const storeOf = (store: StoreInStack = {}): StoreInStack => ({ authentication: logins(), ...store });
const destroying = (destroySecrets: boolean) => VaultKvMount.managed({ removalPolicy: RemovalPolicy.DESTROY, destroySecrets });

function handedOver({ outputs }: DeployedStore): HashicorpConfiguration {
  const [, json] = Object.entries(outputs).find(([key]) => key.includes('WorkspaceConfiguration'))!;
  return JSON.parse(json).secrets_store.settings.auth_config;
}

const logIn = (configuration: HashicorpConfiguration) => ZenmlVaultStore.open(vault, configuration, principal.credentials);

/** The workspace begins to live: it writes its first secret. */
async function writeFirstSecret(configuration: HashicorpConfiguration) {
  await (await logIn(configuration)).create(SECRET_ID, { password: 'first' });
}

/** The workspace logs in, reads its first secret, and writes and reads another. */
async function expectAlive(configuration: HashicorpConfiguration) {
  const store = await logIn(configuration);
  expect(await store.read(SECRET_ID)).toEqual({ password: 'first' });
  await store.create(ANOTHER_SECRET_ID, { password: 'another' });
  expect(await store.read(ANOTHER_SECRET_ID)).toEqual({ password: 'another' });
  await store.delete(ANOTHER_SECRET_ID);
}

/** There is no role, or no auth mount. A login that succeeds but gives no access ends with another message. */
async function expectLockedOut(configuration: HashicorpConfiguration) {
  await expect(logIn(configuration)).rejects.toThrow(/^(400: entry for role|403: permission denied)/);
}

/** What somebody does in Vault by hand. */
async function byHand(method: string, path: string, body?: object): Promise<any> {
  const { body: answer } = await vault.call(method, path, body);
  expect([method, path, answer?.errors]).toEqual([method, path, undefined]);
  return answer?.data;
}

async function makeMountsByHand() {
  await byHand('POST', `sys/auth/${AUTH_MOUNT}`, { type: 'aws', description: 'ZenML' });
  await byHand('POST', `auth/${AUTH_MOUNT}/config/client`, { iam_server_id_header_value: WORKSPACE_ID, sts_endpoint: aws.endpoint });
  await byHand('POST', `sys/mounts/${KV}`, { type: 'kv', options: { version: '2' }, description: 'ZenML' });
}

/** Policy and role of one name, which a workspace could live with but which differ from those of a store. */
async function makeAccessByHand(name: string): Promise<HashicorpConfiguration> {
  const grant = (path: string, capabilities: string[]) => `path "${KV}/${path}" { capabilities = ${JSON.stringify(capabilities)} }\n`;
  await byHand('POST', `sys/policies/acl/${name}`, {
    policy: `# Ask the platform team first\n\n${grant('config', ['update'])}${grant('data/zenml/*', ['create', 'read', 'update'])}`
      + grant('metadata/zenml/*', ['read', 'list', 'delete']),
  });
  await byHand('POST', `auth/${AUTH_MOUNT}/role/${name}`, {
    auth_type: 'iam',
    bound_iam_principal_arn: [`arn:aws:iam::715803424590:role/${ROLE}`],
    resolve_aws_unique_ids: false,
    token_policies: [name],
    token_ttl: 600,
    token_max_ttl: 7200,
    token_bound_cidrs: ['127.0.0.0/8'],
    token_num_uses: 100,
  });
  return {
    vault_addr: vault.address, mount_point: KV, auth_mount_point: AUTH_MOUNT, aws_role: name, aws_header_value: WORKSPACE_ID,
  };
}

/** All that is in Vault, but how often and when a policy was written. */
async function contents(): Promise<{ [path: string]: unknown }> {
  const found = Object.entries(await snapshot(vault)).map(([path, data]): [string, unknown] => {
    if (!path.startsWith('sys/policies/acl/')) {
      return [path, data];
    }
    const { version: _, modified: __, ...policy } = data as { readonly [field: string]: unknown };
    return [path, policy];
  });
  return Object.fromEntries(found);
}

async function until(condition: () => boolean | Promise<boolean>, limitInMs: number) {
  for (const end = Date.now() + limitInMs; Date.now() < end && !await condition();) {
    await sleep(5);
  }
}

describe('1: a construct that is renamed', () => {
  test('rename that is rolled back: the workspace lives as before; then the rename that succeeds', async () => {
    const configuration = handedOver(await stacks.deploy('A', storeOf()));
    await writeFirstSecret(configuration);
    const before = await contents();

    await expect(stacks.deployInVain('A', storeOf({ id: 'Renamed' }))).rejects.toThrow(IN_VAIN);
    await expectAlive(configuration);
    expect(await contents()).toEqual(before);

    expect(handedOver(await stacks.deploy('A', storeOf({ id: 'Renamed' })))).toEqual(configuration);
    await expectAlive(configuration);
    await stacks.delete('A');
    await expectLockedOut(configuration);
  });

  test('destroySecrets, and the first secret written between rename and rollback: the secret stays', async () => {
    const store = storeOf({ kvMount: destroying(true) });
    const configuration = handedOver(await stacks.deploy('A', store));

    await expect(stacks.deployInVain('A', { ...store, id: 'Renamed' }, () => writeFirstSecret(configuration))).rejects.toThrow(IN_VAIN);
    await expectAlive(configuration);

    await stacks.deploy('A', { ...store, id: 'Renamed' });
    await expectAlive(configuration);
    await stacks.delete('A');
    expect((await vault.call('GET', 'sys/mounts')).body.data).not.toHaveProperty([`${KV}/`]);
  });
});

test('2: take-over of a hand-made configuration in a new stack that fails later: all is as it was', async () => {
  await makeMountsByHand();
  const configuration = await makeAccessByHand('live');
  await writeFirstSecret(configuration);
  const before = await contents();

  await expect(stacks.deployInVain('A', storeOf({ roleName: 'live', takeOver: true }))).rejects.toThrow(IN_VAIN);
  await expectAlive(configuration);
  expect(await contents()).toEqual(before);
});

describe('3: a take-over that is rolled back', () => {
  test('from another stack: the store of that stack lives, and still goes with it', async () => {
    const configuration = handedOver(await stacks.deploy('A', storeOf()));
    await writeFirstSecret(configuration);
    const before = await contents();

    await expect(stacks.deployInVain('B', storeOf({ takeOver: true }))).rejects.toThrow(IN_VAIN);
    await expectAlive(configuration);
    expect(await contents()).toEqual(before);

    await stacks.delete('A');
    await expectLockedOut(configuration);
  });

  test('by an Update to the name of a hand-made role: that role lives, and so does the store', async () => {
    const configuration = handedOver(await stacks.deploy('A', storeOf()));
    await writeFirstSecret(configuration);
    const live = await makeAccessByHand('live');
    const before = await contents();

    await expect(stacks.deployInVain('A', storeOf({ roleName: 'live', takeOver: true }))).rejects.toThrow(IN_VAIN);
    await expectAlive(live);
    await expectAlive(configuration);
    expect(await contents()).toEqual(before);
  });

  // The embedded CloudFormation goes straight on to the Delete of what a rolled-back Update has made. AWS sends an Update first.
  test('by such an Update, and an Update back before the Delete: that role lives, and so does the store', async () => {
    const deployed = await stacks.deploy('A', storeOf());
    const configuration = handedOver(deployed);
    await writeFirstSecret(configuration);
    const live = await makeAccessByHand('live');
    const before = await contents();
    const { ResourceProperties: old, PhysicalResourceId: oldId, ...event } = deployed.deletion;
    const wanted = { ...old, RoleName: 'live', Policy: 'live', TakeOver: 'true' };

    await stacks.appoint(storeOf({ roleName: 'live', takeOver: true }));
    const update = { ...event, RequestType: 'Update', RequestId: 'out', PhysicalResourceId: oldId, ResourceProperties: wanted };
    const { PhysicalResourceId: newId } = await stacks.send({ ...update, OldResourceProperties: old });
    expect(newId).not.toBe(oldId);
    const back = { ...update, RequestId: 'back', PhysicalResourceId: newId, ResourceProperties: old };
    expect(await stacks.send({ ...back, OldResourceProperties: wanted })).toMatchObject({ PhysicalResourceId: oldId });
    await stacks.send({ ...event, RequestId: 'clean-up', PhysicalResourceId: newId, ResourceProperties: wanted });

    await expectAlive(live);
    await expectAlive(configuration);
    expect(await contents()).toEqual(before);
  });
});

describe('4: under an existing policy', () => {
  const existing = (store: StoreInStack = {}) => storeOf({ policy: VaultPolicy.existing('team-zenml'), ...store });

  beforeEach(() => byHand('POST', 'sys/policies/acl/team-zenml', {
    policy: `path "${KV}/*" { capabilities = ["create", "read", "update", "delete"] }`,
  }));

  test('rename: the workspace lives', async () => {
    const configuration = handedOver(await stacks.deploy('A', existing()));
    await writeFirstSecret(configuration);

    await stacks.deploy('A', existing({ id: 'Renamed' }));
    await expectAlive(configuration);
    await stacks.delete('A');
    await expectLockedOut(configuration);
  });

  test('move to another stack: the workspace lives at every step', async () => {
    const configuration = handedOver(await stacks.deploy('A', existing()));
    await writeFirstSecret(configuration);

    expect(handedOver(await stacks.deploy('B', existing({ takeOver: true })))).toEqual(configuration);
    await expectAlive(configuration);
    await stacks.delete('A');
    await expectAlive(configuration);
    await stacks.deploy('B', existing());
    await expectAlive(configuration);
    await stacks.delete('B');
    await expectLockedOut(configuration);
  });
});

describe('5: another workspace under the same role name', () => {
  const shared = (store: StoreInStack = {}, mount = AUTH_MOUNT) => storeOf({
    roleName: 'shared',
    authentication: logins({ mount: VaultAuthMount.managed(mount), headerValue: 'vault.example.com' }),
    ...store,
  });
  const workspace = ZenmlWorkspace.fromId(OTHER_WORKSPACE_ID);
  const refusal = `The policy shared is of another workspace, ${WORKSPACE_ID}`;

  test.each<[string, string, StoreInStack]>([
    ['in place of the old one', 'A', { workspace }],
    ['in another stack, with takeOver', 'B', { workspace, takeOver: true }],
  ])('%s: refused, and the old workspace lives, also with the token that it has', async (_, stack, change) => {
    const configuration = handedOver(await stacks.deploy('A', shared()));
    await writeFirstSecret(configuration);
    const session = await logIn(configuration);
    const before = await contents();

    await expect(stacks.deploy(stack, shared(change))).rejects.toThrow(refusal);
    expect(await session.read(SECRET_ID)).toEqual({ password: 'first' });
    await expectAlive(configuration);
    expect(await contents()).toEqual(before);
  });

  // So that the old role is not just as its store wrote it, and would stay on its mount with the new workspace's policy.
  test('on another auth mount, after somebody bound the old role further: refused, and the old workspace lives', async () => {
    const configuration = handedOver(await stacks.deploy('A', shared()));
    await writeFirstSecret(configuration);
    await byHand('POST', `auth/${AUTH_MOUNT}/role/shared`, {
      bound_iam_principal_arn: [`arn:aws:iam::715803424590:role/${ROLE}`, 'arn:aws:iam::715803424590:role/support'],
    });
    const policy = await byHand('GET', 'sys/policies/acl/shared');

    await expect(stacks.deploy('A', shared({ workspace }, 'zenml-other'))).rejects.toThrow(refusal);
    await expectAlive(configuration);
    expect(await byHand('GET', 'sys/policies/acl/shared')).toEqual(policy);
  });
});

describe('6: what was edited by hand, and a Delete', () => {
  test('policy without its comments: the Delete fails with what to remove by hand; once that is removed, it succeeds', async () => {
    const configuration = handedOver(await stacks.deploy('A', storeOf()));
    await writeFirstSecret(configuration);
    const { policy } = await byHand('GET', `sys/policies/acl/${ROLE}`);
    const stripped = policy.replace(/^#.*\n/gm, '');
    expect(stripped).not.toBe(policy);
    await byHand('POST', `sys/policies/acl/${ROLE}`, { policy: stripped });

    await expect(stacks.delete('A')).rejects.toThrow(
      new RegExp(`^Store.*role ${ROLE} on auth mount ${AUTH_MOUNT} still lets the workspace in.*delete both by hand.*forget: true`, 'ms'),
    );

    await byHand('DELETE', `auth/${AUTH_MOUNT}/role/${ROLE}`);
    await byHand('DELETE', `sys/policies/acl/${ROLE}`);
    await stacks.delete('A');
    await expectLockedOut(configuration);
  });

  test('role with one more policy: it goes, and the workspace is locked out', async () => {
    const configuration = handedOver(await stacks.deploy('A', storeOf()));
    await writeFirstSecret(configuration);
    await byHand('POST', `auth/${AUTH_MOUNT}/role/${ROLE}`, { token_policies: [ROLE, 'team'] });
    await expectAlive(configuration);

    await stacks.delete('A');
    await expectLockedOut(configuration);
    expect((await vault.call('GET', `auth/${AUTH_MOUNT}/role/${ROLE}`)).status).toBe(404);
  });
});

test('7: secrets that were retained, and a new store of the same logical id that would destroy them, rolled back: they stay', async () => {
  await writeFirstSecret(handedOver(await stacks.deploy('A', storeOf())));
  await stacks.removeStore('A');

  await expect(stacks.deployInVain('A', storeOf({ kvMount: destroying(true) }))).rejects.toThrow(IN_VAIN);
  expect((await byHand('GET', `${KV}/data/zenml/${SECRET_ID}`)).data).toEqual({ zenml_secret_values: { password: 'first' } });
  await expectAlive(handedOver(await stacks.deploy('A', storeOf())));
});

// With mounts that are there already, as to enable one is the only step of which Vault lets but one succeed. The one that comes first
// to write its policy waits for the other to do so, so that both have found none.
test('8: two stacks that create the same store at once: one fails, and the workspace lives with that of the other', async () => {
  await makeMountsByHand();
  const store = storeOf({
    authentication: logins({ mount: VaultAuthMount.existing(AUTH_MOUNT) }), kvMount: VaultKvMount.existing(KV),
  });
  const path = `/v1/sys/policies/acl/${ROLE}`;
  const writes = () => proxy.requests.filter((request) => request.method === 'POST' && request.path === path);
  proxy.latency = 50;
  proxy.before('POST', path, () => until(() => writes().length > 1, 5_000));

  const outcomes = await Promise.allSettled([stacks.deploy('A', store), stacks.deploy('B', store)]);
  expect(writes().length).toBeGreaterThan(1);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const [winner] = outcomes.filter((outcome) => outcome.status === 'fulfilled');
  const [loser] = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(loser.reason.message).toContain('Somebody else writes to it at the same time');
  await writeFirstSecret(handedOver(winner.value));
  await expectAlive(handedOver(winner.value));
});

// CloudFormation may send an event twice, and the embedded one never does.
test('9: a Delete that comes again after the store came back under the same logical id: nothing changes', async () => {
  const { deletion } = await stacks.deploy('A', storeOf({ kvMount: destroying(true) }));
  await stacks.removeStore('A');
  expect((await vault.call('GET', 'sys/mounts')).body.data).not.toHaveProperty([`${KV}/`]);
  const configuration = handedOver(await stacks.deploy('A', storeOf({ kvMount: destroying(true) })));
  await writeFirstSecret(configuration);
  const before = await contents();

  await stacks.send(deletion);
  await expectAlive(configuration);
  expect(await contents()).toEqual(before);
});

test('10: a KV mount of version 1 with the description of ours, to go when empty: it stays with its data', async () => {
  await stacks.deploy('A', storeOf({ kvMount: destroying(false) }));
  const { description } = (await byHand('GET', 'sys/mounts'))[`${KV}/`];
  await byHand('DELETE', `sys/mounts/${KV}`);
  await byHand('POST', `sys/mounts/${KV}`, { type: 'kv', options: { version: '1' }, description });
  await byHand('POST', `${KV}/theirs`, { password: 'theirs' });

  await stacks.delete('A');
  expect(await byHand('GET', `${KV}/theirs`)).toEqual({ password: 'theirs' });
});
