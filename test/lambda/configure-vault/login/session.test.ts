import { setTimeout as sleep } from 'node:timers/promises';
import { HttpVaultClient, VaultClient } from '../../../../lambda/configure-vault/client/vault-client';
import { Connection } from '../../../../lambda/configure-vault/environment';
import { withVault } from '../../../../lambda/configure-vault/login/session';
import { Redaction } from '../../../../lambda/configure-vault/redaction';
import { AwsCredentials, RuntimeContext } from '../../../../lambda/configure-vault/runtime-context';
import { Administrator } from '../../../../src/vault/contract/environment';
import { FaultProxy } from '../../../emulators/fault-proxy';
import { testNamespace, useEmbeddedVault } from '../../../emulators/use-embedded-vault';
import { useEmbeddedAws, useFaultProxy } from '../../../emulators/use-emulators';
import { vaultServer } from '../../../emulators/vault-server';
import { ControlPlane } from '../../../emulators/zenml-pro';

const ACCOUNT = '111122223333';
const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:administrator-AbCdEf';
const CA_ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:authority-AbCdEf';
const TOKEN: Administrator = { method: 'token', secretArn: SECRET_ARN, field: 'token' };
const APP_ROLE: Administrator = {
  method: 'app_role', secretArn: SECRET_ARN, roleIdField: 'role_id', secretIdField: 'secret_id', mount: 'approle',
};
const AWS_IAM: Administrator = { method: 'aws', roleName: 'admin', mount: 'aws', stsHost: 'sts.amazonaws.com', stsRegion: 'us-east-1' };

const aws = useEmbeddedAws();
const vault = useEmbeddedVault();
const tls = useEmbeddedVault({ tls: true });
const proxy = useFaultProxy(vault);
let lambda: AwsCredentials;
let lines: { readonly [field: string]: unknown }[];
let redacted: string[];

beforeAll(async () => {
  lambda = (await (await ControlPlane.create(aws, ACCOUNT)).createRole('lambda')).credentials;
  await vault.call('POST', 'sys/auth/aws', { type: 'aws' });
  await vault.call('POST', 'auth/aws/config/client', { sts_endpoint: aws.endpoint });
  await vault.call('POST', 'auth/aws/role/admin', {
    auth_type: 'iam',
    bound_iam_principal_arn: [`arn:aws:iam::${ACCOUNT}:role/lambda`],
    resolve_aws_unique_ids: false,
    token_policies: ['default'],
  });
  await vault.call('POST', 'sys/namespaces/team');
  await vault.call('POST', 'sys/namespaces/child', undefined, inNamespace('team'));
});

beforeEach(() => {
  proxy.next();
  lines = [];
  redacted = [];
});

const inNamespace = (namespace: string) => ({
  'X-Vault-Token': vault.rootToken, ...(namespace === '' ? {} : { 'X-Vault-Namespace': namespace }),
});
const connectionOf = (change: Partial<Connection> = {}): Connection => ({
  address: proxy.address, vaultNamespace: '', connectionStack: 'Vault', administrator: TOKEN, ...change,
});
const lookUp = async (client: VaultClient) => (await client.request('GET', 'auth/token/lookup-self')).body.data;
const isAlive = async (token: string, namespace = '') =>
  (await vault.call('GET', 'auth/token/lookup-self', undefined, { ...inNamespace(namespace), 'X-Vault-Token': token })).status === 200;

type SessionContext = Omit<RuntimeContext, 'connection'>;

/** Tells the test which secrets the function has seen. */
class RecordedRedaction extends Redaction {
  public add(...secrets: string[]): void {
    redacted.push(...secrets);
    super.add(...secrets);
  }
}

function within(milliseconds: number, context: Partial<SessionContext> = {}, reserve = 0): SessionContext {
  return {
    readSecret: async () => JSON.stringify({ token: vault.rootToken }),
    credentials: async () => lambda,
    redaction: new RecordedRedaction(),
    deadline: { at: Date.now() + milliseconds, last: Date.now() + milliseconds + reserve },
    log: (line) => lines.push(line),
    ...context,
  };
}

async function inSession<T>(connection: Connection, context: SessionContext, work: (client: HttpVaultClient) => Promise<T>): Promise<T> {
  return withVault({ connection, ...context }, work);
}

/** An AppRole that may do all in a namespace and below, and whoever reads its secret. */
async function appRole(namespace = ''): Promise<Partial<SessionContext>> {
  const headers = inNamespace(namespace);
  const policy = 'path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }';
  await vault.call('POST', 'sys/policies/acl/all', { policy }, headers);
  await vault.call('POST', 'sys/auth/approle', { type: 'approle' }, headers);
  await vault.call('POST', 'auth/approle/role/admin', { token_policies: ['all'] }, headers);
  const { body: role } = await vault.call('GET', 'auth/approle/role/admin/role-id', undefined, headers);
  const { body: secret } = await vault.call('POST', 'auth/approle/role/admin/secret-id', undefined, headers);
  return { readSecret: async () => JSON.stringify({ role_id: role.data.role_id, secret_id: secret.data.secret_id }) };
}

