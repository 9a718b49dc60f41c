import { StackUnderTest, storeOf, WORKSPACE } from './stack-under-test';
import { snapshot, wipe } from './vault-under-test';
import { VaultStore } from '../../../src/vault/contract/store-properties';
import { Fault } from '../../emulators/fault-proxy';
import { useEmbeddedVault } from '../../emulators/use-embedded-vault';
import { useFaultProxy } from '../../emulators/use-emulators';

/* Each fault at each request of each event in turn, before the real server. */

const vault = useEmbeddedVault();
const proxy = useFaultProxy(vault);

/* Little of each delay before another attempt, which is random else. */
beforeAll(() => jest.spyOn(Math, 'random').mockReturnValue(0.05));

beforeEach(() => proxy.next());

afterEach(() => wipe(vault));

const errors = (status: number, text: string, headers = {}): Fault => ({ status, headers, body: JSON.stringify({ errors: [text] }) });

/** What passes, if one only tries again. */
const PASSING: [string, Fault][] = [
  ['503, sealed', errors(503, 'Vault is sealed')],
  ['412, a node that lags behind', errors(412, 'required index state not present')],
  ['429 with Retry-After', errors(429, 'request path "sys/auth": rate limit quota exceeded', { 'retry-after': '0.1' })],
  ['307 to a leader', 'redirect'],
  ['a connection reset before the server has acted', 'reset'],
  ['a connection reset after the server has acted', 'reset-after'],
  ['a time-out', 'hang'],
  ['KV turning into version 2', errors(400, 'Upgrading from non-versioned to versioned data. '
    + 'This backend will be unavailable for a brief period and will resume service shortly.')],
  ['a body that is not JSON', { status: 200, body: '<html>' }],
];

/** Each event with the stores that it comes from and leads to. */
const EVENTS: [string, VaultStore | undefined, VaultStore | undefined][] = [
  ['Create', undefined, storeOf()],
  ['Update', storeOf(), storeOf({ headerValue: 'changed', tokenTtl: 600, kvMount: 'changed' })],
  ['Delete', storeOf({ kvRemoval: 'destroy' }), undefined],
];

/** Brings a fresh Vault to where the event begins. */
async function begin(from: VaultStore | undefined): Promise<StackUnderTest> {
  await wipe(vault);
  const stack = new StackUnderTest(vault, proxy);
  stack.runtime = { remainingTime: 3_000 };
  if (from !== undefined) {
    await stack.deploy(from);
  }
  return stack;
}

async function happen(stack: StackUnderTest, from: VaultStore | undefined, to: VaultStore | undefined) {
  await (to === undefined ? stack.delete()
    : from === undefined ? stack.send('Create', to)
      : stack.send('Update', to, { physicalId: stack.physicalId, previous: from }));
}

/** What Vault holds, without what tells only when it was written: times, and the generations in claims. */
async function contents(): Promise<unknown> {
  const text = JSON.stringify(await snapshot(vault), (name, value) => /^(modified|version|accessor|role_id)$/.test(name) ? undefined : value);
  return JSON.parse(text.replace(/(zenml-vault-[0-9a-f]{12}-[0-9a-f]{12})-[0-9a-f]{12}/g, '$1'));
}

async function countRequests(from: VaultStore | undefined, to: VaultStore | undefined): Promise<number> {
  const stack = await begin(from);
  proxy.next();
  await happen(stack, from, to);
  return proxy.requests.length;
}

describe.each(EVENTS)('%s', (_, from, to) => {
  test.each(PASSING)('%s at any request: it gets where it was to get', async (__, fault) => {
    const requests = await countRequests(from, to);
    const wanted = await contents();
    for (let at = 0; at < requests; at++) {
      const stack = await begin(from);
      proxy.next(...Array.from({ length: at }, () => 'pass' as const), fault);
      await happen(stack, from, to);
      expect([at, await contents()]).toEqual([at, wanted]);
    }
  }, 120_000);

  test('403 at any request: it fails at once, and all is as before, or of a deletion as far as it came', async () => {
    const requests = await countRequests(from, to);
    for (let at = 0; at < requests; at++) {
      const stack = await begin(from);
      const before = await contents();
      proxy.next(...Array.from({ length: at }, () => 'pass' as const), errors(403, 'permission denied'));
      const outcome = await happen(stack, from, to).then(() => undefined, (error) => error.message);

      expect(outcome).toMatch(/answers 403: permission denied/);
      if (to !== undefined) {
        expect([at, await contents()]).toEqual([at, before]);
      }
      await happen(stack, from, to);
    }
  }, 60_000);

  test('an end of all answers at any request: CloudFormation has its answer in time, what remains is ours, '
    + 'and the next event converges it', async () => {
    const requests = await countRequests(from, to);
    const wanted = await contents();
    for (let at = 0; at < requests; at++) {
      const stack = await begin(from);
      stack.runtime = { remainingTime: 1_300 };
      proxy.after(at, 'reset');
      const start = Date.now();
      await expect(happen(stack, from, to)).rejects.toThrow(/Vault: (GET|POST|DELETE) /);
      expect(Date.now() - start).toBeLessThan(1_300);

      const remains = Object.entries(await snapshot(vault)).filter(([path]) => path.startsWith('sys/'));
      expect(remains.filter(([, found]) => !JSON.stringify(found).includes(stack.stackId))).toEqual([]);
      proxy.next();
      await happen(stack, from, to);
      expect([at, await contents()]).toEqual([at, wanted]);
    }
  }, 60_000);
});

