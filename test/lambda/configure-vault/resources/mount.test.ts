import { authMountDescription, kvMountDescription } from '../../../../lambda/configure-vault/claims/mount-descriptions';
import { HttpVaultClient } from '../../../../lambda/configure-vault/client/vault-client';
import { AuthMount } from '../../../../lambda/configure-vault/resources/auth-mount';
import { KvMount } from '../../../../lambda/configure-vault/resources/kv-mount';
import { useEmbeddedVault } from '../../../emulators/use-embedded-vault';
import { useFaultProxy } from '../../../emulators/use-emulators';

const vault = useEmbeddedVault();
const proxy = useFaultProxy(vault);

beforeAll(async () => {
  await vault.call('POST', 'sys/auth/aws', { type: 'aws', description: 'of the platform team' });
  await vault.call('POST', 'sys/mounts/kv', { type: 'kv', options: { version: '2' }, description: 'of others' });
});

beforeEach(() => proxy.next());

const STACK = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Zenml/0f8fad5b';
const WORKSPACE = '123e4567-e89b-12d3-a456-426614174000';
const FIRST = { stackId: STACK, logicalId: 'Store', physicalId: 'zenml-vault-1' };
const SECOND = { ...FIRST, physicalId: 'zenml-vault-2' };
const within = (milliseconds: number) => ({ at: Date.now() + milliseconds, last: Date.now() + milliseconds });
const client = (token = vault.rootToken) => new HttpVaultClient({ address: proxy.address, token, deadline: within(5_000) });
const descriptionOf = async (mount: string) => (await vault.call('GET', `sys/mounts/${mount}`)).body.description;

describe('a mount that somebody else provides', () => {
  test.each([
    ['an auth mount', () => new AuthMount(client(), 'aws', 'aws'), { type: 'aws', description: 'of the platform team' }],
    ['a KV mount', () => new KvMount(client(), 'kv'), { type: 'kv', version: '2', description: 'of others' }],
  ])('%s is looked at where whoever uses it may look', async (_, mountOf, expected) => {
    expect(await mountOf().read(true)).toMatchObject(expected);
    expect(proxy.requests.map(({ path }) => path)).toEqual([expect.stringMatching(/^\/v1\/sys\/internal\/ui\/mounts\//)]);
  });

  test('if it may not be seen, the two reasons are named', async () => {
    const { body } = await vault.call('POST', 'auth/token/create', { policies: ['default'] });

    await expect(new KvMount(client(body.auth.client_token), 'kv').read(true)).rejects.toThrow(new Error(
      'The mount kv/ is not there, or the administrator may do nothing on it. Have it created, or the administrator\'s policy extended'));
  });

  test('whatever else Vault complains about is passed on as it is', async () => {
    proxy.next({ status: 400, body: JSON.stringify({ errors: ['unsupported'] }) });

    await expect(new AuthMount(client(), 'aws', 'aws').read(true)).rejects.toThrow(
      'Vault: GET sys/internal/ui/mounts/auth/aws answers 400: unsupported',
    );
  });

  test('so is what fails below HTTP', async () => {
    const nowhere = new HttpVaultClient({ address: 'vault', deadline: within(5_000) });

    await expect(new KvMount(nowhere, 'kv').read(true)).rejects.toThrow('Invalid URL');
  });
});

describe('a mount that is to be made', () => {
  const creation = (mount: string, token?: string) => new AuthMount(client(token), mount, 'aws').plan(undefined, STACK, false).write!;
  const authMounts = async () => (await vault.call('GET', 'sys/auth')).body.data;

  test('is made once, also if the answer is lost on its way', async () => {
    proxy.next('reset-after');
    await creation('lost').apply();

    expect(proxy.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/sys/auth/lost', 'POST /v1/sys/auth/lost', 'GET /v1/sys/auth',
    ]);
    expect((await authMounts())['lost/']).toMatchObject({ type: 'aws', description: authMountDescription('lost', STACK) });
  });

  test('is not taken for ours if others were faster', async () => {
    await expect(creation('aws').apply()).rejects.toThrow(/^Vault: POST sys\/auth\/aws answers 400: path is already in use/);
    expect((await authMounts())['aws/'].description).toBe('of the platform team');
  });

  test('is not looked for if the administrator may not make it', async () => {
    const { body } = await vault.call('POST', 'auth/token/create', { policies: ['default'] });

    await expect(creation('forbidden', body.auth.client_token).apply()).rejects.toThrow(/^Vault: POST sys\/auth\/forbidden answers 403: /);
    expect(proxy.requests).toHaveLength(1);
    expect(await authMounts()).not.toHaveProperty('forbidden/');
  });

  test('is not looked for either if it never came to a request', async () => {
    const mount = new AuthMount(new HttpVaultClient({ address: 'vault', deadline: within(5_000) }), 'aws', 'aws');

    await expect(mount.plan(undefined, STACK, false).write!.apply()).rejects.toThrow('Invalid URL');
  });
});

test('a claim that was put on is taken off again, to what was there', async () => {
  const [first, both] = [[FIRST], [FIRST, SECOND]].map((owners) => (
    kvMountDescription('ours', { workspaceId: WORKSPACE, claims: owners.map((owner) => ({ ...owner, made: true })) })
  ));
  await vault.call('POST', 'sys/mounts/ours', { type: 'kv', options: { version: '2' }, description: first });
  const mount = new KvMount(client(), 'ours');
  const plan = mount.plan(await mount.read(false), { casRequired: false, keys: [] }, {
    owner: SECOND, workspaceId: WORKSPACE, kvMountIsExternal: false, isDead: () => false,
  });

  expect(plan).toMatchObject({ object: 'KV mount ours', action: 'change', found: `compatible, used by resource Store of stack ${STACK}` });
  await plan.write!.apply();
  expect(await descriptionOf('ours')).toBe(both);
  await plan.write!.undo();
  expect(await descriptionOf('ours')).toBe(first);
});

test('the claims on a KV mount do not grow without end', async () => {
  const claims = Array.from({ length: 50 }, (_, index) => ({ ...FIRST, logicalId: `Store${index}`, made: true }));
  const description = kvMountDescription('many', { workspaceId: WORKSPACE, claims });
  await vault.call('POST', 'sys/mounts/many', { type: 'kv', options: { version: '2' }, description });
  const mount = new KvMount(client(), 'many');
  const found = await mount.read(false);
  const plan = (isDead: boolean) => mount.plan(found, { casRequired: false, keys: [] }, {
    owner: SECOND, workspaceId: WORKSPACE, kvMountIsExternal: false, isDead: ({ logicalId }) => isDead && logicalId !== SECOND.logicalId,
  });

  expect(() => plan(false)).toThrow(
    'The description of the KV mount many would have more than 50 claims. Remove those of stores that are gone',
  );
  expect(plan(true)).toMatchObject({ action: 'change' });
});
