import { HttpVaultClient } from '../../../../lambda/configure-vault/client/vault-client';
import { Role } from '../../../../lambda/configure-vault/resources/role';
import { writeProperties } from '../../../../src/vault/contract/property-readers';
import { readStore } from '../../../../src/vault/contract/store-properties';
import { useEmbeddedVault } from '../../../emulators/use-embedded-vault';
import { storeOf } from '../stack-under-test';

const vault = useEmbeddedVault();

beforeAll(async () => {
  await vault.call('POST', 'sys/auth/aws', { type: 'aws' });
});

function client(): HttpVaultClient {
  const deadline = { at: Date.now() + 5_000, last: Date.now() + 5_000 };
  return new HttpVaultClient({ address: vault.address, token: vault.rootToken, deadline });
}

function roleOf(name: string): Role {
  return new Role(client(), storeOf({ authMount: 'aws', roleName: name }));
}

/* Else the role would never read as it was written. */
test('Vault writes addresses as the properties of the event do', async () => {
  const blocks = [
    '10.0.0.0/8', '10.0.0.1/8', '10.0.0.1', '10.0.0.1/32', '0.0.0.0/0', '0.0.0.0', '::', '::/0', '::1/128', '::10.0.0.1',
    '64:ff9b::10.0.0.1', '2001:DB8:0::1', '2001:0db8:0000::/32', '2001:db8::1/32', '1:0:0:2:0:0:0:3', '1:0:2:3:4:5:6:7',
    '1:2:3:4:5:6:0:0/112',
  ];
  const wanted = readStore(writeProperties(storeOf({ tokenBoundCidrs: blocks }), 'hash'));
  const role = roleOf('addresses');
  const plan = role.plan(undefined, wanted, 0, async () => true);
  await plan.write!.apply();

  await expect(plan.write!.verify()).resolves.toBeUndefined();
  expect((await role.read())!.token_bound_cidrs).toEqual(wanted.tokenBoundCidrs);
  expect(wanted.tokenBoundCidrs).not.toEqual(blocks);
});

test('AppRole writes addresses of secret ids as the properties of the event do', async () => {
  await vault.call('POST', 'sys/auth/approle', { type: 'approle' });
  const blocks = [
    '10.0.0.0/8', '10.0.0.1/8', '192.0.2.7', '192.0.2.8/32', '0.0.0.0/0', '::', '::/0', '::1/128', '64:ff9b::10.0.0.1', '2001:DB8:0::1',
    '2001:0db8:0000::/32', '2001:db8::2/128', '1:0:0:2:0:0:0:3',
  ];
  const store = storeOf({ authMethod: 'app_role', authMount: 'approle', principalArn: '', headerValue: '', secretIdBoundCidrs: blocks });
  const wanted = readStore(writeProperties(store, 'hash'));
  const role = new Role(client(), wanted);
  const plan = role.plan(undefined, wanted, 0, async () => true);
  await plan.write!.apply();

  await expect(plan.write!.verify()).resolves.toBeUndefined();
  expect((await role.read())!.secret_id_bound_cidrs).toEqual(wanted.secretIdBoundCidrs);
  expect(wanted.secretIdBoundCidrs.every((block) => block.includes('/'))).toBe(true);
});

test('what is undone is gone if it was not there, and else as it was', async () => {
  const role = roleOf('undone');
  const created = role.plan(undefined, storeOf(), 0, async () => true);
  await created.write!.apply();
  const before = await role.read();

  const changed = role.plan(before, storeOf({ tokenTtl: 60, tokenBoundCidrs: ['10.0.0.0/8'] }), 0, async () => true);
  await changed.write!.apply();
  expect(await role.read()).not.toEqual(before);
  await changed.write!.undo();
  expect(await role.read()).toEqual(before);

  await created.write!.undo();
  expect(await role.read()).toBeUndefined();
});

test('what somebody else has claimed since is not undone', async () => {
  const role = roleOf('claimed');
  const created = role.plan(undefined, storeOf(), 0, async () => false);
  await created.write!.apply();
  await created.write!.undo();

  expect(await role.read()).toBeDefined();
});

test('a role that was made with older names of fields is remembered with them, and restored', async () => {
  const role = roleOf('older');
  await vault.call('POST', 'auth/aws/role/older', {
    auth_type: 'iam',
    bound_iam_principal_arn: ['arn:aws:iam::111122223333:role/x'],
    resolve_aws_unique_ids: false,
    policies: ['theirs'],
    ttl: '10m',
    max_ttl: '1h',
    period: '5m',
  });
  const before = await role.read();
  const memory = role.memoryOf(before, storeOf());
  await role.plan(before, storeOf(), 0, async () => true).write!.apply();
  expect(await role.read()).not.toEqual(before);
  await role.restore(memory);

  expect(await role.read()).toEqual(before);
});

test.each<[string, object | undefined, boolean]>([
  ['absent', undefined, false],
  ['bound to the workspace', { bound_iam_principal_arn: ['arn:aws:iam::1:role/other', storeOf().principalArn] }, true],
  ['bound by a pattern', { bound_iam_principal_arn: ['arn:aws:iam::715803424590:role/zenml-*'] }, true],
  ['bound to nobody by name', { bound_iam_principal_arn: null }, true],
  ['bound to another', { bound_iam_principal_arn: ['arn:aws:iam::1:role/other'] }, false],
])('whether a role lets the workspace in that is %s', (_, found, expected) => {
  expect(roleOf('any').admits(found as any, storeOf())).toBe(expected);
});