/** Fails as the SDK does, so many times, and counts all the calls. */
function refusing<T>(times: number, value: T, name = 'AccessDeniedException') {
  const attempt = {
    calls: 0,
    call: async (): Promise<T> => {
      attempt.calls++;
      if (attempt.calls <= times) {
        throw Object.assign(new Error('not authorized'), { name });
      }
      return value;
    },
  };
  return attempt;
}

test('works under the token of the login, which nobody is to see, and gives it back', async () => {
  const { id } = await inSession(connectionOf({ administrator: APP_ROLE }), within(10_000, await appRole()), lookUp);

  expect(id.slice(0, vaultServer().tokenPrefix.length)).toBe(vaultServer().tokenPrefix);
  expect(redacted).toContain(id);
  expect(lines).toEqual([{ login: 'app_role', milliseconds: expect.any(Number) }]);
  expect(await isAlive(id)).toBe(false);
});

test('a token that it was given lives on', async () => {
  expect((await inSession(connectionOf(), within(10_000), lookUp)).id).toBe(vault.rootToken);
  expect(await isAlive(vault.rootToken)).toBe(true);
});

test('passes on what Vault warns of', async () => {
  proxy.next({ status: 200, body: JSON.stringify({ warnings: ['going away'], data: {} }) });
  await inSession(connectionOf(), within(10_000), lookUp);

  expect(lines).toContainEqual({ warning: 'going away' });
});

test('an empty certificate authority is refused, as Node would trust the public ones instead', async () => {
  await expect(inSession(connectionOf({ certificateAuthority: '' }), within(10_000), async () => 'done')).rejects.toThrow(
    'CERTIFICATE_AUTHORITY holds no certificate in PEM',
  );
});

describe('logout', () => {
  /** Ends the token before the logout does. */
  const revoke = async (client: VaultClient) => {
    await client.request('POST', 'auth/token/revoke-self');
    return 'done';
  };

  test('that fails is no failure of the work', async () => {
    expect(await inSession(connectionOf({ administrator: APP_ROLE }), within(10_000, await appRole()), revoke)).toBe('done');
    expect(lines).toContainEqual({ logout: 'failed', because: expect.stringMatching(/^Vault: POST auth\/token\/revoke-self answers 403: /) });
  });

  test('that fails does not hide why the work failed', async () => {
    const work = inSession(connectionOf({ administrator: APP_ROLE }), within(10_000, await appRole()), async (client) => {
      await revoke(client);
      throw new Error('the work failed');
    });

    await expect(work).rejects.toThrow(new Error('the work failed'));
    expect(lines).toContainEqual({ logout: 'failed', because: expect.any(String) });
  });

  test('comes also after work that failed', async () => {
    let token = '';
    const work = inSession(connectionOf({ administrator: APP_ROLE }), within(10_000, await appRole()), async (client) => {
      token = (await lookUp(client)).id;
      throw new Error('the work failed');
    });

    await expect(work).rejects.toThrow(new Error('the work failed'));
    expect(await isAlive(token)).toBe(false);
  });

  test('has time left when the work has taken all of its own', async () => {
    const { id } = await inSession(connectionOf({ administrator: APP_ROLE }), within(1_500, await appRole(), 10_000), async (client) => {
      const found = await lookUp(client);
      await sleep(1_600);
      return found;
    });

    expect(lines.filter(({ logout }) => logout !== undefined)).toEqual([]);
    expect(await isAlive(id)).toBe(false);
  });
});