test.each<[string, Fault, RegExp]>([
  ['472, a secondary for disaster recovery', { status: 472 }, /answers 472: this is a secondary for disaster recovery, which serves nobody\. Write the address of its primary/],
  ['a control group', { status: 200, body: JSON.stringify({ wrap_info: { token: 'canary' } }) }, /a control group has to approve this request\. Exempt the administrator from it/],
])('%s is told at once', async (_, fault, message) => {
  const stack = await begin(undefined);
  proxy.next(fault);

  await expect(stack.deploy(storeOf())).rejects.toThrow(message);
  expect(stack.lines.map((line) => JSON.stringify(line)).join()).not.toContain('canary');
});

test('a role that cannot be undone keeps its claim, and the next event converges it', async () => {
  const role = `auth/zenml-aws/role/zenml-${WORKSPACE}`;
  const stack = await begin(undefined);
  // The final read fails, and then no request about the role passes.
  proxy.before('GET', '/v1/auth/zenml-aws/config/client', async () => {
    await vault.call('POST', 'auth/zenml-aws/config/client', { iam_server_id_header_value: 'theirs' });
    const { policy } = (await vault.call('GET', 'sys/policies/acl/administrator')).body.data;
    await vault.call('POST', 'sys/policies/acl/administrator', { policy: `${policy}path "${role}" { capabilities = ["deny"] }\n` });
  });
  await expect(stack.deploy(storeOf())).rejects.toThrow('does not read as it was written');

  expect(JSON.stringify((await snapshot(vault))[`sys/policies/acl/zenml-${WORKSPACE}`])).toContain(stack.stackId);
  expect(await snapshot(vault)).toHaveProperty([role]);
  proxy.next();
  await vault.call('POST', 'auth/zenml-aws/config/client', { iam_server_id_header_value: WORKSPACE });
  await stack.deploy(storeOf());
});

describe('somebody else at the same time', () => {
  const ROLE = `zenml-${WORKSPACE}`;

  test('a description that somebody else writes is seen, and stays as it is', async () => {
    const stack = new StackUnderTest(vault, proxy);
    await stack.deploy(storeOf());
    proxy.before('POST', '/v1/auth/zenml-aws/role/new', async () => {
      await vault.call('POST', `sys/mounts/secrets-${WORKSPACE}/tune`, { description: 'taken over by the platform team' });
    });

    await expect(stack.deploy(storeOf({ roleName: 'new', policy: 'new' }))).rejects.toThrow(
      `The KV mount secrets-${WORKSPACE} does not read as it was written, in its description. Somebody else writes to it`,
    );
    expect((await vault.call('GET', 'sys/mounts')).body.data[`secrets-${WORKSPACE}/`].description).toBe('taken over by the platform team');
  });

  test('a new KV mount that somebody else removes at once is missed', async () => {
    const stack = new StackUnderTest(vault, proxy);
    proxy.before('POST', `/v1/auth/zenml-aws/role/zenml-${WORKSPACE}`, async () => {
      await vault.call('DELETE', `sys/mounts/secrets-${WORKSPACE}`);
    });

    await expect(stack.deploy(storeOf())).rejects.toThrow(
      `The KV mount secrets-${WORKSPACE} does not read as it was written, in its description`,
    );
  });

  test.each<[string, [string, string], string, object, string]>([
    ['writes the policy', ['POST', `/v1/auth/zenml-aws/role/${ROLE}`], `sys/policies/acl/${ROLE}`,
      { policy: 'path "theirs/*" { capabilities = ["read"] }' },
      `The policy ${ROLE} does not read as it was written, in policy. Somebody else writes to it at the same time`],
    ['writes the role', ['GET', `/v1/auth/zenml-aws/role/${ROLE}`], `auth/zenml-aws/role/${ROLE}`, { token_ttl: 1 },
      `The role ${ROLE} on auth mount zenml-aws does not read as it was written, in token_ttl. `
      + 'Somebody else writes to it at the same time'],
    ['writes the header', ['GET', '/v1/auth/zenml-aws/config/client'], 'auth/zenml-aws/config/client',
      { iam_server_id_header_value: 'theirs' },
      'does not read as it was written, in iam_server_id_header_value. Somebody else writes to it'],
    ['enables the auth mount', ['POST', '/v1/sys/auth/zenml-aws'], 'sys/auth/zenml-aws', { type: 'aws', description: 'theirs' },
      'path is already in use at zenml-aws/'],
    ['enables the KV mount', ['POST', `/v1/sys/mounts/secrets-${WORKSPACE}`], `sys/mounts/secrets-${WORKSPACE}`,
      { type: 'kv', options: { version: '2' }, description: 'theirs' },
      `path is already in use at secrets-${WORKSPACE}/`],
  ])('%s: that is told, and what is theirs stays', async (_, [method, request], path, body, message) => {
    const stack = await begin(undefined);
    proxy.before(method, request, async () => {
      await vault.call('POST', path, body);
    });

    await expect(stack.deploy(storeOf())).rejects.toThrow(message);
    // What they wrote within a mount of ours goes with it, unless it is a role.
    if (!path.endsWith('config/client')) {
      const found = await snapshot(vault);
      expect(JSON.stringify(found[path] ?? found[`${path}/`])).toMatch(/theirs|"token_ttl":1,/);
    }
  });
});
