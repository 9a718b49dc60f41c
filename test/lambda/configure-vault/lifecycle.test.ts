import { OTHER_WORKSPACE, StackUnderTest, storeOf, WORKSPACE } from './stack-under-test';
import { snapshot, wipe } from './vault-under-test';
import { readPolicyText } from '../../../lambda/configure-vault/claims/policy-text';
import { writeProperties } from '../../../src/vault/contract/property-readers';
import { physicalId, VaultStore } from '../../../src/vault/contract/store-properties';
import { FaultProxy } from '../../emulators/fault-proxy';
import { useEmbeddedVault } from '../../emulators/use-embedded-vault';
import { useFaultProxy } from '../../emulators/use-emulators';

/* A store through its life, on the real server: changes, rollbacks, replacements, events that come twice, and its end. */

const ROLE = `zenml-${WORKSPACE}`;
const vault = useEmbeddedVault();
const proxy = useFaultProxy(vault);
let stack: StackUnderTest;

beforeEach(() => {
  proxy.next();
  stack = new StackUnderTest(vault, proxy);
});

afterEach(() => wipe(vault));

const read = async (path: string) => (await vault.call('GET', path)).body?.data;

/** That it was written or made anew in between shows in these. */
const withoutTime = ({ modified, version, role_id, ...rest }: any) => rest;

const rulesIn = (found: { [path: string]: any }) => readPolicyText(found[`sys/policies/acl/${ROLE}`].policy).rules;

