import { CREDENTIAL_STORES, StackUnderTest, storeOf, WORKSPACE } from './stack-under-test';
import { snapshot, wipe } from './vault-under-test';
import { authMethod } from '../../../src/vault/contract/auth-methods';
import { writeProperties } from '../../../src/vault/contract/property-readers';
import { administratorRules } from '../../../src/vault/private/administrator-policy';
import { testNamespace, useEmbeddedVault } from '../../emulators/use-embedded-vault';
import { useFaultProxy } from '../../emulators/use-emulators';
import { vaultServer } from '../../emulators/vault-server';

/* Whoever can make the function run must not get from it more than a store; nor must whoever gets hold of its token. */

const ROLE = `zenml-${WORKSPACE}`;
const vault = useEmbeddedVault();
const proxy = useFaultProxy(vault);
let stack: StackUnderTest;

beforeEach(() => {
  proxy.next();
  stack = new StackUnderTest(vault, proxy);
});

afterEach(() => wipe(vault));

describe('an administrator with the rendered policy, and nothing more, is refused by Vault', () => {
  let token: string;

  beforeEach(async () => {
    await stack.deploy(storeOf());
    await vault.call('POST', 'sys/auth/aws', { type: 'aws' });
    token = await stack.appoint([storeOf()]);
  });

  const EVERYTHING = 'path "*" { capabilities = ["sudo", "read", "update"] }';
  const role = {
    auth_type: 'iam',
    bound_iam_principal_arn: [`arn:aws:iam::715803424590:role/zenml-${WORKSPACE}`],
    resolve_aws_unique_ids: false,
    token_policies: [ROLE],
  };

  test.each<[string, string, string, object?]>([
    ['a policy of another name', 'POST', 'sys/policies/acl/zenml-evil', { policy: EVERYTHING }],
    ['a policy whose name begins with ours', 'POST', `sys/policies/acl/${ROLE}-evil`, { policy: EVERYTHING }],
    ['its own policy', 'POST', 'sys/policies/acl/administrator', { policy: EVERYTHING }],
    ['a role of another name', 'POST', 'auth/zenml-aws/role/evil', role],
    ['a role on another mount', 'POST', `auth/aws/role/${ROLE}`, role],
    ['a role for another principal', 'POST', `auth/zenml-aws/role/${ROLE}`,
      { ...role, bound_iam_principal_arn: ['arn:aws:iam::666666666666:role/evil'] }],
    ['a role for another principal beside ours', 'POST', `auth/zenml-aws/role/${ROLE}`,
      { ...role, bound_iam_principal_arn: [...role.bound_iam_principal_arn, 'arn:aws:iam::666666666666:role/evil'] }],
    ['a role for a whole account', 'POST', `auth/zenml-aws/role/${ROLE}`, { ...role, bound_account_id: ['666666666666'] }],
    ['a role with another policy', 'POST', `auth/zenml-aws/role/${ROLE}`, { ...role, token_policies: ['administrator'] }],
    ['a role with another policy beside ours', 'POST', `auth/zenml-aws/role/${ROLE}`, { ...role, token_policies: [ROLE, 'administrator'] }],
    ['a role with another policy by its old name', 'POST', `auth/zenml-aws/role/${ROLE}`, { ...role, policies: ['administrator'] }],
    ['a foreign STS', 'POST', 'auth/zenml-aws/config/client', { sts_endpoint: 'https://sts.evil.example' }],
    ['a foreign IAM', 'POST', 'auth/zenml-aws/config/client', { iam_endpoint: 'https://iam.evil.example' }],
    ['keys of a foreign account', 'POST', 'auth/zenml-aws/config/client', { access_key: 'AKIAEVIL', secret_key: 'x' }],
    ['another header', 'POST', 'auth/zenml-aws/config/client', { iam_server_id_header_value: 'evil' }],
    ['to configure the mount of others', 'POST', 'auth/aws/config/client', { iam_server_id_header_value: WORKSPACE }],
    ['an auth method of another type', 'POST', 'sys/auth/zenml-aws', { type: 'approle' }],
    ['another auth mount', 'POST', 'sys/auth/evil', { type: 'aws' }],
    ['the removal of another auth mount', 'DELETE', 'sys/auth/aws'],
    ['another KV mount', 'POST', 'sys/mounts/evil', { type: 'kv' }],
    ['the removal of another KV mount', 'DELETE', 'sys/mounts/secret'],
    ['the secrets of the workspace', 'GET', `secrets-${WORKSPACE}/data/zenml/x`],
    ['to write secrets of the workspace', 'POST', `secrets-${WORKSPACE}/data/zenml/x`, { data: {} }],
    ['a token with more than it has', 'POST', 'auth/token/create', { policies: ['root'] }],
    ['the names of all policies', 'GET', 'sys/policies/acl?list=true'],
    ['the claims of a store whose policy others provide', 'POST', `sys/policies/acl/zenml-claims/auth/zenml-aws/role/${ROLE}`,
      { policy: EVERYTHING }],
    ['another description of the auth mount', 'POST', 'sys/auth/zenml-aws/tune', { description: 'evil' }],
  ])('%s', async (...[, method, path, body]) => {
    const before = await snapshot(vault);

    expect((await vault.call(method, path, body, { 'X-Vault-Token': token })).status).toBe(403);
    expect(await snapshot(vault)).toEqual(before);
  });

  test('and may only look at what others provide', async () => {
    const provided = {
      authMountIsExternal: true, kvMountIsExternal: true, policyIsExternal: true, policy: 'theirs', authMount: 'aws', kvMount: 'team',
    };
    await stack.appoint([storeOf(provided)]);
    const calls: [string, string, object?][] = [
      ['POST', 'auth/aws/config/client', { iam_server_id_header_value: WORKSPACE }],
      ['POST', 'sys/policies/acl/theirs', { policy: EVERYTHING }],
      ['DELETE', 'sys/policies/acl/theirs'],
      ['GET', 'auth/aws/role?list=true'],
      ['GET', 'sys/auth'],
      ['GET', 'sys/mounts'],
      ['POST', 'sys/auth/aws/tune', { description: 'x' }],
      ['DELETE', 'sys/auth/aws'],
    ];

    const statuses = calls.map(async ([method, path, body]) => (
      (await vault.call(method, path, body, { 'X-Vault-Token': token })).status
    ));
    expect(await Promise.all(statuses)).toEqual(calls.map(() => 403));
  });
});

