import { AuthMount } from '../../../src/vault/handler/auth-mount';
import { ClientConfig, ClientConfigWanted } from '../../../src/vault/handler/client-config';
import { KvMount } from '../../../src/vault/handler/kv-mount';
import { marker, Owner } from '../../../src/vault/handler/marker';
import { applyAll, Plan } from '../../../src/vault/handler/plan';
import { Role, RoleWanted } from '../../../src/vault/handler/role';
import { HttpVaultClient } from '../../../src/vault/handler/vault-client';
import { EmbeddedVault } from '../../emulators/embedded-vault';
import { FaultProxy } from '../../emulators/fault-proxy';

/* The objects of Vault one by one on the real server: what is found, what is done about it, and that it can be undone. */

const OWNER: Owner = { stackId: 'arn:stack', logicalId: 'VaultStore', physicalId: 'zenml-new', workspaceId: '123e4567-e89b-12d3-a456-426614174000' };
const OLD: Owner = { ...OWNER, physicalId: 'zenml-old' };
const OTHERS: Owner = { ...OWNER, stackId: 'arn:other' };
let vault: EmbeddedVault;
let proxy: FaultProxy;
let client: HttpVaultClient;

beforeAll(async () => {
  vault = await EmbeddedVault.start();
  proxy = await FaultProxy.start(vault.address);
}, 60_000);

beforeEach(async () => {
  proxy.next();
  client = new HttpVaultClient({ address: proxy.address, token: vault.rootToken, deadline: Date.now() + 5_000 });
  for (const mount of ['auth/mine', 'auth/aws', 'mounts/mine']) {
    await vault.call('DELETE', `sys/${mount}`);
  }
});

afterAll(async () => {
  await proxy.stop();
  await vault.stop();
});

async function ok(method: string, path: string, body?: object) {
  const { status, body: answer } = await vault.call(method, path, body);
  if (status >= 300) {
    throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
  }
  return answer?.data;
}

const apply = async (planner: () => Promise<Plan>) => (await applyAll([planner], () => {}))[0];
/** Applies the plan, and lets a later one fail, so that it is undone. */
const applyAndUndo = (planner: () => Promise<Plan>) =>
  expect(applyAll([planner, () => Promise.reject(new Error('later'))], () => {})).rejects.toThrow('later');

describe('auth mount', () => {
  const mount = () => new AuthMount(client, 'mine');
  const found = async () => (await ok('GET', 'sys/auth'))['mine/'];

  test('absent: created with our mark, and undone', async () => {
    await applyAndUndo(() => mount().plan(OWNER));
    expect(await found()).toBeUndefined();

    expect(await apply(() => mount().plan(OWNER))).toMatchObject({ action: 'create', found: 'absent' });
    expect(await found()).toMatchObject({ type: 'aws', description: marker(OWNER) });
    expect(await apply(() => mount().plan(OWNER))).toMatchObject({ action: 'keep', found: 'as wanted' });
  });

  test('created, and used by others before it can be undone: it stays', async () => {
    const planners = [() => mount().plan(OWNER), async () => {
      await ok('POST', 'auth/mine/role/other', { auth_type: 'iam', bound_iam_principal_arn: ['arn:aws:iam::111122223333:role/x'], resolve_aws_unique_ids: false });
      throw new Error('later');
    }];
    await expect(applyAll(planners, () => {})).rejects.toThrow('later');

    expect(await found()).toMatchObject({ type: 'aws' });
  });

  test('of another type: refused', async () => {
    await ok('POST', 'sys/auth/mine', { type: 'approle', description: 'team B' });

    await expect(mount().plan(OWNER)).rejects.toThrow('The auth mount mine is of type approle, not aws, and belongs to nobody that we know. Write another mountPath');
  });

  test.each([['somebody', 'team B'], ['another stack', marker(OTHERS)]])('of %s: adopted as it is', async (_, description) => {
    await ok('POST', 'sys/auth/mine', { type: 'aws', description });

    expect(await apply(() => mount().plan(OWNER))).toMatchObject({ action: 'adopt' });
    expect(await found()).toMatchObject({ description });
    expect(await mount().remove(OWNER)).toBe(false);
    expect(await found()).toMatchObject({ description });
  });

  test('of an older generation: marked anew, and undone', async () => {
    await ok('POST', 'sys/auth/mine', { type: 'aws', description: marker(OLD) });
    await applyAndUndo(() => mount().plan(OWNER));
    expect(await found()).toMatchObject({ description: marker(OLD) });

    expect(await apply(() => mount().plan(OWNER))).toMatchObject({ action: 'change' });
    expect(await found()).toMatchObject({ description: marker(OWNER) });
    expect(await mount().remove(OLD)).toBe(false);
    expect(await mount().remove({ ...OWNER, logicalId: 'Renamed' })).toBe(false);
    expect(await found()).toBeDefined();
  });

  test('removed when it is ours and empty, and not before', async () => {
    await apply(() => mount().plan(OWNER));
    await ok('POST', 'auth/mine/role/other', { auth_type: 'iam', bound_iam_principal_arn: ['arn:aws:iam::111122223333:role/x'], resolve_aws_unique_ids: false });
    expect(await mount().remove(OWNER)).toBe(false);

    await ok('DELETE', 'auth/mine/role/other');
    expect(await mount().remove(OWNER)).toBe(true);
    expect(await found()).toBeUndefined();
    expect(await mount().remove(OWNER)).toBe(false);
  });

  test('named aws: never removed', async () => {
    await apply(() => new AuthMount(client, 'aws').plan(OWNER));

    expect(await new AuthMount(client, 'aws').remove(OWNER)).toBe(false);
    expect((await ok('GET', 'sys/auth'))['aws/']).toBeDefined();
  });
});