describe('a prop changed', () => {
  test.each<[string, Partial<VaultStore>]>([
    ['principalArn', { principalArn: 'arn:aws:iam::111122223333:role/pod' }],
    ['headerValue', { headerValue: 'vault.example.com' }],
    ['headerValue, to none', { headerValue: '' }],
    ['stsEndpoint', { stsEndpoint: 'https://sts.us-east-1.amazonaws.com' }],
    ['stsRegion', { stsRegion: 'us-east-1' }],
    ['tokenTtl', { tokenTtl: 600 }],
    ['tokenMaxTtl', { tokenMaxTtl: 7200 }],
    ['tokenBoundCidrs', { tokenBoundCidrs: ['10.0.0.0/8', '192.0.2.1', '2001:db8::/32'] }],
    ['tokenNoDefaultPolicy', { tokenNoDefaultPolicy: true }],
  ])('%s: forward in place, and back to exactly what it was', async (_, change) => {
    await stack.deploy(storeOf());
    const [id, before] = [stack.physicalId, await snapshot(vault)];

    await stack.deploy(storeOf(change));
    expect(stack.physicalId).toBe(id);
    expect(await snapshot(vault)).not.toEqual(before);
    await stack.deploy(storeOf());
    expect(await snapshot(vault)).toEqual(before);
    expect(stack.physicalId).toBe(id);
  });

  test.each<[string, Partial<VaultStore>]>([
    ['kvRemoval', { kvRemoval: 'destroy' }],
    ['takeOver', { takeOver: true }],
    ['planOnly', { planOnly: true }],
    ['forget', { forget: true }],
  ])('%s: nothing changes in Vault', async (_, change) => {
    await stack.deploy(storeOf());
    const [id, before] = [stack.physicalId, await snapshot(vault)];
    await stack.deploy(storeOf(change));

    expect(await snapshot(vault)).toEqual(before);
    expect(stack.physicalId).toBe(id);
  });

  test('as Vault writes it: durations, lists in another order, a block of one address, upper case', async () => {
    await stack.deploy(storeOf({ tokenBoundCidrs: ['192.0.2.0/24', '10.0.0.0/8', '192.0.2.1/32', '2001:DB8:0::/32'] }));
    const before = await snapshot(vault);
    proxy.next();
    await stack.deploy(storeOf({ tokenBoundCidrs: ['10.0.0.0/8', '192.0.2.0/24', '2001:db8::/32', '192.0.2.1'] }));

    expect(proxy.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(await snapshot(vault)).toEqual(before);
  });
});

describe('a replacement', () => {
  /** What of the first generation is there after the second has come, and what of the second. */
  test.each<[string, Partial<VaultStore>, string[]]>([
    ['the workspace', { workspaceId: OTHER_WORKSPACE }, [
      'auth/zenml-aws/config/client',
      `auth/zenml-aws/role/zenml-${OTHER_WORKSPACE}`,
      'sys/auth/zenml-aws/',
      `secrets-${OTHER_WORKSPACE}/config`,
      `secrets-${WORKSPACE}/config`,
      `sys/mounts/secrets-${OTHER_WORKSPACE}/`,
      `sys/mounts/secrets-${WORKSPACE}/`,
      `sys/policies/acl/zenml-${OTHER_WORKSPACE}`,
    ]],
    ['the auth mount, with the role name', { authMount: 'new', roleName: 'new', policy: 'new' }, [
      'auth/new/config/client',
      'auth/new/role/new',
      'sys/auth/new/',
      `secrets-${WORKSPACE}/config`,
      `sys/mounts/secrets-${WORKSPACE}/`,
      'sys/policies/acl/new',
    ]],
    ['the KV mount alone', { kvMount: 'new' }, [
      'auth/zenml-aws/config/client',
      `auth/zenml-aws/role/${ROLE}`,
      'sys/auth/zenml-aws/',
      'new/config',
      'sys/mounts/new/',
      `secrets-${WORKSPACE}/config`,
      `sys/mounts/secrets-${WORKSPACE}/`,
      `sys/policies/acl/${ROLE}`,
    ]],
    ['the role name', { roleName: 'new', policy: 'new' }, [
      'auth/zenml-aws/config/client',
      'auth/zenml-aws/role/new',
      'sys/auth/zenml-aws/',
      `secrets-${WORKSPACE}/config`,
      `sys/mounts/secrets-${WORKSPACE}/`,
      'sys/policies/acl/new',
    ]],
  ])('of %s: what both generations share survives, and KV data stays', async (_, change, left) => {
    // The header would otherwise follow the workspace, and be changed under the role of the first.
    const first = storeOf({ headerValue: 'shared' });
    await stack.deploy(first);
    const [firstId, before] = [stack.physicalId, await snapshot(vault)];
    await vault.call('POST', `secrets-${WORKSPACE}/data/zenml/x`, { data: { password: 'x' } });
    await stack.deploy(storeOf({ headerValue: 'shared', ...change }));

    expect(stack.physicalId).not.toBe(firstId);
    expect(Object.keys(await snapshot(vault)).filter((path) => !path.includes('/zenml/x')).sort()).toEqual([...left].sort());
    expect(await read(`secrets-${WORKSPACE}/data/zenml/x`)).toMatchObject({ data: { password: 'x' } });

    await stack.deploy(first);
    expect(stack.physicalId).not.toBe(firstId);
    const after = await snapshot(vault);
    for (const path of [`auth/zenml-aws/role/${ROLE}`, 'auth/zenml-aws/config/client', `secrets-${WORKSPACE}/config`]) {
      expect(withoutTime(after[path])).toEqual(withoutTime(before[path]));
    }
    expect(rulesIn(after)).toEqual(rulesIn(before));
    expect(after['auth/new/config/client']).toBeUndefined();
    await stack.delete();
    expect(Object.keys(await snapshot(vault)).filter((path) => !/secrets-|new/.test(path))).toEqual([]);
  });

  test.each<[string, Partial<VaultStore>]>([
    ['the workspace', { workspaceId: OTHER_WORKSPACE }],
    ['the auth mount, with the role name', { authMount: 'new', roleName: 'new', policy: 'new' }],
    ['the KV mount', { kvMount: 'new' }],
  ])('of %s that is rolled back leaves what it was', async (_, change) => {
    const first = storeOf({ headerValue: 'shared', kvRemoval: 'destroy-if-empty' });
    const second = storeOf({ headerValue: 'shared', kvRemoval: 'destroy-if-empty', ...change });
    await stack.deploy(first);
    const before = await snapshot(vault);
    const { PhysicalResourceId: secondId } = await stack.send('Update', second, { physicalId: stack.physicalId, previous: first });
    expect((await stack.send('Update', first, { physicalId: secondId, previous: second })).PhysicalResourceId).toBe(stack.physicalId);
    await stack.send('Delete', second, { physicalId: secondId });

    const policy = `sys/policies/acl/${ROLE}`;
    const after = await snapshot(vault);
    expect({ ...after, [policy]: withoutTime(after[policy]) }).toEqual({ ...before, [policy]: withoutTime(before[policy]) });
  });

  test('of the workspace changes the header that follows it, as nobody else logs in there', async () => {
    await stack.deploy(storeOf());
    await stack.deploy(storeOf({ workspaceId: OTHER_WORKSPACE }));

    expect(await read('auth/zenml-aws/config/client')).toMatchObject({ iam_server_id_header_value: OTHER_WORKSPACE });
    expect(await read(`auth/zenml-aws/role/${ROLE}`)).toBeUndefined();
  });

  test('of the workspace is refused if that header would lock out others', async () => {
    await stack.deploy(storeOf());
    await vault.call('POST', 'auth/zenml-aws/role/others', {
      auth_type: 'iam',
      bound_iam_principal_arn: ['arn:aws:iam::111122223333:role/x'],
      resolve_aws_unique_ids: false,
    });

    await expect(stack.deploy(storeOf({ workspaceId: OTHER_WORKSPACE }))).rejects.toThrow(
      'others log in there: others. There are two ways out',
    );
  });

  test.each<[string, Partial<VaultStore>, Partial<VaultStore>, string]>([
    ['its policy by one that others provide', {}, { policy: 'theirs', policyIsExternal: true }, ROLE],
    ['its policy by one that others provide, of the same name', {}, { policyIsExternal: true }, ROLE],
    ['a policy that others provide by its own', { policy: 'theirs', policyIsExternal: true }, {},
      `zenml-claims/auth/zenml-aws/role/${ROLE}`],
  ])('of %s is refused under the name of the same role, also under a new logical id, and rolled back', async (_, from, to, claimed) => {
    await vault.call('POST', 'sys/policies/acl/theirs', { policy: 'path "x" { capabilities = ["read"] }' });
    await stack.deploy(storeOf(from));
    const before = await snapshot(vault);
    const refusal = `The role ${ROLE} on auth mount zenml-aws is claimed together with policy ${claimed} `
      + `by resource Store of stack ${stack.stackId}. `
      + 'A policy and its role change together';

    await expect(stack.send('Create', storeOf({ ...to, takeOver: true }), { logicalId: 'Renamed' })).rejects.toThrow(refusal);
    await expect(stack.deploy(storeOf({ ...to, takeOver: true }))).rejects.toThrow(refusal);
    await stack.send('Update', storeOf(from), { physicalId: stack.physicalId, previous: storeOf(to) });
    expect(await snapshot(vault)).toEqual(before);
  });

  test('of its KV mount to VaultKvMount.existing() of the same path is refused under DESTROY, and goes well under RETAIN', async () => {
    await stack.deploy(storeOf({ kvRemoval: 'destroy' }));
    await vault.call('POST', `secrets-${WORKSPACE}/data/zenml/x`, { data: { password: 'x' } });
    await expect(stack.deploy(storeOf({ kvMountIsExternal: true }))).rejects.toThrow(
      'would be destroyed with the old store. Deploy RemovalPolicy.RETAIN before',
    );
    await stack.deploy(storeOf());
    await stack.deploy(storeOf({ kvMountIsExternal: true }));

    expect(await read(`secrets-${WORKSPACE}/data/zenml/x`)).toMatchObject({ data: { password: 'x' } });
  });

  test('never brings secrets under destroySecrets that an earlier generation has kept', async () => {
    await stack.deploy(storeOf());
    await vault.call('POST', `secrets-${WORKSPACE}/data/zenml/x`, { data: { password: 'x' } });
    await stack.deploy(storeOf({ kvMount: 'new', kvRemoval: 'destroy' }));

    await stack.deploy(storeOf({ kvRemoval: 'destroy' }));
    await stack.delete();
    expect(await read(`secrets-${WORKSPACE}/data/zenml/x`)).toMatchObject({ data: { password: 'x' } });
  });

  test('of a KV mount under DESTROY takes the old one', async () => {
    await stack.deploy(storeOf({ kvRemoval: 'destroy-if-empty' }));
    await stack.deploy(storeOf({ kvRemoval: 'destroy-if-empty', kvMount: 'new' }));

    expect(Object.keys(await snapshot(vault))).toEqual(expect.arrayContaining(['sys/mounts/new/']));
    expect(Object.keys(await snapshot(vault))).not.toContain(`sys/mounts/secrets-${WORKSPACE}/`);
  });

  test('that fails leaves the first generation as it was', async () => {
    await stack.deploy(storeOf());
    const before = await snapshot(vault);
    await vault.call('POST', 'sys/mounts/taken', { type: 'transit' });

    await expect(stack.deploy(storeOf({ kvMount: 'taken', tokenTtl: 600 }))).rejects.toThrow('is of type transit');
    await vault.call('DELETE', 'sys/mounts/taken');
    expect(await snapshot(vault)).toEqual(before);
  });
});

describe('the connection', () => {
  test('at a new address: the same Vault is converged anew', async () => {
    await stack.deploy(storeOf());
    const before = await snapshot(vault);
    const moved = await new FaultProxy(vault).start();
    stack.runtime = {
      connection: {
        address: moved.address,
        vaultNamespace: '',
        connectionStack: 'Vault',
        administrator: { method: 'token', secretArn: 'arn', field: 'token' },
      },
    };
    proxy.next();
    await stack.deploy(storeOf());
    await moved.stop();

    expect([proxy.requests.length, moved.requests.length]).toEqual([0, 9]);
    expect(await snapshot(vault)).toEqual(before);
  });

  test('in a new namespace: refused on update and delete, and let through on the way back', async () => {
    await stack.deploy(storeOf());
    const before = await snapshot(vault);
    stack.runtime = {
      connection: {
        address: proxy.address,
        vaultNamespace: 'team',
        connectionStack: 'Vault',
        administrator: { method: 'token', secretArn: 'arn', field: 'token' },
      },
    };
    const refusal = `The store was made in another namespace than "team" of ${proxy.address}. `
      + 'Restore vaultNamespace, and make a second VaultConnection with a second store';
    await expect(stack.deploy(storeOf())).rejects.toThrow(refusal);
    await expect(stack.delete()).rejects.toThrow(refusal);

    stack.runtime = {};
    await stack.deploy(storeOf());
    expect(await snapshot(vault)).toEqual(before);
  });
});

describe('an event that comes twice', () => {
  test('Create', async () => {
    const first = await stack.send('Create', storeOf(), { requestId: 'once' });
    const before = await snapshot(vault);

    expect((await stack.send('Create', storeOf(), { requestId: 'once' })).PhysicalResourceId).toBe(first.PhysicalResourceId);
    expect(await snapshot(vault)).toEqual(before);
  });

  test('Create, of which the first answer was lost: the second drops the claims of the first', async () => {
    await stack.send('Create', storeOf({ kvRemoval: 'destroy-if-empty' }));
    await stack.deploy(storeOf({ kvRemoval: 'destroy-if-empty' }));
    await stack.delete();

    expect(await snapshot(vault)).toEqual({});
  });

  test('Update to other names', async () => {
    await stack.deploy(storeOf());
    const change = storeOf({ kvMount: 'new' });
    const update = () => stack.send('Update', change, { physicalId: stack.physicalId, previous: storeOf(), requestId: 'once' });
    const first = await update();
    const before = await snapshot(vault);

    expect(await update()).toMatchObject({ PhysicalResourceId: first.PhysicalResourceId });
    expect(await snapshot(vault)).toEqual(before);
  });

  test('Create of a role under a policy that others provide', async () => {
    await vault.call('POST', 'sys/policies/acl/theirs', { policy: 'path "secret/*" { capabilities = ["read"] }' });
    const store = storeOf({ policy: 'theirs', policyIsExternal: true });
    await stack.send('Create', store);
    await stack.send('Create', store);

    expect(await read(`auth/zenml-aws/role/${ROLE}`)).toMatchObject({ token_policies: ['theirs'] });
  });

  test('Update', async () => {
    await stack.deploy(storeOf());
    const update = () => stack.send('Update', storeOf({ tokenTtl: 600 }), { physicalId: stack.physicalId, previous: storeOf() });
    await update();
    const before = await snapshot(vault);
    await update();

    expect(await snapshot(vault)).toEqual(before);
  });

  test('Delete', async () => {
    await stack.deploy(storeOf());
    await stack.delete();
    const before = await snapshot(vault);
    await stack.delete();

    expect(await snapshot(vault)).toEqual(before);
    expect(Object.keys(before)).toEqual([`sys/mounts/secrets-${WORKSPACE}/`, `secrets-${WORKSPACE}/config`]);
  });

  test('Delete of an earlier life, after the store came back under the same logical id', async () => {
    await stack.deploy(storeOf({ kvRemoval: 'destroy' }));
    const earlier = stack.physicalId;
    await stack.delete();
    const again = new StackUnderTest(vault, proxy);
    await again.deploy(storeOf({ kvRemoval: 'destroy' }));
    const before = await snapshot(vault);
    await again.send('Delete', storeOf({ kvRemoval: 'destroy' }), { physicalId: earlier });

    expect(await snapshot(vault)).toEqual(before);
  });

  // Five reads, then the rules, the role, the claim, the look for other roles, the auth mount, the KV mount.
  test.each([5, 6, 7, 8, 9, 10])('Delete, the first of which was cut off at its request %d', async (lostAt) => {
    await stack.deploy(storeOf({ kvRemoval: 'destroy' }));
    await stack.appoint([storeOf({ kvRemoval: 'destroy' })]);
    stack.runtime = { remainingTime: 1_600 };
    proxy.after(lostAt, 'reset');
    await expect(stack.delete()).rejects.toThrow(/ECONNRESET|socket hang up/);
    expect(await snapshot(vault)).not.toEqual({});
    proxy.next();
    stack.runtime = {};
    await stack.delete();

    expect(await snapshot(vault)).toEqual({});
  });
});

test.each([
  3, 4, 5, 6, 7, 8,
])('Create, lost for good at its request %d: what remains is ours, and the next event converges it', async (lostAt) => {
  await stack.appoint([storeOf()]);
  stack.runtime = { remainingTime: 1_600 };
  proxy.after(lostAt, 'reset');
  await expect(stack.send('Create', storeOf())).rejects.toThrow(/ECONNRESET|socket hang up/);
  proxy.next();

  const remains = await snapshot(vault);
  for (const [path, found] of Object.entries(remains).filter(([name]) => /^sys\//.test(name))) {
    expect([path, JSON.stringify(found)]).toEqual([path, expect.stringContaining(stack.stackId)]);
  }
  stack.runtime = {};
  await stack.deploy(storeOf());
  await stack.delete({ kvRemoval: 'destroy-if-empty' });
  expect(await snapshot(vault)).toEqual({});
});

test('a Create that fails takes back all but the mount aws, which others may have come to expect', async () => {
  proxy.next(...Array.from({ length: 6 }, () => 'pass' as const), { status: 403, body: '{"errors":["permission denied"]}' });
  await expect(stack.send('Create', storeOf({ authMount: 'aws' }))).rejects.toThrow('403');
  const left = await snapshot(vault);

  expect(Object.keys(left).filter((path) => path.startsWith('sys/'))).toEqual(['sys/auth/aws/']);
  expect((await stack.deploy(storeOf({ authMount: 'aws' }))).Data).toMatchObject({ Kept: 'auth mount aws' });
});

describe('the end', () => {
  test('of what was never created is nothing', async () => {
    await stack.send('Delete', storeOf(), { physicalId: physicalId(storeOf(), '', 'never') });
    proxy.next();
    const answer = await stack.send('Delete', storeOf(), { physicalId: 'AWSCDK::CustomResourceProviderFramework::CREATE_FAILED' });

    expect(answer).toEqual({ PhysicalResourceId: 'AWSCDK::CustomResourceProviderFramework::CREATE_FAILED' });
    expect(proxy.requests).toEqual([]);
    expect(await snapshot(vault)).toEqual({});
  });

  test('of what somebody has removed by hand is nothing', async () => {
    await stack.deploy(storeOf());
    await wipe(vault);
    await stack.delete();

    expect(await snapshot(vault)).toEqual({});
  });

  test('of a store whose policy somebody has deleted fails, as its role still lets the workspace in', async () => {
    await stack.deploy(storeOf());
    await vault.call('DELETE', `sys/policies/acl/${ROLE}`);
    await expect(stack.delete()).rejects.toThrow(
      `The role ${ROLE} on auth mount zenml-aws still lets the workspace in, but the policy ${ROLE} does not carry the claim of this store `
      + 'any more, so neither was touched. If they may go, delete both by hand and delete again',
    );
    await vault.call('DELETE', `auth/zenml-aws/role/${ROLE}`);
    await stack.delete();
  });

  test('keeps the mount aws, even if we made it', async () => {
    await stack.deploy(storeOf({ authMount: 'aws' }));
    await stack.delete();

    expect(Object.keys(await snapshot(vault))).toEqual(expect.arrayContaining(['sys/auth/aws/']));
    expect(await read(`auth/aws/role/${ROLE}`)).toBeUndefined();
  });

  const DELETE_HINT = /\. If this Vault is gone for good, set forget: true and deploy, then delete; a stack in DELETE_FAILED is deleted by delete-stack --retain-resources$/;

  test('while Vault is sealed says how to get out; forget lets the store go', async () => {
    await stack.deploy(storeOf());
    const before = await snapshot(vault);
    stack.runtime = { remainingTime: 5_000 };
    await vault.call('PUT', 'sys/seal');
    try {
      const error = await stack.delete().catch((reason) => reason);
      expect(error.message).toMatch(/answers 503: Vault is sealed/);
      expect(error.message).toMatch(DELETE_HINT);

      proxy.next();
      await stack.deploy(storeOf({ forget: true }));
      await stack.delete();
      expect(proxy.requests).toEqual([]);
    } finally {
      // Also after a failure, which would fail all tests that follow.
      await vault.unseal();
    }
    expect(await snapshot(vault)).toEqual(before);
  });

  test('while the administrator\'s secret is gone says so, and how to get out', async () => {
    await stack.deploy(storeOf());
    const gone = Object.assign(new Error('Secrets Manager can\'t find the specified secret.'), { name: 'ResourceNotFoundException' });
    stack.runtime = { readSecret: () => Promise.reject(gone), credentials: () => Promise.reject(gone) };

    await expect(stack.delete()).rejects.toThrow(DELETE_HINT);
    await expect(stack.delete()).rejects.toThrow(/can't find the specified secret/);
  });

  test('of a store that was forgotten and remembered again', async () => {
    await stack.deploy(storeOf());
    await stack.deploy(storeOf({ forget: true, kvMount: 'new' }));
    await stack.deploy(storeOf({ kvMount: 'new' }));

    expect(Object.keys(await snapshot(vault))).toEqual(expect.arrayContaining(['sys/mounts/new/', `auth/zenml-aws/role/${ROLE}`]));
    await stack.deploy(storeOf({ kvMount: 'new', tokenTtl: 600 })); // drops the claim that nobody has released
    await stack.delete();
    expect(Object.keys(await snapshot(vault)).filter((path) => !path.includes('config') && !path.startsWith('sys/mounts'))).toEqual([]);
  });

  test('forget is no way to begin', async () => {
    await expect(stack.deploy(storeOf({ forget: true }))).rejects.toThrow(
      'forget: true is for a store that is to be deleted, and this one is new. Leave it out',
    );
  });
});

describe('planOnly', () => {
  test('says what would be done, and writes nothing, from beginning to end', async () => {
    proxy.next();
    const answer = await stack.deploy(storeOf({ planOnly: true }));
    await stack.delete();

    expect(answer.Data).toMatchObject({ Created: expect.stringMatching(/^auth mount .* KV mount .* policy .* role /), Changed: 'client configuration of auth mount zenml-aws' });
    expect(stack.lines).toContainEqual({ object: `policy ${ROLE}`, found: 'absent', wouldBe: 'create' });
    expect(proxy.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(await snapshot(vault)).toEqual({});
  });

  test('says what would be refused', async () => {
    await vault.call('POST', 'sys/auth/zenml-aws', { type: 'approle' });

    await expect(stack.deploy(storeOf({ planOnly: true }))).rejects.toThrow('is of type approle, not aws');
  });

  test.each<[string, Partial<VaultStore>]>([['role', { roleName: 'new', policy: 'new' }], ['KV mount', { kvMount: 'new' }]])(
    'of another %s says so by failing, as CloudFormation would remove the old store', async (_, change) => {
      await stack.deploy(storeOf());
      const before = await snapshot(vault);

      await expect(stack.deploy(storeOf({ ...change, planOnly: true }))).rejects.toThrow(/^planOnly: this change would .*create (role|KV mount) new.*, and then remove what it replaces, as CloudFormation would do now/);
      expect(await snapshot(vault)).toEqual(before);
    });

  test('of a store that lives, or that was rolled back to its plan, ends with it all the same', async () => {
    await stack.deploy(storeOf());
    await stack.deploy(storeOf({ planOnly: true }));
    await stack.delete();

    expect(await read(`auth/zenml-aws/role/${ROLE}`)).toBeUndefined();
  });

  test('of what somebody has made by hand leaves it alone', async () => {
    await vault.call('POST', 'sys/auth/zenml-aws', { type: 'aws' });
    const byHand = { auth_type: 'iam', bound_iam_principal_arn: [storeOf().principalArn], resolve_aws_unique_ids: false };
    await vault.call('POST', `auth/zenml-aws/role/${ROLE}`, byHand);
    const before = await snapshot(vault);
    await stack.deploy(storeOf({ planOnly: true, takeOver: true, headerValue: '' }));
    await stack.delete({ takeOver: false });

    expect(await snapshot(vault)).toEqual(before);
  });

  test('off again, converges under the same id', async () => {
    const { PhysicalResourceId: id } = await stack.deploy(storeOf({ planOnly: true }));

    expect(await stack.deploy(storeOf())).toMatchObject({ PhysicalResourceId: id, Data: { Created: expect.stringContaining('role') } });
  });
});

test('tokens that the mount does not let live as long are an error, whether it is there already or not', async () => {
  await vault.call('POST', 'sys/auth/zenml-aws', { type: 'aws' });
  await vault.call('POST', 'sys/auth/zenml-aws/tune', { max_lease_ttl: '600s' });
  const before = await snapshot(vault);
  await expect(stack.deploy(storeOf())).rejects.toThrow(
    `The role ${ROLE} on auth mount zenml-aws asks for tokens of up to 86400 seconds, but the mount allows 600. `
    + 'Write a shorter tokenMaxTtl (of token() tokenTtl), or have max_lease_ttl of the mount raised',
  );
  expect(await snapshot(vault)).toEqual(before);

  await vault.call('DELETE', 'sys/auth/zenml-aws');
  const afterwards = await snapshot(vault);
  await expect(stack.deploy(storeOf({ tokenMaxTtl: 4_000_000_000 }))).rejects.toThrow(/but Vault says: Given max ttl of \d+ seconds greater than current mount\/system default of \d+ seconds/);
  expect(await snapshot(vault)).toEqual(afterwards);
});

test('warnings of Vault are passed on', async () => {
  proxy.next(...Array.from({ length: 5 }, () => 'pass' as const), {
    status: 200, body: JSON.stringify({ warnings: ['this Vault is old'] }),
  });

  const answer = await stack.deploy(storeOf()).catch(() => undefined);
  expect(stack.lines).toContainEqual({ warning: 'this Vault is old' });
  expect(answer).toBeUndefined();
});

test('properties of an update that replaces what was never valid', async () => {
  await stack.deploy(storeOf());
  const answer = await stack.sendEvent({
    RequestType: 'Update',
    RequestId: 'once',
    StackId: stack.stackId,
    LogicalResourceId: 'Store',
    PhysicalResourceId: stack.physicalId,
    ResourceProperties: writeProperties(storeOf(), 'hash'),
    OldResourceProperties: { AuthMount: '../..' },
  });

  expect(answer.PhysicalResourceId).toBe(stack.physicalId);
});
