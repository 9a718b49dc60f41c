import { marker, Owner, ownerOf } from '../../../src/vault/handler/marker';
import { applyAll, Log } from '../../../src/vault/handler/plan';
import { Policy, PolicyWanted } from '../../../src/vault/handler/policy';
import { HttpVaultClient } from '../../../src/vault/handler/vault-client';
import { EmbeddedVault } from '../../emulators/embedded-vault';
import { FaultProxy } from '../../emulators/fault-proxy';

const NAME = 'zenml-123e4567-e89b-12d3-a456-426614174000';
const OWNER: Owner = {
  stackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Zenml/5f3c',
  logicalId: 'VaultStore',
  physicalId: 'zenml-0123abcd',
  workspaceId: '123e4567-e89b-12d3-a456-426614174000',
};
const RULES = 'path "secrets/data/zenml/*" {\n  capabilities = ["create", "read", "update"]\n}\n';
const WANTED: PolicyWanted = { rules: RULES, owner: OWNER, takeOver: false };
const TEXT = `# ${marker(OWNER)}\n${RULES}`;
const HAND_MADE = 'path "by/hand" { capabilities = ["read"] }';

let vault: EmbeddedVault;
let proxy: FaultProxy;
let policy: Policy;
let lines: Parameters<Log>[0][];

beforeAll(async () => {
  vault = await EmbeddedVault.start();
  proxy = await FaultProxy.start(vault.address);
}, 60_000);

beforeEach(async () => {
  proxy.next();
  lines = [];
  policy = new Policy(new HttpVaultClient({ address: proxy.address, token: vault.rootToken, deadline: Date.now() + 5_000 }), NAME);
  await vault.call('DELETE', `sys/policies/acl/${NAME}`);
});

afterAll(async () => {
  await proxy.stop();
  await vault.stop();
});

const put = (text: string) => vault.call('POST', `sys/policies/acl/${NAME}`, { policy: text });
const inVault = async () => (await vault.call('GET', `sys/policies/acl/${NAME}`)).body?.data?.policy;
const converge = (wanted: Partial<PolicyWanted> = {}) => applyAll([() => policy.plan({ ...WANTED, ...wanted })], (line) => lines.push(line));

test('the mark can be read back', () => {
  expect(ownerOf(TEXT)).toEqual(OWNER);
  expect(ownerOf(HAND_MADE)).toBeUndefined();
});

test('absent: it is created, with our mark', async () => {
  await converge();

  expect(await inVault()).toBe(TEXT);
  expect(lines).toEqual([{ object: `policy ${NAME}`, found: 'absent', action: 'create', milliseconds: expect.any(Number) }]);
});

test('as wanted: nothing is written', async () => {
  await put(TEXT);
  proxy.next();
  await converge();

  expect(proxy.requests.map(({ method }) => method)).toEqual(['GET']);
  expect(lines).toMatchObject([{ found: 'as wanted', action: 'keep' }]);
});

test.each<[string, Partial<Owner>]>([
  ['another generation', { physicalId: 'zenml-old' }],
  ['a renamed logical id', { logicalId: 'OldName' }],
])('ours, of %s: it is changed', async (_, change) => {
  await put(`# ${marker({ ...OWNER, ...change })}\n${HAND_MADE}`);
  await converge();

  expect(await inVault()).toBe(TEXT);
  expect(lines).toMatchObject([{ found: 'different', action: 'change' }]);
});

test.each([
  ['made by hand', HAND_MADE, 'nobody that we know'],
  ['of another stack', `# ${marker({ ...OWNER, stackId: 'arn:other' })}\n${RULES}`, 'resource VaultStore of stack arn:other'],
])('%s: it is left as it is, with an error that says whose it is', async (_, text, owner) => {
  await put(text);

  await expect(converge()).rejects.toThrow(
    `The policy ${NAME} is there already, and belongs to ${owner}. Delete it, choose another roleName, or set takeOver: true if it may be replaced`,
  );
  expect(await inVault()).toBe(text);
});

test('made by hand, and given up to us: it is adopted', async () => {
  await put(HAND_MADE);
  await converge({ takeOver: true });

  expect(await inVault()).toBe(TEXT);
  expect(lines).toMatchObject([{ action: 'adopt' }]);
});

test.each([
  ['absent', undefined, {}],
  ['different', HAND_MADE, { takeOver: true }],
])('a later failure brings back what was found: %s', async (_, text, wanted) => {
  if (text !== undefined) {
    await put(text);
  }
  const planners = [() => policy.plan({ ...WANTED, ...wanted }), () => Promise.reject(new Error('a later one fails'))];

  await expect(applyAll(planners, (line) => lines.push(line))).rejects.toThrow('a later one fails');
  expect(await inVault()).toBe(text);
  expect(lines).toMatchObject([{}, { object: `policy ${NAME}`, undone: expect.any(String) }]);
});

test('what cannot be undone is told, bears our mark, and does not hide the first failure', async () => {
  const planners = [() => policy.plan(WANTED), async () => {
    proxy.next({ status: 403, body: '{"errors":["permission denied"]}' });
    throw new Error('a later one fails');
  }];

  await expect(applyAll(planners, (line) => lines.push(line))).rejects.toThrow('a later one fails');
  expect(ownerOf(await inVault())).toEqual(OWNER);
  expect(lines[1]).toEqual({ object: `policy ${NAME}`, notUndone: 'create', because: expect.stringMatching(/^Vault: DELETE .* answers 403: permission denied$/) });
});

test('a write that does not stick is an error, and what was found comes back', async () => {
  proxy.next('pass', { status: 204 });

  await expect(converge()).rejects.toThrow(`The policy ${NAME} does not read as it was written. Somebody else writes to it at the same time`);
  expect(await inVault()).toBeUndefined();
});

describe('removal', () => {
  test('of what bears our mark', async () => {
    await put(TEXT);

    expect(await policy.remove(OWNER)).toBe(true);
    expect(await inVault()).toBeUndefined();
  });

  test.each([
    ['a later generation', `# ${marker({ ...OWNER, physicalId: 'zenml-new' })}\n${RULES}`],
    ['another logical id, under which the resource lives on', `# ${marker({ ...OWNER, logicalId: 'Renamed' })}\n${RULES}`],
    ['another stack that wants the same names', `# ${marker({ ...OWNER, stackId: 'arn:other' })}\n${RULES}`],
    ['somebody else', HAND_MADE],
  ])('leaves what belongs to %s', async (_, text) => {
    await put(text);

    expect(await policy.remove(OWNER)).toBe(false);
    expect(await inVault()).toBe(text);
  });

  test('of what is gone is nothing', async () => {
    expect(await policy.remove(OWNER)).toBe(false);
  });
});
