import { inspect } from 'node:util';
import { StackUnderTest, storeOf, WORKSPACE } from './stack-under-test';
import { wipe } from './vault-under-test';
import { AwsCredentials } from '../../../lambda/configure-vault/runtime-context';
import { Administrator } from '../../../src/vault/contract/environment';
import { Fault } from '../../emulators/fault-proxy';
import { useEmbeddedVault } from '../../emulators/use-embedded-vault';
import { useEmbeddedAws, useFaultProxy } from '../../emulators/use-emulators';
import { ControlPlane } from '../../emulators/zenml-pro';

/* Whatever happens, no secret is in what the handler answers, throws or prints. Vault and the proxy before it repeat all they can. */

const CANARY = 'canary-0123456789';
const ACCOUNT = '111122223333';
const aws = useEmbeddedAws();
const vault = useEmbeddedVault();
let session: AwsCredentials;
const proxy = useFaultProxy(vault);
let stack: StackUnderTest;

beforeAll(async () => {
  session = (await (await ControlPlane.create(aws, ACCOUNT)).createRole('lambda')).credentials;
});

beforeEach(async () => {
  proxy.next();
  stack = new StackUnderTest(vault, proxy);
  await vault.call('POST', 'auth/token/create', { id: `${CANARY}-token`, policies: ['root'] });
  await vault.call('POST', 'sys/auth/approle', { type: 'approle' });
  await vault.call('POST', 'auth/approle/role/admin', { token_policies: ['administrator'] });
  await vault.call('POST', 'auth/approle/role/admin/role-id', { role_id: `${CANARY}-role` });
  await vault.call('POST', 'auth/approle/role/admin/custom-secret-id', { secret_id: `${CANARY}-secret` });
  await vault.call('POST', 'sys/auth/admins', { type: 'aws' });
  await vault.call('POST', 'auth/admins/config/client', { sts_endpoint: aws.endpoint });
  await vault.call('POST', 'auth/admins/role/admin', {
    auth_type: 'iam',
    bound_iam_principal_arn: [`arn:aws:iam::${ACCOUNT}:role/lambda`],
    resolve_aws_unique_ids: false,
    token_policies: ['administrator'],
  });
  await vault.call('POST', `sys/mounts/secrets-${WORKSPACE}`, { type: 'kv', options: { version: '2' } });
  await vault.call('POST', `secrets-${WORKSPACE}/data/zenml/x`, { data: { password: `${CANARY}-data` } });
});

afterEach(() => wipe(vault));

const ADMINISTRATORS: [string, Administrator, unknown][] = [
  ['token', { method: 'token', secretArn: 'arn', field: 'token' }, { token: `${CANARY}-token`, other: `${CANARY}-other` }],
  ['app_role', { method: 'app_role', secretArn: 'arn', roleIdField: 'role', secretIdField: 'secret', mount: 'approle' },
    { role: `${CANARY}-role`, secret: `${CANARY}-secret` }],
  ['aws', { method: 'aws', roleName: 'admin', mount: 'admins', stsHost: 'sts.amazonaws.com', stsRegion: 'us-east-1' }, {}],
];

function appoint(administrator: Administrator, secret: unknown) {
  stack.runtime = {
    connection: { address: proxy.address, vaultNamespace: '', connectionStack: 'Vault', administrator },
    readSecret: async () => typeof secret === 'string' ? secret : JSON.stringify(secret),
    credentials: async () => session,
    remainingTime: 2_000,
  };
}

/** All that comes of an event, in every form in which a canary may hide. */
async function allOf(event: Promise<unknown>): Promise<{ failed: boolean; text: string }> {
  let failed = false;
  const outcome = await event.catch((error) => {
    failed = true;
    return [error.message, error.stack, inspect(error, { depth: 9, showHidden: true })];
  });
  const text = JSON.stringify([outcome, stack.lines]);
  const decoded = (text.match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? []).map((word) => Buffer.from(word, 'base64').toString());
  return { failed, text: [text, ...decoded].join('\n') };
}

/** The canaries, the keys of the session, and any token that Vault issued. */
function expectNoSecret(text: string) {
  for (const secret of ['canary', session.secretAccessKey, session.sessionToken!]) {
    expect(text).not.toContain(secret);
  }
  expect(text).not.toMatch(/\bs\.[A-Za-z0-9]{20,}/);
}