const A_WEEK = 604_800;

/** What Vault from 1.21 on takes for a value of each pin, if the policy does not deny it; other servers take it for none. */
describe('a value without items, or of allowed ones with commas between, passes no pin of the administrator', () => {
  /** Without any bound, Vault takes no AppRole. */
  const CIDR = { token_bound_cidrs: ['127.0.0.1/32'] };
  const stores = { aws: storeOf({ stsEndpoint: 'https://sts.example.com' }), ...CREDENTIAL_STORES };
  const pins = Object.entries(stores).flatMap(([name, store]) => {
    const method = authMethod(store.authMethod);
    const fields = Object.entries(method.roleFields(store)).filter(([, { pinned }]) => pinned);
    return [
      ...fields.map(([field, { value }]) => [name, field, method.rolePath(store), value] as const),
      ...Object.entries(method.clientConfig?.fields(store) ?? {})
        .map(([field, value]) => [name, field, method.clientConfig!.path(store.authMount), value] as const),
    ];
  });

  async function tokenFor(name: string): Promise<string> {
    const store = stores[name as keyof typeof stores];
    await stack.deploy(store);
    return stack.appoint([store]);
  }

  test.each(pins)('%s: %s', async (name, field, path, value) => {
    const headers = { 'X-Vault-Token': await tokenFor(name) };
    const before = await snapshot(vault);

    expect((await vault.call('POST', path, { [field]: value }, headers)).status).toBeLessThan(300);
    expect(await snapshot(vault)).toEqual(before);
    for (const trick of [[], ',', `${value},${value}`, ...(path.endsWith('/config/client') ? [] : [''])]) {
      const { status } = await vault.call('POST', path, { [field]: trick }, headers);
      expect({ trick, status, now: await snapshot(vault) }).toEqual({ trick, status: expect.any(Number), now: before });
    }
  });

  test.each([
    ['sys/auth/zenml-aws', 'aws'], [`sys/mounts/secrets-${WORKSPACE}`, 'kv'],
  ])('aws: the type of %s, which is made anew', async (path, type) => {
    const headers = { 'X-Vault-Token': await tokenFor('aws') };
    await vault.call('DELETE', path, undefined, headers);
    const before = await snapshot(vault);

    for (const trick of ['', [], ',', `${type},${type}`]) {
      const { status } = await vault.call('POST', path, { type: trick }, headers);
      expect({ trick, status, now: await snapshot(vault) }).toEqual({ trick, status: expect.any(Number), now: before });
    }
    expect((await vault.call('POST', path, { type }, headers)).status).toBe(204);
  });

  test('token: the policies of a token', async () => {
    const headers = { 'X-Vault-Token': await tokenFor('token') };
    const path = `auth/token/create/${ROLE}`;

    expect((await vault.call('POST', path, { policies: [ROLE] }, headers)).status).toBe(200);
    for (const policies of [[], '', ',', ' ', null, [[]], ['administrator'], [ROLE, 'administrator']]) {
      const { status } = await vault.call('POST', path, { policies }, headers);
      expect({ policies, status }).toEqual({ policies, status: 403 });
    }
    expect((await vault.call('POST', path, {}, headers)).status).toBe(403);
  });

  test('token: a role without policies, which can be made, is good for no token', async () => {
    const headers = { 'X-Vault-Token': await tokenFor('token') };
    await vault.call('DELETE', `auth/token/roles/${ROLE}`, undefined, headers);
    expect((await vault.call('POST', `auth/token/roles/${ROLE}`, { orphan: true, token_period: A_WEEK }, headers)).status).toBe(204);

    for (const body of [{}, { policies: [] }, { policies: '' }, { policies: ['administrator'] }, { Policies: [] }]) {
      const { status } = await vault.call('POST', `auth/token/create/${ROLE}`, body, headers);
      expect({ body, status }).toEqual({ body, status: 403 });
    }
    expect(await vault.call('POST', `auth/token/create/${ROLE}`, { policies: [ROLE] }, headers)).toMatchObject({
      status: 400, body: { errors: ['child policies must be subset of parent'] },
    });
  });

  test.each<[string, keyof typeof stores, string, object]>([
    ['an AppRole that demands no secret id', 'app_role', `auth/zenml-approle/role/${ROLE}`, { bind_secret_id: '', ...CIDR }],
    ['a header value that nobody sends', 'aws', 'auth/zenml-aws/config/client', { iam_server_id_header_value: `${WORKSPACE},` }],
    ['an STS that is none', 'aws', 'auth/zenml-aws/config/client', { sts_endpoint: ',' }],
    ['a token role for any policy', 'token', `auth/token/roles/${ROLE}`, { allowed_policies: [] }],
  ])('without its denials the policy would allow on Vault 1.21: %s', async (_, name, path, body) => {
    const headers = { 'X-Vault-Token': await tokenFor(name) };
    expect((await vault.call('POST', path, body, headers)).status).toBe(403);

    const policy = administratorRules([stores[name]]).replace(/ {2}denied_parameters = \{[^}]*\}\n/g, '');
    await vault.call('POST', 'sys/policies/acl/administrator', { policy });
    expect((await vault.call('POST', path, body, headers)).status).toBe(vaultServer().comparesPinsByItem ? 204 : 403);
  });
});

