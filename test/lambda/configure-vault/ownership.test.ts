import { OTHER_WORKSPACE, StackUnderTest, storeOf, WORKSPACE } from './stack-under-test';
import { snapshot, wipe } from './vault-under-test';
import { authMountDescription, kvMountDescription } from '../../../lambda/configure-vault/claims/mount-descriptions';
import { readPolicyText, writePolicyText } from '../../../lambda/configure-vault/claims/policy-text';
import { signedCallerIdentity } from '../../../lambda/configure-vault/login/aws-iam-login';
import { VaultStore } from '../../../src/vault/contract/store-properties';
import { useEmbeddedVault } from '../../emulators/use-embedded-vault';
import { useEmbeddedAws, useFaultProxy } from '../../emulators/use-emulators';
import { ControlPlane, Principal } from '../../emulators/zenml-pro';

/*
 * Vault is shared with people who never heard of our stack. Object by object: what is found, what is done about it, and what the
 * deletion leaves. After each test, what belongs to bystanders is byte for byte what it was.
 */

const ROLE = `zenml-${WORKSPACE}`;
const KV = `secrets-${WORKSPACE}`;
const STACK_ID = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Zenml/0f8fad5b';
const BYSTANDER = 'bystander';
const SHARED_HEADER = 'vault.example.com';
const aws = useEmbeddedAws();
const vault = useEmbeddedVault();
const proxy = useFaultProxy(vault);
let stack: StackUnderTest;
let other: StackUnderTest;
let workspace: Principal;
let otherWorkspace: Principal;
let bystander: Principal;
let ofBystanders: { [path: string]: unknown };

beforeAll(async () => {
  const controlPlane = await ControlPlane.create(aws);
  workspace = await controlPlane.createWorkspace(WORKSPACE);
  otherWorkspace = await controlPlane.createWorkspace(OTHER_WORKSPACE);
  bystander = await controlPlane.createRole(BYSTANDER);
});

beforeEach(async () => {
  stack = new StackUnderTest(vault, proxy);
  other = new StackUnderTest(vault, proxy, 'Other');
  await write('sys/auth/aws', { type: 'aws', description: 'of the platform team' });
  await write('auth/aws/config/client', { iam_server_id_header_value: SHARED_HEADER, sts_endpoint: aws.endpoint, max_retries: 3 });
  await write(`auth/aws/role/${BYSTANDER}`, roleFor(BYSTANDER));
  await write(`sys/policies/acl/${BYSTANDER}`, { policy: 'path "bystander/*" { capabilities = ["read"] } # by hand' });
  await write('sys/mounts/bystander', { type: 'kv', options: { version: '2' }, description: 'of another application' });
  await write('bystander/config', { max_versions: 7 });
  for (const password of ['first', 'second', 'third']) {
    await write('bystander/data/zenml/application', { data: { password } });
  }
  await other.deploy(store({ workspaceId: OTHER_WORKSPACE, authMount: 'aws', headerValue: SHARED_HEADER }));
  ofBystanders = await snapshot(vault);
});

afterEach(async () => {
  try {
    expect(await snapshot(vault)).toMatchObject(ofBystanders);
    expect([
      await login(bystander, 'aws', BYSTANDER, SHARED_HEADER),
      await login(otherWorkspace, 'aws', `zenml-${OTHER_WORKSPACE}`, SHARED_HEADER),
    ]).toEqual([200, 200]);
  } finally {
    // Also after a failure, which would fail all tests that follow.
    await wipe(vault);
  }
});

async function write(path: string, body: object) {
  const { status, body: answer } = await vault.call('POST', path, body);
  if (status >= 300) {
    throw new Error(`POST ${path}: ${status} ${JSON.stringify(answer)}`);
  }
}

async function read(path: string): Promise<any> {
  return (await vault.call('GET', path)).body?.data;
}

const roleFor = (name: string) => ({
  auth_type: 'iam', bound_iam_principal_arn: [`arn:aws:iam::715803424590:role/${name}`], resolve_aws_unique_ids: false,
});
const store = (change: Partial<VaultStore> = {}) => storeOf({ stsEndpoint: aws.endpoint, ...change });
const authMounts = async () => read('sys/auth');
const kvMounts = async () => read('sys/mounts');

async function login(principal: Principal, mount: string, role: string, headerValue?: string): Promise<number> {
  const body = signedCallerIdentity(role, {
    credentials: principal.credentials, host: 'sts.amazonaws.com', region: 'us-east-1', headerValue, now: new Date(),
  });
  return (await vault.call('POST', `auth/${mount}/login`, body, {})).status;
}
const workspaceLogin = (mount = 'zenml-aws', headerValue = WORKSPACE) => login(workspace, mount, ROLE, headerValue);

