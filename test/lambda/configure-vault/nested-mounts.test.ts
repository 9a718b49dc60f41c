import { StackUnderTest, storeOf } from './stack-under-test';
import { snapshot, wipe } from './vault-under-test';
import { HttpVaultClient } from '../../../lambda/configure-vault/client/vault-client';
import { AuthMount } from '../../../lambda/configure-vault/resources/auth-mount';
import { KvMount } from '../../../lambda/configure-vault/resources/kv-mount';
import { useEmbeddedVault } from '../../emulators/use-embedded-vault';
import { useFaultProxy } from '../../emulators/use-emulators';

/* Vault takes no mount above or below another, and answers for one below with what is above. */

const vault = useEmbeddedVault();
const proxy = useFaultProxy(vault);
let stack: StackUnderTest;

beforeEach(async () => {
  stack = new StackUnderTest(vault, proxy);
  await vault.call('POST', 'sys/mounts/parent/prod', { type: 'kv', options: { version: '2' } });
  await vault.call('POST', 'sys/mounts/parents', { type: 'kv', options: { version: '2' } });
  await vault.call('POST', 'sys/auth/parent/prod', { type: 'approle' });
  proxy.next();
});

afterEach(() => wipe(vault));

const client = () => {
  const deadline = { at: Date.now() + 5_000, last: Date.now() + 5_000 };
  return new HttpVaultClient({ address: vault.address, token: vault.rootToken, deadline });
};

test.each([
  ['KV mount above another, planned', { kvMount: 'parent', planOnly: true }, 'KV mount parent', 'kv'],
  ['KV mount above another, deployed', { kvMount: 'parent' }, 'KV mount parent', 'kv'],
  ['auth mount above another, planned', { authMount: 'parent', planOnly: true }, 'auth mount parent', 'approle'],
  ['auth mount above another, deployed', { authMount: 'parent' }, 'auth mount parent', 'approle'],
])('%s: refused by the name of the other, and nothing written', async (_, change, object, type) => {
  const before = await snapshot(vault);

  await expect(stack.deploy(storeOf(change))).rejects.toThrow(new Error(
    `The ${object} cannot be made, as parent/prod/ of type ${type} is there, and Vault takes no mount above or below another. `
    + 'Choose a path that is neither',
  ));
  expect(proxy.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(await snapshot(vault)).toEqual(before);
});

test('mount below another: refused by the name of the one above', async () => {
  await expect(new KvMount(client(), 'parent/prod/zenml').read(false)).rejects.toThrow(
    'The KV mount parent/prod/zenml cannot be made, as parent/prod/ of type kv is there',
  );
  await expect(new AuthMount(client(), 'parent/prod/aws', 'aws').read(false)).rejects.toThrow(
    'The auth mount parent/prod/aws cannot be made, as parent/prod/ of type approle is there',
  );
});

test('provided mount that is not there below one that is: not taken for it', async () => {
  await expect(new KvMount(client(), 'parent/prod/zenml').read(true)).rejects.toThrow(new Error(
    'The mount parent/prod/zenml/ is not there, as parent/prod/ is. Have it created elsewhere, or name another'));
  await expect(new AuthMount(client(), 'parent/prod/aws', 'aws').read(true)).rejects.toThrow(
    'The mount auth/parent/prod/aws/ is not there, as auth/parent/prod/ is.',
  );
  expect(await new AuthMount(client(), 'parent/prod', 'app_role').read(true)).toMatchObject({ type: 'approle' });
});

test('mount whose name begins like that of another: made', async () => {
  await vault.call('DELETE', 'sys/mounts/parent/prod');

  expect((await stack.deploy(storeOf({ kvMount: 'parent' }))).Data!.Created).toContain('KV mount parent');
});

test('store whose mount has gone, with another below its path since: deleted', async () => {
  await stack.deploy(storeOf({ kvMount: 'elsewhere' }));
  await vault.call('DELETE', 'sys/mounts/elsewhere');
  await vault.call('POST', 'sys/mounts/elsewhere/prod', { type: 'kv' });
  await stack.delete({ kvRemoval: 'destroy' });

  expect(Object.keys(await snapshot(vault)).filter((path) => path.includes('sys/'))).toEqual([
    'sys/auth/parent/prod/', 'sys/mounts/elsewhere/prod/', 'sys/mounts/parent/prod/', 'sys/mounts/parents/',
  ]);
});