describe('client configuration', () => {
  const WANTED: ClientConfigWanted = { headerValue: 'workspace', stsEndpoint: '', stsRegion: '', mountIsOurs: true, foreignRoles: [] };
  const plan = (wanted: Partial<ClientConfigWanted> = {}) => new ClientConfig(client, 'mine').plan({ ...WANTED, ...wanted });
  const found = () => ok('GET', 'auth/mine/config/client');

  beforeEach(() => ok('POST', 'sys/auth/mine', { type: 'aws' }));

  test.each([['ours', {}], ['not ours, but without roles', { mountIsOurs: false }]])('without a header on a mount that is %s: written, and undone', async (_, wanted) => {
    await applyAndUndo(() => plan(wanted));
    expect((await found()).iam_server_id_header_value).toBe('');

    expect(await apply(() => plan(wanted))).toMatchObject({ action: 'change' });
    expect((await found()).iam_server_id_header_value).toBe('workspace');
    expect(await apply(() => plan({ ...wanted, foreignRoles: ['other'], mountIsOurs: false }))).toMatchObject({ action: 'keep' });
  });

  test('without a header, where others log in: refused, with two ways out', async () => {
    await expect(plan({ foreignRoles: ['other'] })).rejects.toThrow(
      'The client configuration of auth mount mine demands no header value, not "workspace", and others log in there: other. '
      + 'There are two ways out: a mountPath of your own, or no headerValue',
    );
  });

  test.each<[string, Partial<ClientConfigWanted>, string]>([
    ['others log in', { foreignRoles: ['a', 'b'] }, 'others log in there: a, b'],
    ['the mount is not ours', { mountIsOurs: false }, 'the mount is not ours'],
  ])('with another header, where %s: refused, with two ways out', async (_, wanted, why) => {
    await ok('POST', 'auth/mine/config/client', { iam_server_id_header_value: 'theirs' });

    await expect(plan(wanted)).rejects.toThrow(
      `The client configuration of auth mount mine demands the header value "theirs", not "workspace", and ${why}. `
      + 'There are two ways out: a mountPath of your own, or headerValue: "theirs"',
    );
    expect((await found()).iam_server_id_header_value).toBe('theirs');
  });

  test('with another header on a mount of ours alone: changed, and the rest of it left as it is', async () => {
    await ok('POST', 'auth/mine/config/client', { iam_server_id_header_value: 'old', max_retries: 7, access_key: 'AKIATHEIRS' });
    await apply(() => plan());

    expect(await found()).toMatchObject({ iam_server_id_header_value: 'workspace', max_retries: 7, access_key: 'AKIATHEIRS' });
  });

  test('with an STS that we did not expect: refused where the mount is not ours, corrected where it is', async () => {
    await ok('POST', 'auth/mine/config/client', { iam_server_id_header_value: 'workspace', sts_endpoint: 'https://sts.evil.example' });

    await expect(plan({ mountIsOurs: false })).rejects.toThrow(/has sts_endpoint "https:\/\/sts\.evil\.example" instead of ""\. Whoever controls the STS/);
    await apply(() => plan());
    expect((await found()).sts_endpoint).toBe('');
  });

  test('never configured, where an STS is wanted: refused where the mount is not ours', async () => {
    await expect(plan({ mountIsOurs: false, stsEndpoint: 'https://sts.example.com' })).rejects.toThrow(/has sts_endpoint "" instead of "https:\/\/sts\.example\.com"/);
  });

  test('that does not stick: an error', async () => {
    proxy.next('pass', { status: 204 });

    await expect(apply(() => plan())).rejects.toThrow('does not read as it was written, in iam_server_id_header_value. Somebody else writes to it at the same time');
  });
});

