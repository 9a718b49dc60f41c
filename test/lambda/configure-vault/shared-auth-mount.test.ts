import { randomUUID } from 'node:crypto';
import { StackUnderTest, storeOf } from './stack-under-test';
import { wipe } from './vault-under-test';
import { writeProperties } from '../../../src/vault/contract/property-readers';
import { VaultStore } from '../../../src/vault/contract/store-properties';
import { useEmbeddedVault } from '../../emulators/use-embedded-vault';
import { useFaultProxy } from '../../emulators/use-emulators';
import { workspaceIds } from '../../workspaces';

/* Stores of one stack on one auth mount, as CloudFormation deploys them in lanes: the first, then ten at the same time. */

const vault = useEmbeddedVault();
const proxy = useFaultProxy(vault);
const STORES = workspaceIds(11).map((workspaceId) => storeOf({ workspaceId, headerValue: 'vault.example.com' }));
const [FIRST, ...OTHERS] = STORES;

let stack: StackUnderTest;
let physicalIds: { [workspaceId: string]: string };

beforeEach(async () => {
  await wipe(vault);
  proxy.next();
  // What is asked for at the same time is then also under way at the same time.
  proxy.latency = 20;
  stack = new StackUnderTest(vault, proxy);
  physicalIds = {};
  await stack.appoint(STORES);
});

afterEach(() => {
  proxy.latency = 0;
});

async function send(type: 'Create' | 'Delete', store: VaultStore): Promise<void> {
  const { workspaceId } = store;
  const { PhysicalResourceId: physicalId } = await stack.sendEvent({
    RequestType: type,
    StackId: stack.stackId,
    RequestId: randomUUID(),
    LogicalResourceId: `Store${workspaceId.replaceAll('-', '')}`,
    PhysicalResourceId: physicalIds[workspaceId],
    ResourceProperties: { ServiceToken: 'arn', ...writeProperties(store, 'hash') },
  });
  physicalIds[workspaceId] = physicalId;
}

const authMount = async () => (await vault.call('GET', 'sys/auth')).body.data['zenml-aws/'];
const roles = async (): Promise<string[]> => (await vault.call('GET', 'auth/zenml-aws/role?list=true')).body?.data?.keys ?? [];
const names = (stores: VaultStore[]) => stores.map(({ roleName }) => roleName).sort();

async function createAll() {
  await send('Create', FIRST);
  await Promise.all(OTHERS.map((store) => send('Create', store)));
}

test('created side by side: all have their roles, and the mount keeps the mark of the first', async () => {
  await send('Create', FIRST);
  const { accessor, description } = await authMount();
  await Promise.all(OTHERS.map((store) => send('Create', store)));

  expect(await roles()).toEqual(names(STORES));
  expect(await authMount()).toMatchObject({ accessor, description });
});

test('deleted side by side: the mount stays until the first goes, and goes with it', async () => {
  await createAll();
  await Promise.all(OTHERS.map((store) => send('Delete', store)));
  expect(await roles()).toEqual(names([FIRST]));

  await send('Delete', FIRST);
  expect(await authMount()).toBeUndefined();
});

test('one of those side by side fails: the others, and the mount, are as they should be', async () => {
  const [failing, ...rest] = OTHERS;
  await vault.call('POST', `sys/mounts/${failing.kvMount}`, { type: 'kv', options: { version: '1' } });
  await send('Create', FIRST);
  const results = await Promise.allSettled(OTHERS.map((store) => send('Create', store)));

  const failures = results.flatMap((result) => result.status === 'rejected' ? [result.reason.message] : []);
  expect(failures).toEqual([expect.stringContaining(`The KV mount ${failing.kvMount} is of type kv version 1, not KV version 2`)]);
  expect(await roles()).toEqual(names([FIRST, ...rest]));
});
