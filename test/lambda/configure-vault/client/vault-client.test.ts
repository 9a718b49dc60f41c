import { HttpVaultClient, VaultClientOptions } from '../../../../lambda/configure-vault/client/vault-client';
import { Fault } from '../../../emulators/fault-proxy';
import { useEmbeddedVault } from '../../../emulators/use-embedded-vault';
import { useFaultProxy } from '../../../emulators/use-emulators';

const vault = useEmbeddedVault();
const proxy = useFaultProxy(vault);

beforeEach(() => proxy.next());

const within = (milliseconds: number) => ({ at: Date.now() + milliseconds, last: Date.now() + milliseconds });
const client = (options: Partial<VaultClientOptions> = {}) =>
  new HttpVaultClient({ address: proxy.address, token: vault.rootToken, deadline: within(20_000), ...options });
const json = (status: number, body: object, headers: { [name: string]: string } = {}): Fault => ({
  status, headers, body: JSON.stringify(body),
});

test('reads, writes and deletes', async () => {
  expect((await client().request('POST', 'sys/policies/acl/mine', { policy: 'path "x" { capabilities = ["read"] }' })).status).toBe(204);
  expect((await client().request('GET', 'sys/policies/acl/mine')).body.data.policy).toBe('path "x" { capabilities = ["read"] }');
  expect((await client().request('LIST', 'sys/policies/acl')).body.data.keys).toContain('mine');
  expect((await client().request('DELETE', 'sys/policies/acl/mine')).status).toBe(204);
  expect((await client().request('GET', 'sys/policies/acl/mine')).status).toBe(404);
});

test('says that it is no browser, and under which token and namespace it asks', async () => {
  await vault.call('POST', 'sys/namespaces/team');
  await client().with({ namespace: 'team' }).request('GET', 'sys/auth');

  expect(proxy.requests[0].headers).toMatchObject({ 'x-vault-request': 'true', 'x-vault-token': 'root', 'x-vault-namespace': 'team' });
});

test('sends no token where it has none', async () => {
  await expect(client({ token: undefined }).request('GET', 'sys/auth')).rejects.toThrow(/^Vault: GET sys\/auth answers 403: /);

  expect(proxy.requests[0].headers).not.toHaveProperty('x-vault-token');
});

test('gives the state of the storage back to Vault', async () => {
  const answer = json(200, {}, { 'x-vault-index': 'abc' });
  proxy.next(answer, answer);
  const one = client();
  await one.request('GET', 'sys/auth');
  await one.request('GET', 'sys/auth');

  expect(proxy.requests.map(({ headers }) => headers['x-vault-index'])).toEqual([undefined, 'abc']);
});

test.each<[string, Fault]>([
  ['412, a node that lags behind', json(412, { errors: ['required index state not present'] })],
  ['429 without a time', json(429, { errors: ['quota'] })],
  ['500', json(500, { errors: ['internal'] })],
  ['503, sealed', json(503, { errors: ['Vault is sealed'] })],
  ['502 of a load balancer that speaks HTML', { status: 502, body: '<html>' }],
  ['a connection reset', 'reset'],
  ['a connection reset after the server has acted', 'reset-after'],
  ['a KV mount that changes its version',
    json(400, { errors: ['Upgrading from non-versioned to versioned data. This backend will be unavailable'] })],
  ['a standby that sees such a mount', json(400, { errors: ['Waiting for the primary to upgrade from non-versioned to versioned data.'] })],
])('tries again after %s', async (_, fault) => {
  proxy.next(fault, fault);

  expect((await client().request('GET', 'sys/auth')).status).toBe(200);
  expect(proxy.requests).toHaveLength(3);
});

test('a value that Vault refuses with 500 is not sent again', async () => {
  await vault.call('POST', 'sys/auth/approle', { type: 'approle' });

  await expect(client().request('POST', 'auth/approle/role/x', { secret_id_bound_cidrs: ['192.0.2.7'] })).rejects.toThrow(
    'answers 500: 1 error occurred: * failed to validate CIDR blocks: invalid CIDR address: 192.0.2.7',
  );
  expect(proxy.requests).toHaveLength(1);
});

test('waits as long as Vault asks for', async () => {
  proxy.next(json(429, { errors: ['quota'] }, { 'retry-after': '1' }));
  const start = Date.now();
  await client().request('GET', 'sys/auth');

  expect(Date.now() - start).toBeGreaterThanOrEqual(1000);
});

test('does not wait beyond its deadline', async () => {
  proxy.next(json(429, { errors: ['quota'] }, { 'retry-after': '60' }));

  await expect(client().request('GET', 'sys/auth')).rejects.toThrow('Vault: GET sys/auth answers 429: quota');
  expect(proxy.requests).toHaveLength(1);
});