describe.each(ADMINISTRATORS)('administrator %s', (method, administrator, secret) => {
  test('at each request, Vault answers 403 and names what the administrator knows', async () => {
    const known = [
      ...Object.values(secret as object).filter((value) => !value.endsWith('-other')),
      session.secretAccessKey,
      session.sessionToken,
    ];
    appoint(administrator, secret);
    for (let at = 0; at < 13; at++) {
      stack.lines.length = 0;
      proxy.after(at, { status: 403, body: JSON.stringify({ errors: method === 'aws' ? known : known.slice(0, -2) }) });
      const { failed, text } = await allOf(stack.send('Create', storeOf()));
      expect(failed || at > 0).toBe(true);
      expectNoSecret(text);
    }
  });

  test.each<[string, Fault]>([
    ['repeats what it was told', 'echo'],
    ['repeats what it was told, in a warning', 'pass'],
    ['breaks off', 'reset'],
    ['does not answer', 'hang'],
    ['answers with HTML', { status: 200, body: `<html>${CANARY}</html>` }],
  ])('at each request, Vault %s', async (_, fault) => {
    appoint(administrator, secret);
    if (fault !== 'pass') {
      stack.runtime = { ...stack.runtime, remainingTime: 1_000 }; // which is all spent, each time
    }
    let failures = 0;
    for (let at = 0; at < 13; at++) {
      stack.lines.length = 0;
      proxy.after(at, fault);
      const { failed, text } = await allOf(stack.send('Create', storeOf()));
      failures += failed ? 1 : 0;
      expectNoSecret(text);
    }
    expect(failures > 0).toBe(fault !== 'pass');
  }, 120_000);

  test.each<[string, unknown]>([
    ['no JSON', `${CANARY}-token`],
    ['broken JSON', `{"token": "${CANARY}-token"`],
    ['another field', { password: `${CANARY}-token` }],
    ['a number', { token: 1, role: `${CANARY}-role`, password: `${CANARY}-x` }],
  ])('with a secret that holds %s', async (_, wrong) => {
    appoint(administrator, wrong);
    const { failed, text } = await allOf(stack.send('Create', storeOf()));

    expect(failed).toBe(method !== 'aws'); // which reads none
    expectNoSecret(text);
  });
});

test('from creation to deletion, with secrets in the mount', async () => {
  appoint(...ADMINISTRATORS[1].slice(1) as [Administrator, unknown]);
  const texts = [
    await allOf(stack.deploy(storeOf())),
    await allOf(stack.deploy(storeOf({ tokenTtl: 600 }))),
    await allOf(stack.delete({ kvRemoval: 'destroy-if-empty' })),
  ];

  expect(texts.map(({ failed }) => failed)).toEqual([false, false, false]);
  expectNoSecret(texts.map(({ text }) => text).join());
  expect((await vault.call('GET', `secrets-${WORKSPACE}/data/zenml/x`)).body.data.data.password).toBe(`${CANARY}-data`);
});

test('a message is cut so that it fits into an answer of CloudFormation', async () => {
  proxy.next({ status: 400, body: JSON.stringify({ errors: ['x'.repeat(10_000)] }) });
  const error = await stack.deploy(storeOf()).catch((reason) => reason);

  expect(error.message).toMatch(/^Vault: GET sys\/auth answers 400: x+…$/);
  expect(Buffer.byteLength(error.message)).toBeLessThan(2_000);
});

test.each<[string, string]>([
  ['of two bytes', 'ä'], ['of four bytes', '🔑'], ['that JSON escapes', '"'], ['that JSON escapes with six bytes', '\u0001'],
])('a message of characters %s is cut as early, and between two of them', async (_, character) => {
  const long = character.repeat(10_000);
  proxy.next({ status: 400, body: JSON.stringify({ errors: [`x${long}`] }) });
  const { message } = await stack.deploy(storeOf()).catch((reason) => reason);

  const [, shown] = /^Vault: GET sys\/auth answers 400: x(.*)…$/.exec(message)!;
  expect(long.startsWith(shown)).toBe(true);
  expect(Buffer.from(shown).toString()).toBe(shown);
  const bytes = Buffer.byteLength(JSON.stringify(message));
  expect([bytes > 1_450, bytes <= 1_505]).toEqual([true, true]);
});

test('a message that just fits is not cut', async () => {
  const rest = 'ä'.repeat((1_500 - 'Vault: GET sys/auth answers 400: '.length - 1) / 2);
  proxy.next({ status: 400, body: JSON.stringify({ errors: [`x${rest}`] }) });
  const { message } = await stack.deploy(storeOf()).catch((reason) => reason);

  expect(message).toBe(`Vault: GET sys/auth answers 400: x${rest}`);
});

test('so is the report of what was done', async () => {
  proxy.next(...Array.from({ length: 3 }, () => 'pass' as const));
  const long = 'x'.repeat(128);
  const { Data: data } = await stack.deploy(storeOf({ authMount: long, kvMount: long, roleName: long, policy: long }));

  expect(data!.Created).toMatch(/^auth mount x+, .*…$/);
  expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(2_000);
});