describe('certificate authority', () => {
  /** The secret of the authority, and that of the administrator. */
  const secrets = (pem: string): Partial<SessionContext> => ({
    readSecret: async (arn) => arn === CA_ARN ? pem : JSON.stringify({ token: tls.rootToken }),
  });

  test('is trusted that a secret holds', async () => {
    const connection = connectionOf({ address: tls.address, certificateAuthoritySecret: CA_ARN });

    expect((await inSession(connection, within(10_000, secrets(tls.certificateAuthority)), lookUp)).id).toBe(tls.rootToken);
  });

  test('is trusted that a secret holds with white space around it, as Windows may save it', async () => {
    const connection = connectionOf({ address: tls.address, certificateAuthoritySecret: CA_ARN });
    const saved = `\uFEFF ${tls.certificateAuthority.replace(/\n/g, '\r\n')}\r\n`;

    expect((await inSession(connection, within(10_000, secrets(saved)), lookUp)).id).toBe(tls.rootToken);
  });

  test('is trusted that the environment holds, without a look at any secret', async () => {
    const connection = connectionOf({ address: tls.address, certificateAuthority: tls.certificateAuthority });

    expect((await inSession(connection, within(10_000, secrets('never read')), lookUp)).id).toBe(tls.rootToken);
  });

  test('of somebody else is not trusted', async () => {
    await expect(inSession(connectionOf({ address: tls.address }), within(10_000), lookUp)).rejects.toThrow(/^Vault: GET auth\/token\/lookup-self: .*certificate/);
  });

  test.each([
    ['nothing', ''],
    ['JSON', '{"certificate":"canary"}'],
    ['a key', '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----'],
  ])('is not taken from a secret with %s, and Vault not asked', async (_, pem) => {
    const connection = connectionOf({ certificateAuthoritySecret: CA_ARN });

    await expect(inSession(connection, within(10_000, secrets(pem)), lookUp)).rejects.toThrow(new Error(
      `${CA_ARN} holds no certificate in PEM`));
    expect(proxy.requests).toEqual([]);
  });
});

describe('while IAM is not consistent', () => {
  const json = () => JSON.stringify({ token: vault.rootToken });

  test('a secret of the administrator is read again', async () => {
    const secret = refusing(1, json());

    expect((await inSession(connectionOf(), within(20_000, { readSecret: secret.call }), lookUp)).id).toBe(vault.rootToken);
    expect(secret.calls).toBe(2);
  });

  test('a secret with the certificate authority is read again', async () => {
    const authority = refusing(1, tls.certificateAuthority);
    const readSecret = async (arn: string) => arn === CA_ARN ? authority.call() : json();
    const connection = connectionOf({ address: tls.address, certificateAuthoritySecret: CA_ARN });

    expect((await inSession(connection, within(20_000, { readSecret }), lookUp)).id).toBe(tls.rootToken);
    expect(authority.calls).toBe(2);
  });

  test('a login with a key that STS does not know yet is made again', async () => {
    const keys = [{ ...lambda, accessKeyId: 'AKIAUNKNOWNUNKNOWN00', sessionToken: undefined }, lambda];
    const used: AwsCredentials[] = [];
    const credentials = async () => {
      used.push(keys[used.length]);
      return used[used.length - 1];
    };

    expect((await inSession(connectionOf({ administrator: AWS_IAM }), within(20_000, { credentials }), lookUp)).meta.role_id).toBeDefined();
    expect(used).toEqual(keys);
  });

  test('what stays refused is refused, after a third of the time', async () => {
    const secret = refusing(Infinity, json());
    const start = Date.now();

    await expect(inSession(connectionOf(), within(7_500, { readSecret: secret.call }), lookUp)).rejects.toThrow('not authorized');
    expect(secret.calls).toBe(2);
    expect(Date.now() - start).toBeLessThan(4_000);
    expect(proxy.requests).toEqual([]);
  });

  test.each([
    ['there is no time for it', 5_000, 'AccessDeniedException'],
    ['the reason is another', 20_000, 'ResourceNotFoundException'],
  ])('nothing is tried again if %s', async (_, time, name) => {
    const secret = refusing(Infinity, json(), name);

    await expect(inSession(connectionOf(), within(time, { readSecret: secret.call }), lookUp)).rejects.toMatchObject({ name });
    expect(secret.calls).toBe(1);
  });

  test('a login that Vault refuses for another reason is not made again', async () => {
    const administrator = { ...AWS_IAM, roleName: 'nobody' };

    await expect(inSession(connectionOf({ administrator }), within(20_000), lookUp)).rejects.toThrow(/entry for role nobody not found/);
    expect(proxy.requests).toHaveLength(1);
  });
});