/** SECURITY.md says so: "the administrator's secret". */
describe('an administrator with the rendered policy can, under each server,', () => {
  async function takeToken(store = storeOf()): Promise<{ 'X-Vault-Token': string }> {
    await stack.deploy(store);
    return { 'X-Vault-Token': await stack.appoint([store]) };
  }

  test('give itself everything by the text of the policy of a workspace with a token, for as long as it likes', async () => {
    const headers = await takeToken(CREDENTIAL_STORES.token);
    await vault.call('POST', `sys/policies/acl/${ROLE}`, { policy: 'path "*" { capabilities = ["sudo", "read"] }' }, headers);
    await vault.call('DELETE', `auth/token/roles/${ROLE}`, undefined, headers);
    await vault.call('POST', `auth/token/roles/${ROLE}`, { allowed_policies: [ROLE], orphan: true, token_period: A_WEEK }, headers);
    const { body: { auth } } = await vault.call('POST', `auth/token/create/${ROLE}`, { policies: [ROLE] }, headers);

    expect(auth).toMatchObject({ renewable: true, orphan: true, lease_duration: A_WEEK });
    expect((await vault.call('GET', 'sys/policies/acl/administrator', undefined, { 'X-Vault-Token': auth.client_token })).status).toBe(200);
  });

  test('make itself a secret id of a workspace with an AppRole', async () => {
    const headers = await takeToken(CREDENTIAL_STORES.app_role);
    const role = `auth/zenml-approle/role/${ROLE}`;
    const { body: { data: { role_id: roleId } } } = await vault.call('GET', `${role}/role-id`, undefined, headers);
    const { body: { data: { secret_id: secretId } } } = await vault.call('POST', `${role}/secret-id`, {}, headers);

    const login = await vault.call('POST', 'auth/zenml-approle/login', { role_id: roleId, secret_id: secretId }, {});
    expect(login.body.auth.policies).toContain(ROLE);
  });

  test.each<[string, string, string, object?]>([
    ['take the header value away', 'POST', 'auth/zenml-aws/config/client', { iam_server_id_header_value: '' }],
    ['delete the role', 'DELETE', `auth/zenml-aws/role/${ROLE}`],
    ['delete the auth mount', 'DELETE', 'sys/auth/zenml-aws'],
    ['delete the KV mount with all secrets', 'DELETE', `sys/mounts/secrets-${WORKSPACE}`],
  ])('%s', async (...[, method, path, body]) => {
    expect((await vault.call(method, path, body, await takeToken())).status).toBe(204);
  });

  test('make the role of a workspace anew with any life of its tokens, but for its principal only', async () => {
    const headers = await takeToken();
    const path = `auth/zenml-aws/role/${ROLE}`;
    await vault.call('DELETE', path, undefined, headers);
    const role = { auth_type: 'iam', resolve_aws_unique_ids: false, token_period: A_WEEK };

    expect((await vault.call('POST', path, role, headers)).status).toBe(400); // nobody is bound
    expect((await vault.call('POST', path, { ...role, bound_iam_principal_arn: [storeOf().principalArn] }, headers)).status).toBe(204);
  });
});