describe('role', () => {
  const WANTED: RoleWanted = {
    principalArn: 'arn:aws:iam::715803424590:role/zenml-x',
    policy: 'zenml-x',
    tokenTtl: 3600,
    tokenMaxTtl: 86400,
    tokenBoundCidrs: [],
    tokenNoDefaultPolicy: false,
    mayReplace: false,
  };
  const role = () => new Role(client, 'mine', 'zenml-x');
  const plan = (wanted: Partial<RoleWanted> = {}) => role().plan({ ...WANTED, ...wanted });
  const found = async () => (await vault.call('GET', 'auth/mine/role/zenml-x')).body?.data;

  beforeEach(() => ok('POST', 'sys/auth/mine', { type: 'aws' }));

  test('absent: created, and undone', async () => {
    await applyAndUndo(() => plan());
    expect(await found()).toBeUndefined();

    expect(await apply(() => plan())).toMatchObject({ action: 'create' });
    expect(await found()).toMatchObject({
      auth_type: 'iam', bound_iam_principal_arn: [WANTED.principalArn], token_policies: ['zenml-x'], token_ttl: 3600, token_max_ttl: 86400, resolve_aws_unique_ids: false,
    });
    expect(await apply(() => plan())).toMatchObject({ action: 'keep' });
    expect(await new AuthMount(client, 'mine').roles()).toEqual(['zenml-x']);
  });

  test('changed forward, undone, and cleared', async () => {
    await apply(() => plan());
    const original = await found();
    const change = { tokenTtl: 600, tokenBoundCidrs: ['10.0.0.0/8', '192.168.0.0/16'], tokenNoDefaultPolicy: true, mayReplace: true };
    await applyAndUndo(() => plan(change));
    expect(await found()).toEqual(original);

    expect(await apply(() => plan(change))).toMatchObject({ action: 'change', found: 'different in token_ttl, token_bound_cidrs, token_no_default_policy' });
    expect(await found()).toMatchObject({ token_ttl: 600, token_bound_cidrs: ['10.0.0.0/8', '192.168.0.0/16'], token_no_default_policy: true });
    await apply(() => plan({ mayReplace: true }));
    expect(await found()).toEqual(original);
  });

  test('of somebody else: refused', async () => {
    await ok('POST', 'auth/mine/role/zenml-x', { auth_type: 'iam', bound_iam_principal_arn: ['arn:aws:iam::111122223333:role/x'], resolve_aws_unique_ids: false });
    const original = await found();

    await expect(plan()).rejects.toThrow('The role zenml-x on auth mount mine is there already, and was not made by this stack. Delete it, choose another roleName, or set takeOver: true');
    expect(await found()).toEqual(original);
  });

  test('with tokens that outlive what the mount allows: refused', async () => {
    await ok('POST', 'sys/auth/mine/tune', { max_lease_ttl: '600s' });

    await expect(plan()).rejects.toThrow('asks for tokens of 86400 seconds, but the mount allows 600. Write a shorter tokenMaxTtl, or have max_lease_ttl of the mount raised');
    expect(await found()).toBeUndefined();
  });

  test('that does not stick: an error', async () => {
    proxy.next('pass', 'pass', { status: 204 });

    await expect(apply(() => plan())).rejects.toThrow(/does not read as it was written, in auth_type, .*\. Somebody else writes to it at the same time, or this Vault does not know the field/);
  });
});

