import { StackUnderTest, storeOf, WORKSPACE } from './stack-under-test';
import { snapshot, wipe } from './vault-under-test';
import { writeProperties } from '../../../src/vault/contract/property-readers';
import { administratorRules } from '../../../src/vault/private/administrator-policy';
import { testNamespace, useEmbeddedVault } from '../../emulators/use-embedded-vault';
import { useFaultProxy } from '../../emulators/use-emulators';

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