test('gives up on a server that never answers', async () => {
  const faults = Array.from({ length: 100 }, () => 'reset' as const);
  proxy.next(...faults);

  await expect(client({ deadline: within(1_000) }).request('GET', 'sys/auth')).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('gives up on a server that accepts and says nothing', async () => {
  proxy.after(0, 'hang');

  await expect(client({ deadline: within(300) }).request('GET', 'sys/auth')).rejects.toThrow(/^Vault: GET sys\/auth: no answer within \d+ ms$/);
});

test('a token that cannot be a header is refused at once, and not repeated', async () => {
  const error = await client({ token: 'canary\ncanary' }).request('GET', 'sys/auth').catch((reason) => reason);

  expect(error.message).toBe('Invalid character in header content ["X-Vault-Token"]');
  expect(proxy.requests).toEqual([]);
});

test('does not take an address for one that is none', async () => {
  await expect(client({ address: 'vault' }).request('GET', 'sys/auth')).rejects.toThrow('Invalid URL');
});

test.each<[string, Fault, RegExp]>([
  ['400', json(400, { errors: ['failed to parse policy'] }), /^Vault: GET sys\/auth answers 400: failed to parse policy$/],
  ['403', json(403, { errors: ['1 error occurred:\n\t* permission denied\n\n'] }), /answers 403: 1 error occurred: \* permission denied$/],
  ['472, a disaster recovery secondary', json(472, {}), /answers 472: this is a secondary for disaster recovery/],
  ['a control group', json(200, { wrap_info: { token: 'hvs.canary' } }), /answers 200: a control group has to approve this request/],
])('does not try again after %s', async (_, fault, message) => {
  proxy.next(fault);

  await expect(client().request('GET', 'sys/auth')).rejects.toThrow(message);
  expect(proxy.requests).toHaveLength(1);
});

test('an answer is not quoted where it may hold anything', async () => {
  proxy.next(...Array.from({ length: 50 }, () => ({ status: 200, body: 'canary' })));

  const error = await client({ deadline: within(500) }).request('GET', 'sys/auth').catch((reason) => reason);
  expect(error.message).toBe('Vault: GET sys/auth answers 200: the answer is not JSON, so it does not come from Vault');
});

test('follows a standby to the leader, twice at most', async () => {
  const onward: Fault = { status: 307, headers: { location: `${vault.address}/v1/sys/auth` } };
  proxy.next(onward);
  expect((await client().request('GET', 'sys/auth')).status).toBe(200);

  const back: Fault = { status: 307, headers: { location: '/v1/sys/auth' } };
  proxy.next(back, back, back);
  await expect(client().request('GET', 'sys/auth')).rejects.toThrow(/answers 307: it sends us on to http:.* which we do not follow\. If that is the Vault, write its address$/);
  expect(proxy.requests).toHaveLength(3);

  proxy.next({ status: 307 }, { status: 307 }, { status: 307 });
  await expect(client().request('GET', 'sys/auth')).rejects.toThrow('answers 307: it sends us on to no address, which we do not follow');

  proxy.next({ status: 307, headers: { location: 'http://[' } });
  await expect(client().request('GET', 'sys/auth')).rejects.toThrow('answers 307: it sends us on to no address, which we do not follow');

  proxy.next({ status: 307, headers: { location: `${vault.address}/v1/sys/mounts` } });
  await expect(client().request('GET', 'sys/auth')).rejects.toThrow(`it sends us on to ${vault.address}/v1/sys/mounts, which`);
});

test.each([301, 302, 303, 308])('a front door that answers %d: not followed, and named in the error without its query', async (status) => {
  const html = '<html><body>Moved</body></html>';
  const there = (location: string): Fault => ({ status, headers: { location }, body: html });
  proxy.next(there('https://vault.example.com/v1/sys/auth?token=canary'));
  await expect(client().request('GET', 'sys/auth')).rejects.toThrow(new Error(`Vault: GET sys/auth answers ${status}: `
    + 'it sends us on to https://vault.example.com, which we do not follow. If that is the Vault, write its address'));
  expect(proxy.requests).toHaveLength(1);

  proxy.next(there('/sso/login?token=canary'));
  await expect(client().request('GET', 'sys/auth')).rejects.toThrow(`it sends us on to ${proxy.address}/sso/login, which we do not follow`);
  expect(proxy.requests).toHaveLength(1);
});

test('follows nobody to another protocol', async () => {
  proxy.next({ status: 307, headers: { location: 'https://127.0.0.1:1/v1/sys/auth' } });

  await expect(client().request('GET', 'sys/auth')).rejects.toThrow('it sends us on to https://127.0.0.1:1, which we do not follow');
});

describe('TLS', () => {
  const tls = useEmbeddedVault({ tls: true });

  test('trusts the certificate authority that it is given', async () => {
    const trusting = client({ address: tls.address, certificateAuthority: tls.certificateAuthority });
    expect((await trusting.request('GET', 'sys/auth')).status).toBe(200);
  });

  test('trusts nobody else, and does not try again', async () => {
    const start = Date.now();
    await expect(client({ address: tls.address }).request('GET', 'sys/auth')).rejects.toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });

    expect(Date.now() - start).toBeLessThan(5_000);
  });
});