describe('KV mount', () => {
  const mount = () => new KvMount(client, 'mine');
  const found = async () => (await ok('GET', 'sys/mounts'))['mine/'];
  const enable = (description: string, version = '2') => ok('POST', 'sys/mounts/mine', { type: 'kv', options: { version }, description });
  const KEEP = { destroy: false, destroySecrets: false };
  const DESTROY = { destroy: true, destroySecrets: false };

  test('absent: created with our mark, and undone', async () => {
    await applyAndUndo(() => mount().plan(OWNER));
    expect(await found()).toBeUndefined();

    expect(await apply(() => mount().plan(OWNER))).toMatchObject({ action: 'create' });
    expect(await found()).toMatchObject({ type: 'kv', options: { version: '2' }, description: marker(OWNER) });
    expect(await apply(() => mount().plan(OWNER))).toMatchObject({ action: 'keep' });
  });

  test('created, and written to before it can be undone: it stays', async () => {
    const planners = [() => mount().plan(OWNER), async () => {
      await ok('POST', 'mine/data/zenml/x', { data: {} });
      throw new Error('later');
    }];
    await expect(applyAll(planners, () => {})).rejects.toThrow('later');

    expect(await found()).toBeDefined();
  });

  test.each([['somebody, empty', 'team B'], ['another stack for this workspace', marker(OTHERS)]])('of %s: adopted as it is', async (_, description) => {
    await enable(description);
    await ok('POST', 'mine/data/zenml/x', { data: {} });

    expect(await apply(() => mount().plan(OWNER))).toMatchObject({ action: 'adopt' });
    expect(await found()).toMatchObject({ description });
    expect(await mount().remove(OWNER, { destroy: true, destroySecrets: true })).toBe(false);
    expect(await found()).toBeDefined();
  });

  test('of an older generation: marked anew, and undone', async () => {
    await enable(marker(OLD));
    await applyAndUndo(() => mount().plan(OWNER));
    expect(await found()).toMatchObject({ description: marker(OLD) });

    expect(await apply(() => mount().plan(OWNER))).toMatchObject({ action: 'change' });
    expect(await found()).toMatchObject({ description: marker(OWNER) });
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['of another type', () => ok('POST', 'sys/mounts/mine', { type: 'transit' }), 'is of type transit, not KV version 2'],
    ['of version 1', () => enable('', '1'), 'is of type kv version 1, not KV version 2'],
    ['marked for another workspace', () => enable(marker({ ...OTHERS, workspaceId: 'other' })), 'keeps the secrets of another workspace, other'],
    ['with cas_required', async () => {
      await enable('');
      await ok('POST', 'mine/config', { cas_required: true });
    }, 'demands check-and-set (cas_required)'],
    ['with something beside zenml/', async () => {
      await enable('');
      await ok('POST', 'mine/data/application', { data: {} });
    }, 'holds something beside zenml/'],
    ['with things beside zenml/', async () => {
      await enable('');
      await ok('POST', 'mine/data/a', { data: {} });
      await ok('POST', 'mine/data/b', { data: {} });
    }, 'holds 2 things beside zenml/'],
  ])('%s: refused', async (_, prepare, problem) => {
    await prepare();

    await expect(mount().plan(OWNER)).rejects.toThrow(`The KV mount mine ${problem}`);
  });

  test('removed only if that is wanted, and only without secrets', async () => {
    await apply(() => mount().plan(OWNER));
    await ok('POST', 'mine/data/zenml/x', { data: { password: 'x' } });

    expect(await mount().remove(OWNER, KEEP)).toBe(false);
    expect(await mount().remove(OLD, DESTROY)).toBe(false);
    await expect(mount().remove(OWNER, DESTROY)).rejects.toThrow('The KV mount mine holds secrets. To destroy them with it, set destroySecrets: true');
    expect(await ok('GET', 'mine/data/zenml/x')).toMatchObject({ data: { password: 'x' } });

    await ok('DELETE', 'mine/metadata/zenml/x');
    expect(await mount().remove(OWNER, DESTROY)).toBe(true);
    expect(await mount().remove(OWNER, DESTROY)).toBe(false);
  });

  test('removed with its secrets only if that is said', async () => {
    await apply(() => mount().plan(OWNER));
    await ok('POST', 'mine/data/zenml/x', { data: {} });

    expect(await mount().remove(OWNER, { destroy: true, destroySecrets: true })).toBe(true);
    expect(await found()).toBeUndefined();
  });
});
