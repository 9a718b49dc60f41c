import { CREDENTIAL_STORES, StackUnderTest, storeOf, WORKSPACE } from './stack-under-test';
import { snapshot } from './vault-under-test';
import { administratorRules } from '../../../src/vault/private/administrator-policy';
import { testNamespace, useEmbeddedVault } from '../../emulators/use-embedded-vault';
import { useFaultProxy } from '../../emulators/use-emulators';

/* Stores in a namespace of their own, under an administrator of the root namespace who has the policy that the library renders. */

const vault = useEmbeddedVault();
const proxy = useFaultProxy(vault);
const IN_TEAM = { 'X-Vault-Token': vault.rootToken, 'X-Vault-Namespace': 'team' };
const STORES = { aws: storeOf(), ...CREDENTIAL_STORES };
let stack: StackUnderTest;

beforeAll(() => vault.call('POST', 'sys/namespaces/team'));

beforeEach(() => {
  proxy.next();
  stack = new StackUnderTest(vault, proxy);
});

/** Has the stack work in a namespace. The administrator is at home in the root namespace. */
async function workIn(vaultNamespace: string, administratorNamespace = ''): Promise<void> {
  await vault.call('POST', 'sys/policies/acl/everywhere', { policy: administratorRules(Object.values(STORES), `${vaultNamespace}/`) });
  const { body } = await vault.call('POST', 'auth/token/create', { policies: ['everywhere'], no_default_policy: true });
  stack.runtime = {
    connection: {
      address: proxy.address,
      vaultNamespace,
      connectionStack: 'Vault',
      administrator: { method: 'token', secretArn: 'arn', field: 'token', vaultNamespace: administratorNamespace },
    },
    readSecret: async () => JSON.stringify({ token: body.auth.client_token }),
  };
}

/** What a server without namespaces gets to hear, before anything is written. */
const withoutNamespaces = (namespace: string) => `The Vault at ${proxy.address} answers in a namespace that does not exist, `
  + `so it has none and would write to its root. Leave vaultNamespace "${namespace}" out`;

for (const [method, path] of [
  ['aws', `auth/zenml-aws/role/zenml-${WORKSPACE}`],
  ['app_role', `auth/zenml-approle/role/zenml-${WORKSPACE}`],
  ['token', `auth/token/roles/zenml-${WORKSPACE}`],
] as const) {
  testNamespace(`method ${method}: role made in the namespace, kept by an update, and removed`, async () => {
    await workIn('team');
    await stack.deploy(STORES[method]);
    expect((await vault.call('GET', path, undefined, IN_TEAM)).status).toBe(200);
    expect((await stack.deploy(STORES[method])).Data).toMatchObject({ Created: '', Changed: '' });

    await stack.delete();
    expect((await vault.call('GET', path, undefined, IN_TEAM)).status).toBe(404);
  }, async () => {
    await workIn('team');

    await expectNothingWritten(STORES[method], withoutNamespaces('team'));
  });
}

for (const [title, home, planOnly] of [
  ['of the stores, under an administrator above it', '', false],
  ['of the stores, under an administrator above it, when it is only planned', '', true],
  ['of stores and administrator', 'nowhere', false],
  ['of stores and administrator, when it is only planned', 'nowhere', true],
] as const) {
  testNamespace(`a namespace that does not exist, ${title}: the error names it and the address, and nothing is written`, async () => {
    await workIn('nowhere', home);

    await expectNothingWritten(storeOf({ planOnly }), `There is no namespace "nowhere" at ${proxy.address}. `
      + 'Correct vaultNamespace, or have it created');
  }, async () => {
    await workIn('nowhere', home);

    await expectNothingWritten(storeOf({ planOnly }), withoutNamespaces('nowhere'));
  });
}

async function expectNothingWritten(store: Parameters<StackUnderTest['deploy']>[0], message: string) {
  const before = await snapshot(vault);
  proxy.next();

  await expect(stack.deploy(store)).rejects.toThrow(new Error(message));
  expect(proxy.requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/revoke-self'))).toEqual([]);
  expect(await snapshot(vault)).toEqual(before);
}

testNamespace('a namespace of the administrator that does not exist: the login is not tried', async () => {
  useMissingHome();

  await expect(stack.deploy(storeOf())).rejects.toThrow(`There is no namespace "nowhere" at ${proxy.address}. Correct vaultNamespace`);
  expect(proxy.requests.filter(({ path }) => path.includes('login'))).toEqual([]);
}, async () => {
  useMissingHome();

  // Such a server logs in at its root, whatever the namespace, where this administrator is not known.
  await expect(stack.deploy(storeOf())).rejects.toThrow();
  expect(proxy.requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/login'))).toEqual([]);
});

function useMissingHome() {
  stack.runtime = {
    connection: {
      address: proxy.address,
      vaultNamespace: 'team',
      connectionStack: 'Vault',
      administrator: {
        method: 'app_role', secretArn: 'arn', roleIdField: 'r', secretIdField: 's', mount: 'approle', vaultNamespace: 'nowhere',
      },
    },
  };
}

/* As a server may answer that tells of its namespaces only after the login. */
test.each([
  ['sys/auth', storeOf()],
  ['sys/internal/ui/mounts/auth/zenml-aws', storeOf({ authMountIsExternal: true, kvMountIsExternal: true })],
])('404 for %s, which every namespace has: the error says where to look', async (path, store) => {
  await workIn('team');
  const absent = { status: 404, body: '{"errors":["namespace not found"]}' };
  proxy.next('pass', absent, 'pass', { status: 404, body: '{"errors":["no handler for route"]}' });

  await expect(stack.deploy(store)).rejects.toThrow(
    `Vault: GET ${path} answers 404, as if there were no such namespace. Look whether address and vaultNamespace are right`,
  );
});