type Arrange = () => Promise<unknown>;
/** What is there before, what is wanted, and the error. */
type Refusal = [string, Arrange, Partial<VaultStore>, string | RegExp];

async function expectRefused(arrange: Arrange, change: Partial<VaultStore>, message: string | RegExp) {
  await arrange();
  const before = await snapshot(vault);
  await expect(stack.deploy(store(change))).rejects.toThrow(message);
  expect(await snapshot(vault)).toEqual(before);
}

test('nothing there: all is created, with our claims, and the workspace logs in', async () => {
  expect((await stack.deploy(store())).Data).toEqual({
    Created: `auth mount zenml-aws, KV mount ${KV}, policy ${ROLE}, role ${ROLE} on auth mount zenml-aws`,
    Adopted: '',
    Changed: 'client configuration of auth mount zenml-aws',
    Kept: '',
    Warnings: '',
  });

  const owner = { stackId: stack.stackId, logicalId: 'Store', physicalId: stack.physicalId };
  expect((await authMounts())['zenml-aws/'].description).toBe(authMountDescription('zenml-aws', stack.stackId));
  expect((await kvMounts())[`${KV}/`]).toMatchObject({
    type: 'kv',
    options: { version: '2' },
    description: kvMountDescription(KV, { workspaceId: WORKSPACE, claims: [{ ...owner, made: true }] }),
  });
  expect(readPolicyText((await read(`sys/policies/acl/${ROLE}`)).policy).claims).toEqual([
    { ...owner, workspaceId: WORKSPACE, rolePath: `auth/zenml-aws/role/${ROLE}`, found: { policy: null, role: null } },
  ]);
  expect(await workspaceLogin()).toBe(200);
});

