import { CREDENTIAL_STORES, OTHER_WORKSPACE, StackUnderTest, WORKSPACE } from './stack-under-test';
import { snapshot, wipe } from './vault-under-test';
import { VaultStore } from '../../../src/vault/contract/store-properties';
import { useEmbeddedVault } from '../../emulators/use-embedded-vault';
import { useFaultProxy } from '../../emulators/use-emulators';

/* The role of a method that hands over a credential. It asks for no IAM principal, so whoever made it may hold credentials for it. */

const ROLE = `zenml-${WORKSPACE}`;
const DAYS_40 = 40 * 24 * 3600;
type Method = keyof typeof CREDENTIAL_STORES;
const vault = useEmbeddedVault();
const proxy = useFaultProxy(vault);
let stack: StackUnderTest;

beforeEach(() => {
  stack = new StackUnderTest(vault, proxy);
});

afterEach(() => wipe(vault));

describe.each<[Method, string]>([
  ['app_role', `auth/zenml-approle/role/${ROLE}`],
  ['token', `auth/token/roles/${ROLE}`],
])('the role for method %s', (method, path) => {
  const store = (change: Partial<VaultStore> = {}) => ({ ...CREDENTIAL_STORES[method], ...change });
  const role = async () => (await vault.call('GET', path)).body?.data;
  const roleByHand = async () => {
    await stack.deploy(store());
    const found = await role();
    await stack.delete();
    await vault.call('POST', 'sys/auth/zenml-approle', { type: 'approle' });
    stack = new StackUnderTest(vault, proxy, 'Later');
    await vault.call('POST', path, found);
  };

  test('gives the policy of the workspace, as often as one likes', async () => {
    await stack.deploy(store({ tokenBoundCidrs: ['10.0.0.0/8'], secretIdBoundCidrs: ['10.0.0.0/16'], secretIdTtl: 60 }));

    expect(await role()).toMatchObject(method === 'token'
      ? { allowed_policies: [ROLE], orphan: true, renewable: false, token_explicit_max_ttl: 86400, token_bound_cidrs: ['10.0.0.0/8'] }
      : {
        token_policies: [ROLE],
        bind_secret_id: true,
        secret_id_num_uses: 0,
        secret_id_ttl: 60,
        secret_id_bound_cidrs: ['10.0.0.0/16'],
        token_ttl: 3600,
        token_bound_cidrs: ['10.0.0.0/8'],
      });
  });

  const SINGLE = ['192.0.2.7', '192.0.2.7/32', '2001:db8::7', '2001:db8::7/128'];
  test.each(SINGLE)('is bound to the single address %s, and then kept', async (one) => {
    await stack.deploy(store({ tokenBoundCidrs: [one], secretIdBoundCidrs: [one] }));
    const { token_bound_cidrs: bound, secret_id_bound_cidrs: secretIdBound } = await role();
    const [address] = one.split('/');

    expect(bound).toEqual([address]);
    expect(secretIdBound).toEqual(method === 'token' ? undefined : [`${address}/${address.includes(':') ? 128 : 32}`]);
    expect((await stack.deploy(store({ tokenBoundCidrs: [one], secretIdBoundCidrs: [one] }))).Data!.Kept).toContain(`role ${ROLE}`);
  });

  test('is changed in place, and a removed limit is cleared', async () => {
    await stack.deploy(store({ tokenBoundCidrs: ['10.0.0.0/8'], secretIdBoundCidrs: ['10.0.0.0/16'] }));
    expect((await stack.deploy(store())).Data!.Changed).toContain(`role ${ROLE}`);

    const { token_bound_cidrs: bound, secret_id_bound_cidrs: secretIdBound } = await role();
    expect([bound ?? [], secretIdBound ?? []]).toEqual([[], []]);
    expect((await stack.deploy(store())).Data!.Kept).toContain(`role ${ROLE}`);
  });

  test('with tokens that live longer than the server allows: refused, with what the server says, and nothing left', async () => {
    const before = await snapshot(vault);
    const limit = method === 'token' ? { tokenTtl: DAYS_40, tokenMaxTtl: DAYS_40 } : { tokenMaxTtl: DAYS_40 };

    await expect(stack.deploy(store(limit))).rejects.toThrow(
      `The role ${ROLE} on auth mount ${store().authMount} asks for tokens of up to 3456000 seconds, but Vault says: ${method === 'token'
        ? 'Given explicit max TTL of 3456000 is greater than system/mount allowed value of 2764800 seconds'
        : 'token_max_ttl is greater than the backend mount\'s maximum TTL value'}`,
    );
    expect(await snapshot(vault)).toEqual(before);
  });

  test('with tokens that live longer than its mount allows: refused before anything is written', async () => {
    await vault.call('POST', 'sys/auth/zenml-approle', { type: 'approle' });
    await vault.call('POST', `sys/auth/${store().authMount}/tune`, { max_lease_ttl: '600s' });
    const before = await snapshot(vault);
    proxy.next();
    try {
      await expect(stack.deploy(store())).rejects.toThrow('asks for tokens of up to 86400 seconds, but the mount allows 600. Write');
    } finally {
      await vault.call('POST', 'sys/auth/token/tune', { max_lease_ttl: '0s' });
    }
    expect(proxy.requests.filter(({ method: verb }) => verb !== 'GET')).toEqual([]);
    expect(await snapshot(vault)).toEqual(before);
  });

  test('made by others is refused even if it is as wanted, since they may hold credentials for it', async () => {
    await roleByHand();

    await expect(stack.deploy(store())).rejects.toThrow(
      `The role ${ROLE} on auth mount ${store().authMount} is there already, and was not made by this stack. Delete it,`,
    );
    expect(await role()).toBeDefined();
    await stack.deploy(store({ takeOver: true }));
  });

  test('of ours stays the same under another logical id, with the credentials that were made for it', async () => {
    await stack.deploy(store());
    const before = await role();
    await stack.rename('Renamed');
    expect(await role()).toEqual(before);
  });

  test('of ours that a failed deployment has changed is as it was after the rollback', async () => {
    await stack.deploy(store({ tokenBoundCidrs: ['10.0.0.0/8'] }));
    const before = await role();
    const renamed = await stack.send('Create', store({ tokenBoundCidrs: [] }), { logicalId: 'Renamed' });
    expect(await role()).not.toEqual(before);
    await stack.send('Delete', store({ tokenBoundCidrs: [] }), { logicalId: 'Renamed', physicalId: renamed.PhysicalResourceId });
    expect(await role()).toEqual(before);
  });

  test('of ours is made again by the same resource, whatever became of the first attempt', async () => {
    await stack.deploy(store());
    await vault.call('POST', path, { token_num_uses: 5 });
    await stack.send('Create', store());
    expect((await role()).token_num_uses ?? 0).toBe(0);
  });

  test('goes with the store, and others stay', async () => {
    await stack.deploy(store());
    const other = new StackUnderTest(vault, proxy, 'Other');
    const name = `zenml-${OTHER_WORKSPACE}`;
    await other.deploy(store({ workspaceId: OTHER_WORKSPACE, roleName: name, policy: name, kvMount: 'other' }));
    await stack.delete();

    expect(await role()).toBeUndefined();
    expect((await vault.call('GET', path.replace(ROLE, name))).status).toBe(200);
  });
});