describe('namespaces', () => {
  const PLACES = ['', 'team', 'team/child'];
  const refusal = () => `The Vault at ${proxy.address} answers in a namespace that does not exist, `
    + 'so it has none and would write to its root. Leave vaultNamespace "team" out';

  /** By where the administrator is at home, what the connection says of that, and where the work is done. */
  async function expectWork(home: string, namespace: string | undefined, vaultNamespace: string, places = PLACES) {
    const connection = connectionOf({ vaultNamespace, administrator: { ...APP_ROLE, vaultNamespace: namespace } });
    const policy = `of-${home || 'root'}`;
    const { id } = await inSession(connection, within(10_000, await appRole(home)), async (client) => {
      await client.request('POST', `sys/policies/acl/${policy}`, { policy: 'path "x" { capabilities = ["read"] }' });
      return lookUp(client);
    });

    const statuses = await Promise.all(places.map(async (place) => (
      (await vault.call('GET', `sys/policies/acl/${policy}`, undefined, inNamespace(place))).status
    )));
    expect(places.filter((_, index) => statuses[index] === 200)).toEqual([vaultNamespace]);
    expect(proxy.requests.filter(({ path }) => /login|revoke/.test(path)).map(({ headers }) => headers['x-vault-namespace'] ?? '')).toEqual([home, home]);
    expect(await isAlive(id, home)).toBe(false);
    expect(lines).toEqual([{ login: 'app_role', milliseconds: expect.any(Number) }]);
    await vault.call('DELETE', `sys/policies/acl/${policy}`, undefined, inNamespace(vaultNamespace));
  }

  for (const [title, home, namespace, vaultNamespace] of [
    ['root, works in a namespace', '', '', 'team'],
    ['a namespace, works in it', 'team', undefined, 'team'],
    ['a namespace, works in one below', 'team', 'team', 'team/child'],
  ] as const) {
    testNamespace(`an administrator of ${title}`, () => expectWork(home, namespace, vaultNamespace), () => expectRefusal(home, namespace));
  }

  test('an administrator of root, works in it', () => expectWork('', undefined, '', vaultServer().hasNamespaces ? PLACES : ['']));

  testNamespace('an administrator is looked for where it is at home only', async () => {
    const connection = connectionOf({ vaultNamespace: 'team', administrator: { ...APP_ROLE, vaultNamespace: 'team/child' } });

    await expect(inSession(connection, within(10_000, await appRole('team')), lookUp)).rejects.toThrow(/^Vault: POST auth\/approle\/login answers (400|403)/);
  }, () => expectRefusal('team', 'team/child'));

  async function expectRefusal(home: string, namespace: string | undefined) {
    const connection = connectionOf({ vaultNamespace: 'team', administrator: { ...APP_ROLE, vaultNamespace: namespace } });
    const work = jest.fn();

    await expect(inSession(connection, within(10_000, await appRole(home)), work)).rejects.toThrow(new Error(refusal()));
    expect(work).not.toHaveBeenCalled();
  }

  test('a server that has none is not written to', async () => {
    proxy.next('pass', { status: 200, body: '{"data":{}}' });
    const work = jest.fn();

    await expect(inSession(connectionOf({ vaultNamespace: 'team' }), within(10_000), work)).rejects.toThrow(new Error(refusal()));
    expect(proxy.requests[1].headers['x-vault-namespace']).toMatch(/^zenml-[0-9a-f]{32}$/);
    expect(work).not.toHaveBeenCalled();
  });

  test('that cannot be told, as the administrator may not look itself up, are not taken for granted', async () => {
    const denied = { status: 403, body: '{"errors":["permission denied"]}' };
    proxy.next('pass', denied, denied);

    await expect(inSession(connectionOf({ vaultNamespace: 'team' }), within(10_000), async () => 'done'))
      .rejects.toThrow('The administrator may not look itself up. Give it the policy of the output AdministratorPolicy');
  });

  test.each([403, 404])('a server that answers %d where there is no namespace has some', async (status) => {
    proxy.next('pass', { status, body: '{"errors":[]}' });

    await expect(inSession(connectionOf({ vaultNamespace: 'team' }), within(10_000), async () => 'done')).resolves.toBe('done');
    expect(proxy.requests).toHaveLength(3);
  });

  test('that cannot be told before the login are looked for all the same', async () => {
    proxy.next({ status: 403, body: '{"errors":["permission denied"]}' }, { status: 404, body: '{"errors":["namespace not found"]}' });

    await expect(inSession(connectionOf({ vaultNamespace: 'team' }), within(10_000), async () => 'done')).resolves.toBe('done');
  });

  const frontDoor = { status: 301, headers: { location: 'https://door.example.com/' } };
  const sealed = { status: 503, body: '{"errors":["Vault is sealed"]}' };
  test.each<[string, number, Parameters<FaultProxy['after']>[1], RegExp]>([
    ['breaks off', 0, 'reset', /socket hang up|ECONNRESET/],
    ['breaks off', 1, 'reset', /socket hang up|ECONNRESET/],
    ['sends us on', 0, frontDoor, /answers 301: it sends us on to https:\/\/door/],
    ['sends us on', 1, frontDoor, /answers 301: it sends us on to https:\/\/door/],
    ['is in trouble', 0, sealed, /answers 503: Vault is sealed$/],
    ['is in trouble', 1, sealed, /answers 503: Vault is sealed$/],
  ])('a server that %s after %d answers is not taken for one with namespaces', async (_, passing, fault, message) => {
    proxy.after(passing, fault);
    const work = jest.fn();

    await expect(inSession(connectionOf({ vaultNamespace: 'team' }), within(500), work)).rejects.toThrow(message);
    expect(work).not.toHaveBeenCalled();
  });
});
