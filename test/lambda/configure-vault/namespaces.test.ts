import { CREDENTIAL_STORES, StackUnderTest, storeOf, WORKSPACE } from './stack-under-test';
import { administratorRules } from '../../../src/vault/private/administrator-policy';
import { useEmbeddedVault, useFaultProxy } from '../../emulators/use-emulators';

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

test.each([
  ['aws', `auth/zenml-aws/role/zenml-${WORKSPACE}`],
  ['app_role', `auth/zenml-approle/role/zenml-${WORKSPACE}`],
  ['token', `auth/token/roles/zenml-${WORKSPACE}`],
] as const)('method %s: role made in the namespace, kept by an update, and removed', async (method, path) => {
  await workIn('team');
  await stack.deploy(STORES[method]);
  expect((await vault.call('GET', path, undefined, IN_TEAM)).status).toBe(200);
  expect((await stack.deploy(STORES[method])).Data).toMatchObject({ Created: '', Changed: '' });

  await stack.delete();
  expect((await vault.call('GET', path, undefined, IN_TEAM)).status).toBe(404);
});