describe('an event is refused, and Vault not even asked, with', () => {
  const properties = (change: { [name: string]: unknown } = {}) => ({
    ServiceToken: 'arn', ...writeProperties(storeOf(), 'hash'), ...change,
  });
  const event = (change: object = {}) => ({
    RequestType: 'Create',
    RequestId: 'once',
    StackId: stack.stackId,
    LogicalResourceId: 'Store',
    ResourceProperties: properties(),
    ...change,
  });
  const PATH_TRICKS = [
    '+', '*', '..', '../sys', 'a/../../sys', 'a/b', '/a', 'a/', 'a%2Fb', 'a%2fb', '%2e%2e', '.a', 'a..b', 'a b', 'a\nb', 'a"b',
    'a?list=true', 'a#b', 'ä', '', 'sys', 'auth', 'identity', 'cubbyhole', 'x'.repeat(129),
  ];

  test.each([
    'Address', 'VaultAddr', 'vault_addr', 'VaultNamespace', 'Policy_', 'Rules', 'Hcl', 'TokenPolicies', 'Administrator', 'Token',
    '__proto__x',
  ])('its own %s', async (name) => {
    await expect(stack.sendEvent(event({ ResourceProperties: properties({ [name]: 'evil' }) }))).rejects.toThrow(
      `The event has the unknown property "${name}". The address, the namespace, rules and credentials are never taken from an event`,
    );
    expect(proxy.requests).toEqual([]);
  });

  test.each(['AuthMount', 'KvMount', 'RoleName', 'Policy'].flatMap((name) => PATH_TRICKS.map((value) => [name, value] as const)).filter(
    ([name, value]) => !(/RoleName|Policy/.test(name) && /^(sys|auth|identity|cubbyhole)$/.test(value)),
  ))('%s %j', async (name, value) => {
    await expect(stack.sendEvent(event({ ResourceProperties: properties({ [name]: value }) }))).rejects.toThrow(
      `${name} ${JSON.stringify(value)} is not `,
    );
    expect(proxy.requests).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['RoleName', 'root'],
    ['Policy', 'root'],
    ['Policy', 'default'],
    ['WorkspaceId', '*'],
    ['WorkspaceId', undefined],
    ['PrincipalArn', '*'],
    ['PrincipalArn', 'arn:aws:iam::715803424590:role/zenml-*'],
    ['PrincipalArn', 'arn:aws:iam::715803424590:role/zenml-?'],
    ['PrincipalArn', 'arn:aws:iam::715803424590:root'],
    ['PrincipalArn', 'arn:aws:iam::715803424590:user/x'],
    ['PrincipalArn', 'arn:aws:sts::715803424590:assumed-role/x/y'],
    ['PrincipalArn', ['arn:aws:iam::715803424590:role/a', 'arn:aws:iam::715803424590:role/b']],
    ['HeaderValue', 'a"] }'],
    ['HeaderValue', '*'],
    ['StsEndpoint', 'https://user:password@sts.example.com'],
    ['StsEndpoint', 'https://sts.example.com/path'],
    ['StsEndpoint', 'file:///etc/passwd'],
    ['StsRegion', 'us-east-1.evil.example'],
    ['TokenTtl', '0'],
    ['TokenTtl', '-1'],
    ['TokenTtl', '1e9'],
    ['TokenTtl', 3600],
    ['TokenBoundCidrs', '10.0.0.0/33'],
    ['TokenBoundCidrs', 'everywhere'],
    ['TokenBoundCidrs', ['10.0.0.0/8']],
    ['KvRemoval', 'everything'],
    ['TakeOver', 'yes'],
    ['Forget', true],
  ])('%s %j', async (name, value) => {
    await expect(stack.sendEvent(event({ ResourceProperties: properties({ [name]: value }) }))).rejects.toThrow(
      new RegExp(`^${name} .*\\. Correct the parameter or attribute from which it comes$`),
    );
    expect(proxy.requests).toEqual([]);
  });

  test('the mount of tokens, for logins', async () => {
    await expect(stack.sendEvent(event({ ResourceProperties: properties({ AuthMount: 'token' }) }))).rejects.toThrow(
      'AuthMethod "aws" does not fit PrincipalArn or AuthMount',
    );
    expect(proxy.requests).toEqual([]);
  });

  test('a time to live beyond the maximum', async () => {
    await expect(stack.sendEvent(event({ ResourceProperties: properties({ TokenTtl: '7200', TokenMaxTtl: '3600' }) }))).rejects.toThrow(
      'TokenTtl "7200" is longer than TokenMaxTtl 3600',
    );
  });

  test.each<[string, object]>([
    ['a stack id that would break out of the comment in the policy',
      { StackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/x/y\npath "*" { capabilities = ["sudo"] }' }],
    ['a logical id that would', { LogicalResourceId: 'a\nb' }],
    ['a physical id that is none of ours', { RequestType: 'Update', PhysicalResourceId: 'evil' }],
    ['an unknown type of request', { RequestType: 'Destroy' }],
    ['no properties', { ResourceProperties: {} }],
  ])('%s', async (_, change) => {
    await expect(stack.sendEvent(event(change))).rejects.toThrow();
    expect(proxy.requests).toEqual([]);
  });
});

test('a bound principal with an IAM path is bound without it, as Vault never matches one', async () => {
  await stack.deploy(storeOf({ principalArn: 'arn:aws:iam::111122223333:role/pod' }));
  const before = await snapshot(vault);
  proxy.next();
  await stack.deploy(storeOf({ principalArn: 'arn:aws:iam::111122223333:role/teams/ml/pod' }));

  expect(await snapshot(vault)).toEqual(before);
});

describe('a namespace', () => {
  const inNamespace = (namespace: string) => ({
    address: proxy.address,
    vaultNamespace: namespace,
    connectionStack: 'Vault',
    administrator: { method: 'token', secretArn: 'arn', field: 'token' } as const,
  });

  const refusal = () => `The Vault at ${proxy.address} answers in a namespace that does not exist, `
    + 'so it has none and would write to its root. Leave vaultNamespace "team" out';

  test('that the server would silently ignore is refused before anything is written, as Vault CE answers', async () => {
    // Vault CE takes no notice of the header: whatever the namespace, the token is looked up.
    const mounts = { status: 200, body: JSON.stringify({ data: { auth: {}, secret: {} } }) };
    proxy.next(mounts, { status: 200, body: JSON.stringify({ data: { policies: ['administrator'] } }) });
    stack.runtime = { connection: inNamespace('team') };

    await expect(stack.deploy(storeOf())).rejects.toThrow(refusal());
    expect(new Set(proxy.requests.map(({ path }) => path))).toEqual(new Set(['/v1/sys/internal/ui/mounts', '/v1/auth/token/lookup-self']));
    expect(proxy.requests[0].headers).not.toHaveProperty('x-vault-token');
    expect(proxy.requests[1].headers['x-vault-namespace']).toMatch(/^zenml-[0-9a-f]{32}$/);
    expect(await snapshot(vault)).toEqual({});
  });

  testNamespace('that is real is where everything goes, also with a login of its own above it', async () => {
    await vault.call('POST', 'sys/namespaces/team');
    await vault.call('POST', 'sys/policies/acl/above', { policy: administratorRules([storeOf()], 'team/') });
    const token = (await vault.call('POST', 'auth/token/create', { policies: ['above'], no_default_policy: true })).body.auth.client_token;
    stack.runtime = {
      connection: { ...inNamespace('team'), administrator: { method: 'token', secretArn: 'arn', field: 'token', vaultNamespace: '' } },
      readSecret: async () => JSON.stringify({ token }),
      credentials: () => Promise.reject(new Error('none')),
    };
    const { PhysicalResourceId: id } = await stack.deploy(storeOf());

    expect(id).not.toBe(await idInRoot());
    const { body } = await vault.call('GET', `sys/policies/acl/${ROLE}`, undefined, {
      'X-Vault-Token': vault.rootToken, 'X-Vault-Namespace': 'team',
    });
    expect(body.data.policy).toContain(stack.stackId);
    await stack.delete();
    await vault.call('DELETE', 'sys/namespaces/team');
  }, async () => {
    stack.runtime = { connection: inNamespace('team') };

    await expect(stack.deploy(storeOf())).rejects.toThrow(refusal());
    expect(await snapshot(vault)).toEqual({});
  });

  test('that cannot be proven for want of an answer is not taken for proven', async () => {
    proxy.after(0, { status: 503, body: '{"errors":["Vault is sealed"]}' });
    stack.runtime = { connection: inNamespace('team'), remainingTime: 1_500 };

    await expect(stack.deploy(storeOf())).rejects.toThrow('answers 503: Vault is sealed');
  });

  async function idInRoot(): Promise<string> {
    const root = new StackUnderTest(vault, proxy, 'Root');
    const { PhysicalResourceId: id } = await root.deploy(storeOf());
    return id;
  }
});