test('all there, as wanted: all is kept, and nothing is written', async () => {
  await stack.deploy(store());
  const before = await snapshot(vault);
  proxy.next();

  expect((await stack.deploy(store())).Data).toMatchObject({ Created: '', Adopted: '', Changed: '', Kept: expect.stringMatching(/^auth mount .*, client configuration .*, role /) });
  expect(new Set(proxy.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  expect(await snapshot(vault)).toEqual(before);
});

describe('the auth mount', () => {
  test.each<[string, string]>([
    ['somebody', 'of team B'],
    ['another stack', authMountDescription('zenml-aws', STACK_ID.replace('Zenml', 'Other'))],
    ['us, copied from another path', authMountDescription('other', STACK_ID)],
  ])('of %s is adopted, and stays on delete', async (_, description) => {
    await write('sys/auth/zenml-aws', { type: 'aws', description });
    await write('auth/zenml-aws/config/client', { sts_endpoint: aws.endpoint });

    expect((await stack.deploy(store())).Data).toMatchObject({ Adopted: 'auth mount zenml-aws' });
    expect(await workspaceLogin()).toBe(200);
    await stack.delete();
    expect((await authMounts())['zenml-aws/'].description).toBe(description);
  });

  test('of another type is refused', () => expectRefused(
    () => write('sys/auth/zenml-aws', { type: 'approle', description: 'of team B' }),
    {},
    'The auth mount zenml-aws is of type approle, not aws, and was made by nobody that we know. Choose another auth mount',
  ));

  test('of our own goes with the last role on it', async () => {
    await stack.deploy(store());
    await write('auth/zenml-aws/role/late', roleFor('late'));
    await stack.delete();
    expect(await authMounts()).toHaveProperty(['zenml-aws/']);
    expect(await read('auth/zenml-aws/role/late')).toBeDefined();

    await vault.call('DELETE', 'auth/zenml-aws/role/late');
    await stack.delete();
    expect(await authMounts()).not.toHaveProperty(['zenml-aws/']);
  });

  test('of which the role was removed by hand stays while another store claims that role', async () => {
    await stack.deploy(store());
    const renamed = await stack.send('Create', store(), { logicalId: 'Renamed' });
    await vault.call('DELETE', `auth/zenml-aws/role/${ROLE}`);
    await stack.send('Delete', store(), { logicalId: 'Renamed', physicalId: renamed.PhysicalResourceId });

    expect(await workspaceLogin()).toBe(200);
    await vault.call('DELETE', `auth/zenml-aws/role/${ROLE}`);
    const again = await stack.send('Create', store(), { logicalId: 'Renamed' });
    await stack.send('Delete', store(), { logicalId: 'Renamed', physicalId: again.PhysicalResourceId });
    expect(await authMounts()).toHaveProperty(['zenml-aws/']);
  });

  test('that two stores of a stack share goes with the second of them', async () => {
    const second = new StackUnderTest(vault, proxy);
    second.logicalId = 'Second';
    await stack.deploy(store());
    await second.deploy(store({ roleName: 'second', policy: 'second', kvMount: 'second' }));
    expect(await workspaceLogin()).toBe(200);

    await second.delete();
    expect(await workspaceLogin()).toBe(200);
    await stack.delete();
    expect(await authMounts()).not.toHaveProperty(['zenml-aws/']);
  });
});

describe('the header of a mount', () => {
  const withoutHeader = async (roles: string[]) => {
    await write('sys/auth/team', { type: 'aws' });
    await write('auth/team/config/client', { sts_endpoint: aws.endpoint });
    for (const name of roles) {
      await write(`auth/team/role/${name}`, roleFor(name));
    }
  };

  test('that others made, but on which nobody has a role, is written', async () => {
    await withoutHeader([]);
    await stack.deploy(store({ authMount: 'team' }));

    expect(await workspaceLogin('team')).toBe(200);
    expect(await workspaceLogin('team', 'another')).toBe(400);
  });

  test('on which others log in without one, is not written: their login is tried before and after', async () => {
    await withoutHeader([BYSTANDER]);
    expect(await login(bystander, 'team', BYSTANDER)).toBe(200);

    await expect(stack.deploy(store({ authMount: 'team' }))).rejects.toThrow(
      'The client configuration of auth mount team demands no header value, not "123e4567-e89b-12d3-a456-426614174000", '
      + 'and others log in there: bystander. '
      + "There are two ways out: an auth mount of your own, or headerValue: ''",
    );
    expect(await login(bystander, 'team', BYSTANDER)).toBe(200);

    await stack.deploy(store({ authMount: 'team', headerValue: '' }));
    expect([await login(bystander, 'team', BYSTANDER), await login(workspace, 'team', ROLE)]).toEqual([200, 200]);
  });

  test('on which the workspace itself logs in without one, is not written by a takeover', async () => {
    await withoutHeader([ROLE]);

    await expect(stack.deploy(store({ authMount: 'team', takeOver: true }))).rejects.toThrow(
      `and others log in there: ${ROLE}. There are two ways out`,
    );
    await stack.deploy(store({ authMount: 'team', takeOver: true, headerValue: '' }));
    expect(await login(workspace, 'team', ROLE)).toBe(200);
  });

  test('that another stack shares has two ways out, and both lead out', async () => {
    await expect(stack.deploy(store({ authMount: 'aws' }))).rejects.toThrow(
      /demands the header value "vault\.example\.com", not "123e4567.*", and others log in there: bystander, zenml-9b2c.*\. There are two ways out: an auth mount of your own, or headerValue: 'vault\.example\.com'$/,
    );
    expect(await login(otherWorkspace, 'aws', `zenml-${OTHER_WORKSPACE}`, SHARED_HEADER)).toBe(200);

    await stack.deploy(store({ authMount: 'aws', headerValue: SHARED_HEADER }));
    expect(await workspaceLogin('aws', SHARED_HEADER)).toBe(200);
    await stack.delete();
    await stack.deploy(store());
    expect(await workspaceLogin()).toBe(200);
  });

  test('is changed on a mount of ours alone', async () => {
    await stack.deploy(store());
    await write('auth/zenml-aws/config/client', { max_retries: 7 });
    await stack.deploy(store({ headerValue: 'changed' }));

    expect([await workspaceLogin('zenml-aws', 'changed'), await workspaceLogin()]).toEqual([200, 400]);
    expect(await read('auth/zenml-aws/config/client')).toMatchObject({ max_retries: 7 });
  });

  test('is not changed on a mount of ours on which others have come to log in', async () => {
    await stack.deploy(store());
    await write('auth/zenml-aws/role/late', roleFor('late'));

    await expect(stack.deploy(store({ headerValue: 'changed' }))).rejects.toThrow(/not "changed", and others log in there: late/);
    expect(await workspaceLogin()).toBe(200);
  });

  test('is not changed on a mount of others, even if nobody logs in there', async () => {
    await withoutHeader([]);
    await write('auth/team/config/client', { iam_server_id_header_value: 'theirs' });

    await expect(stack.deploy(store({ authMount: 'team' }))).rejects.toThrow(/demands the header value "theirs".*, and the mount is not ours/);
    await expect(stack.deploy(store({ authMount: 'team', headerValue: '' }))).rejects.toThrow(/demands the header value "theirs", not none/);
  });

  test.each<[string, Arrange]>([
    ['renamed in the same deployment', async () => {
      await stack.deploy(store());
      stack = Object.assign(new StackUnderTest(vault, proxy), { logicalId: 'Renamed' });
    }],
    ['created for the second time, as the first answer was lost', async () => {
      await stack.deploy(store());
      await stack.send('Create', store(), { logicalId: 'Renamed' });
      stack = Object.assign(new StackUnderTest(vault, proxy), { logicalId: 'Renamed' });
    }],
    ['made by hand, and taken over', async () => {
      await stack.deploy(store());
      stack = new StackUnderTest(vault, proxy, 'Later');
    }],
  ])('is not changed by a store that was %s, as a rollback would not bring it back', async (_, arrange) => {
    await arrange();
    await expect(stack.deploy(store({ headerValue: 'changed', takeOver: true }))).rejects.toThrow(
      new RegExp(`not "changed", and .*(${ROLE}|the mount is not ours)`),
    );
    expect(await workspaceLogin()).toBe(200);
  });

  test('stays on delete while any role remains', async () => {
    await stack.deploy(store());
    await write('auth/zenml-aws/role/late', roleFor('late'));
    await stack.delete();

    expect(await read('auth/zenml-aws/config/client')).toMatchObject({ iam_server_id_header_value: WORKSPACE });
  });
});

describe('the STS of a mount', () => {
  test.each<Refusal>([
    ['that others made, if it is one that we did not expect', async () => {
      await write('sys/auth/team', { type: 'aws' });
      await write('auth/team/config/client', { iam_server_id_header_value: WORKSPACE, sts_endpoint: 'https://sts.evil.example' });
    }, { authMount: 'team', stsEndpoint: '' }, /has sts_endpoint "https:\/\/sts\.evil\.example" instead of ""\. Whoever controls that STS can log in as anybody/],
    ['that others made, if it has none', async () => {
      await write('sys/auth/team', { type: 'aws' });
    }, { authMount: 'team' }, /has sts_endpoint "" instead of "http:.*If it is right, state it by stsEndpoint and stsRegion; else choose an auth mount of your own$/],
  ])('%s, is an error', async (_, arrange, change, message) => expectRefused(arrange, change, message));

  test('is not changed on a mount of ours on which others have come to log in', async () => {
    await stack.deploy(store());
    await write(`auth/zenml-aws/role/${BYSTANDER}`, roleFor(BYSTANDER));

    await expectRefused(async () => {}, { stsEndpoint: 'https://sts.us-east-1.amazonaws.com' }, /has sts_endpoint "http:.* so it is neither accepted unseen nor changed for others/);
  });

  test('that others made may have a region without an endpoint, as ZenML\'s documentation has it written', async () => {
    await write('sys/auth/team', { type: 'aws' });
    await write('auth/team/config/client', { iam_server_id_header_value: WORKSPACE, sts_region: 'eu-central-1' });
    await stack.deploy(store({ authMount: 'team', stsEndpoint: '' }));

    expect((await vault.call('GET', 'auth/team/config/client')).body.data.sts_region).toBe('eu-central-1');
  });

  test('is corrected on a mount of ours', async () => {
    await stack.deploy(store());
    await write('auth/zenml-aws/config/client', { sts_endpoint: 'https://sts.evil.example' });
    await stack.deploy(store());

    expect(await workspaceLogin()).toBe(200);
  });
});

describe('policy and role', () => {
  const handMade = async () => {
    await write('sys/auth/zenml-aws', { type: 'aws' });
    await write('auth/zenml-aws/config/client', { sts_endpoint: aws.endpoint, iam_server_id_header_value: WORKSPACE });
    await write(`sys/policies/acl/${ROLE}`, { policy: 'path "secret/*" { capabilities = ["read"] }' });
    await write(`auth/zenml-aws/role/${ROLE}`, { ...roleFor(ROLE), policies: ROLE, ttl: '1h' });
  };
  const accessOf = async () => {
    const { modified, version, ...policy } = await read(`sys/policies/acl/${ROLE}`);
    return [policy, await read(`auth/zenml-aws/role/${ROLE}`)];
  };
  const ofAnotherStack = async () => {
    const rival = new StackUnderTest(vault, proxy, 'Rival');
    await rival.deploy(store());
    return rival;
  };

  test.each<Refusal>([
    ['made by hand', handMade, {},
      `The policy ${ROLE} is there already, and belongs to nobody that we know. `
      + 'Delete it, choose another roleName, or set takeOver: true if it may be replaced'],
    ['of another stack', ofAnotherStack, {}, /The policy .* is there already, and belongs to resource Store of stack arn:aws:cloudformation:eu-central-1:111122223333:stack\/Rival\/0f8fad5b\./],
    ['of which only the role is there', async () => {
      await handMade();
      await vault.call('DELETE', `sys/policies/acl/${ROLE}`);
    }, {}, `The role ${ROLE} on auth mount zenml-aws is there already, and was not made by this stack. `
      + 'Delete it, choose another roleName, or set takeOver: true if it may be replaced'],
  ])('%s are refused', async (_, arrange, change, message) => expectRefused(arrange, change, message));

  test.each<[string, Arrange]>([
    ['made by hand', handMade],
    ['of another stack', ofAnotherStack],
  ])('%s are taken over if that is said, without an outage, and given back as long as it is said', async (_, arrange) => {
    await arrange();
    const before = await accessOf();
    expect(await workspaceLogin()).toBe(200);
    await stack.deploy(store({ takeOver: true, tokenTtl: 600 }));

    expect(await workspaceLogin()).toBe(200);
    expect(await read(`auth/zenml-aws/role/${ROLE}`)).toMatchObject({ token_policies: [ROLE], token_ttl: 600 });
    await stack.delete();
    expect(await accessOf()).toEqual(before);
    expect(await workspaceLogin()).toBe(200);
  });

  test('made by hand and taken over go with the store once takeOver is left out', async () => {
    await handMade();
    await stack.deploy(store({ takeOver: true }));
    await stack.deploy(store());
    await stack.delete();

    expect([await read(`sys/policies/acl/${ROLE}`), await read(`auth/zenml-aws/role/${ROLE}`)]).toEqual([undefined, undefined]);
  });

  test('made by hand to the letter as wanted are refused as well', () => expectRefused(async () => {
    await stack.deploy(store());
    const { rules } = readPolicyText((await read(`sys/policies/acl/${ROLE}`)).policy);
    await write(`sys/policies/acl/${ROLE}`, { policy: rules });
  }, { tokenTtl: 60 }, `The policy ${ROLE} is there already, and belongs to nobody that we know`));

  test('cannot move to another auth mount under their name', async () => {
    await stack.deploy(store());

    await expectRefused(
      async () => {},
      { authMount: 'other' },
      `The policy ${ROLE} is claimed together with auth/zenml-aws/role/${ROLE} by resource Store of stack ${stack.stackId}. `
      + 'A policy and its role change together: with another auth mount, or from VaultPolicy.managed() to VaultPolicy.existing() or back, '
      + 'change roleName too. To switch without an outage, make a second store with another roleName beside this one',
    );
    await stack.deploy(store({ authMount: 'other', roleName: 'other', policy: 'other' }));
    expect([await login(workspace, 'other', 'other', WORKSPACE), await read(`sys/policies/acl/${ROLE}`)]).toEqual([200, undefined]);
  });

  test('of another workspace are refused, with and without takeOver', async () => {
    await stack.deploy(store({ roleName: 'own', policy: 'own' }));

    for (const takeOver of [false, true]) {
      await expectRefused(
        async () => {},
        { workspaceId: OTHER_WORKSPACE, headerValue: WORKSPACE, roleName: 'own', policy: 'own', takeOver },
        `The policy own is of another workspace, ${WORKSPACE}, whose tokens would get what it grants. Choose another roleName`,
      );
    }
  });

  test('of which somebody has edited the role are put right', async () => {
    await stack.deploy(store());
    await write(`auth/zenml-aws/role/${ROLE}`, { ...roleFor(BYSTANDER), token_policies: ['theirs'] });
    await stack.deploy(store({ tokenTtl: 60 }));

    expect(await workspaceLogin()).toBe(200);
  });

  test('that another stack has taken over are not removed by the first', async () => {
    const rival = await ofAnotherStack();
    await stack.deploy(store({ takeOver: true }));
    await rival.delete();

    expect(await workspaceLogin()).toBe(200);
    await stack.delete();
    expect(await read(`auth/zenml-aws/role/${ROLE}`)).toBeUndefined();
  });

  test('that another stack has taken over keep the header of their mount, whatever the first wants', async () => {
    const rival = await ofAnotherStack();
    await stack.deploy(store({ takeOver: true }));

    for (const change of [{}, { roleName: 'other', policy: 'other' }]) {
      await expect(rival.deploy(store({ headerValue: 'changed', ...change }))).rejects.toThrow(/others log in there|taken over/);
    }
    expect(await workspaceLogin()).toBe(200);
  });

  test('that another stack has taken over are not taken back under other names, by takeOver either', async () => {
    const rival = await ofAnotherStack();
    await stack.deploy(store({ takeOver: true }));

    await expect(rival.deploy(store({ kvMount: 'other', takeOver: true }))).rejects.toThrow('was taken over by resource Store of stack');
    await expect(rival.send('Create', store({ takeOver: true }), { logicalId: 'Renamed' })).rejects.toThrow('was taken over by');
    expect(await workspaceLogin()).toBe(200);
  });

  test('that another stack has taken over without their role are not wanted as they were', async () => {
    const rival = await ofAnotherStack();
    await vault.call('DELETE', `auth/zenml-aws/role/${ROLE}`);
    await stack.deploy(store({ takeOver: true }));

    await expect(rival.deploy(store())).rejects.toThrow(`was taken over by resource Store of stack ${stack.stackId}`);
  });

  test('whose claims say that there was no policy, below that of another, are left without rules', async () => {
    await ofAnotherStack();
    await stack.deploy(store({ takeOver: true }));
    const [first, second] = readPolicyText((await read(`sys/policies/acl/${ROLE}`)).policy).claims;
    const forged = { claims: [first, { ...second, found: { ...second.found, policy: null } }], rules: '' };
    await write(`sys/policies/acl/${ROLE}`, { policy: writePolicyText(forged, ROLE) });
    await stack.delete();

    expect(readPolicyText((await read(`sys/policies/acl/${ROLE}`)).policy)).toEqual({ claims: [first], rules: '' });
  });

  test('of which the role is claimed elsewhere too, go without the role', async () => {
    await stack.deploy(store());
    const { claims } = readPolicyText((await read(`sys/policies/acl/${ROLE}`)).policy);
    const elsewhere = writePolicyText({ claims: [{ ...claims[0], logicalId: 'Elsewhere' }], rules: '' }, ROLE);
    await write(`sys/policies/acl/zenml-claims/auth/zenml-aws/role/${ROLE}`, { policy: elsewhere });
    await stack.delete();

    expect([await read(`sys/policies/acl/${ROLE}`), await read(`auth/zenml-aws/role/${ROLE}`)]).toEqual([undefined, expect.anything()]);
  });

  test.each<[string, string]>([
    ['in JSON', JSON.stringify({ path: { 'secret/*': { capabilities: ['read'] } } })],
    ['of 40 KB', `${'# by hand, and long\n'.repeat(2000)}path "secret/*" { capabilities = ["read"] }`],
    ['that looks like a claim', '# {"stackId":"x"}\npath "secret/*" { capabilities = ["read"] }'],
  ])('made by hand %s are given back', async (_, policy) => {
    await handMade();
    await write(`sys/policies/acl/${ROLE}`, { policy });
    await stack.deploy(store({ takeOver: true }));
    await stack.delete();

    expect(await read(`sys/policies/acl/${ROLE}`)).toMatchObject({ policy });
  });

  test('that cannot be given back under the policy of the administrator say what to do', async () => {
    await ofAnotherStack();
    const pod = store({ principalArn: 'arn:aws:iam::111122223333:role/pod', takeOver: true });
    await stack.deploy(pod);
    await stack.deploy({ ...pod, takeOver: false });
    const before = await snapshot(vault);

    await expect(stack.delete()).rejects.toThrow(/What was there before the role .* cannot be put back: .*403.*Write the administrator's policy of this store with takeOver: true, and delete again/);
    expect(await snapshot(vault)).toEqual(before);
    await stack.delete({ takeOver: true });
    expect(await read(`auth/zenml-aws/role/${ROLE}`)).toMatchObject({ bound_iam_principal_arn: [store().principalArn] });
  });

  test('that another stack has taken over are changed there only; what it remembers may be wanted again', async () => {
    const rival = await ofAnotherStack();
    await stack.deploy(store({ takeOver: true, tokenTtl: 600 }));
    const before = await snapshot(vault);

    await rival.deploy(store());
    await expect(rival.deploy(store({ tokenTtl: 60 }))).rejects.toThrow(
      `The policy ${ROLE} was taken over by resource Store of stack ${stack.stackId}, and is changed there only. `
      + 'To take it back, delete the store there',
    );
    expect(await snapshot(vault)).toEqual(before);
  });

  test('under a renamed logical id stay alive', async () => {
    await stack.deploy(store({ kvRemoval: 'destroy' }));
    const { accessor } = (await kvMounts())[`${KV}/`];
    await stack.rename('Renamed');

    expect(await workspaceLogin()).toBe(200);
    expect((await kvMounts())[`${KV}/`]).toMatchObject({ accessor, description: expect.stringContaining('"logicalId":"Renamed"') });
    await stack.delete();
    expect(await authMounts()).not.toHaveProperty(['zenml-aws/']);
    expect(await kvMounts()).not.toHaveProperty([`${KV}/`]);
  });
});

describe('the KV mount', () => {
  const kv = async (settings: object = {}, version = '2') => write(`sys/mounts/${KV}`, {
    type: 'kv', options: { version }, description: 'by hand', ...settings,
  });
  const secret = (path: string) => write(`${KV}/data/${path}`, { data: { password: 'x' } });

  test.each<[string, Arrange]>([
    ['empty', async () => {}],
    ['with secrets of ZenML', () => secret('zenml/0f8fad5b')],
  ])('of others, %s, is adopted, and stays on delete whatever is said', async (_, arrange) => {
    await kv();
    await arrange();
    const before = await snapshot(vault);

    expect((await stack.deploy(store({ kvRemoval: 'destroy' }))).Data).toMatchObject({ Adopted: `KV mount ${KV}` });
    await stack.delete();
    expect(await snapshot(vault)).toEqual(before);
  });

  test.each<Refusal>([
    ['of another type', () => kv({ type: 'transit', options: {} }), {},
      `The KV mount ${KV} is of type transit, not KV version 2, and is used by nobody that we know. `
      + 'Choose another path for the KV mount'],
    ['of version 1', () => kv({}, '1'), {}, 'is of type kv version 1, not KV version 2'],
    ['that demands check-and-set', async () => {
      await kv();
      await write(`${KV}/config`, { cas_required: true });
    }, {}, 'demands check-and-set (cas_required), with which ZenML cannot write a new value'],
    ['with a secret of another application', async () => {
      await kv();
      await secret('application');
    }, {}, 'holds 1 more beside zenml/, of which ZenML would prune all but the last version'],
    ['with secrets of other applications', async () => {
      await kv();
      await secret('a');
      await secret('b/c');
    }, {}, 'holds 2 more beside zenml/'],
    ['of another workspace', async () => {}, { kvMount: `secrets-${OTHER_WORKSPACE}` },
      `keeps the secrets of another workspace, ${OTHER_WORKSPACE}, and is used by resource Store of stack`],
  ])('%s is refused', async (_, arrange, change, message) => expectRefused(arrange, change, message));

  test('with a forged claim of another namespace in its description is no home', async () => {
    await stack.deploy(store({ kvMount: 'home' }));
    const names = stack.physicalId.split('-')[3];
    await stack.deploy(store());
    const physicalId = `zenml-vault-${'0'.repeat(12)}-${names}-${'a'.repeat(12)}`;
    const claims = [{ stackId: stack.stackId, logicalId: 'Store', physicalId, made: true }];
    await write('sys/mounts/home/tune', { description: kvMountDescription('home', { workspaceId: WORKSPACE, claims }) });
    await stack.deploy(store({ kvMount: 'home' }));
    await stack.deploy(store({ kvMount: 'home', tokenTtl: 60 }));

    expect(await workspaceLogin()).toBe(200);
  });

  test('of ours stays on delete, with its secrets', async () => {
    await stack.deploy(store());
    await secret('zenml/0f8fad5b');
    await stack.delete();

    expect(await read(`${KV}/data/zenml/0f8fad5b`)).toMatchObject({ data: { password: 'x' } });
    await stack.deploy(store());
    expect(await workspaceLogin()).toBe(200);
  });

  test('of ours goes under DESTROY only when it is empty; else nothing goes at all', async () => {
    await stack.deploy(store({ kvRemoval: 'destroy-if-empty' }));
    await secret('zenml/0f8fad5b');
    await expect(stack.delete()).rejects.toThrow(
      `The KV mount ${KV} holds secrets. Empty it and delete again, or deploy destroySecrets: true before you delete. If this Vault`,
    );
    expect(await workspaceLogin()).toBe(200);

    await vault.call('DELETE', `${KV}/metadata/zenml/0f8fad5b`);
    await stack.delete();
    expect(await kvMounts()).not.toHaveProperty([`${KV}/`]);
  });

  test('of ours goes with its secrets only if that is said', async () => {
    await stack.deploy(store({ kvRemoval: 'destroy-if-empty' }));
    await secret('zenml/0f8fad5b');
    await stack.deploy(store({ kvRemoval: 'destroy' }));
    await stack.delete();

    expect(await kvMounts()).not.toHaveProperty([`${KV}/`]);
  });
});

describe('what a Vault team provides', () => {
  const provided = {
    authMountIsExternal: true, kvMountIsExternal: true, policyIsExternal: true, policy: 'theirs', authMount: 'team', kvMount: 'team',
  };
  const provide = async () => {
    await write('sys/auth/team', { type: 'aws' });
    await write('auth/team/config/client', { iam_server_id_header_value: WORKSPACE, sts_endpoint: aws.endpoint });
    await write('sys/mounts/team', { type: 'kv', options: { version: '2' } });
    await write('sys/policies/acl/theirs', { policy: 'path "team/*" { capabilities = ["update"] }' });
  };

  test('is used, and only the role is ours: made, changed, and removed', async () => {
    await provide();
    const before = await snapshot(vault);
    expect((await stack.deploy(store(provided))).Data).toMatchObject({
      Created: `policy zenml-claims/auth/team/role/${ROLE}, role ${ROLE} on auth mount team`,
      Adopted: 'auth mount team, KV mount team, policy theirs',
      Kept: 'client configuration of auth mount team',
    });
    expect(await workspaceLogin('team')).toBe(200);

    await stack.deploy(store({ ...provided, tokenTtl: 600 }));
    expect(await read(`auth/team/role/${ROLE}`)).toMatchObject({ token_ttl: 600, token_policies: ['theirs'] });
    await stack.delete();
    expect(await snapshot(vault)).toEqual(before);
  });

  test.each<Refusal>([
    ['an auth mount that is not there', async () => {
      await provide();
      await vault.call('DELETE', 'sys/auth/team');
    }, provided, 'The mount auth/team/ is not there, or the administrator may do nothing on it. '
      + 'Have it created, or the administrator\'s policy extended'],
    ['a KV mount that is not there', async () => {
      await provide();
      await vault.call('DELETE', 'sys/mounts/team');
    }, provided, 'The mount team/ is not there'],
    ['a policy that is not there', async () => {
      await provide();
      await vault.call('DELETE', 'sys/policies/acl/theirs');
    }, provided, 'The policy theirs is not there. Have it created, or use VaultPolicy.managed()'],
    ['a policy that is of this stack', async () => {
      await provide();
      await vault.call('DELETE', 'sys/policies/acl/theirs');
      await stack.send('Create', store({ roleName: 'theirs', policy: 'theirs' }), { logicalId: 'Theirs' });
    }, provided, 'The policy theirs is of this stack. Use VaultPolicy.managed(), or name another policy'],
    ['an auth mount with another header', async () => {
      await provide();
      await write('auth/team/config/client', { iam_server_id_header_value: 'theirs' });
    }, provided, 'demands the header value "theirs", not "123e4567-e89b-12d3-a456-426614174000", and the mount is not ours. '
      + "There are two ways out: an auth mount of your own, or headerValue: 'theirs'"],
    ['an auth mount without a header', async () => {
      await provide();
      await write('auth/team/config/client', { iam_server_id_header_value: '' });
    }, provided, 'demands no header value, not'],
    ['a KV mount with the secrets of others', async () => {
      await provide();
      await write('team/data/application', { data: {} });
    }, provided, 'The KV mount team holds 1 more beside zenml/'],
    ['a role of that name for another principal', async () => {
      await provide();
      await write(`auth/team/role/${ROLE}`, roleFor('other'));
    }, provided, 'is there already, and was not made by this stack'],
  ])('is refused: %s', async (_, arrange, change, message) => expectRefused(arrange, change, message));

  test.each<[string, Partial<VaultStore>, Partial<VaultStore>]>([
    ['the KV mount of ours is changed', { ...provided, kvMountIsExternal: false, kvMount: 'own' }, { kvMount: 'own-too' }],
    ['the provided KV mount is changed', provided, { kvMount: 'team-too' }],
  ])('keeps its role where %s', async (_, first, second) => {
    await provide();
    await write('sys/mounts/team-too', { type: 'kv', options: { version: '2' } });
    await stack.deploy(store(first));
    await stack.deploy(store({ ...first, ...second }));

    expect(await workspaceLogin('team')).toBe(200);
  });

  test('loses its role where another auth mount is provided', async () => {
    await provide();
    await write('sys/auth/team-too', { type: 'aws' });
    await write('auth/team-too/config/client', { iam_server_id_header_value: WORKSPACE, sts_endpoint: aws.endpoint });
    await stack.deploy(store(provided));
    await stack.deploy(store({ ...provided, authMount: 'team-too' }));

    expect([await workspaceLogin('team-too'), await read(`auth/team/role/${ROLE}`)]).toEqual([200, undefined]);
  });
});
