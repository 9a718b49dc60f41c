import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { login, logout, Surroundings } from './administrator';
import { Connection } from './environment';
import { Log } from './plan';
import { Deadline, HttpVaultClient, VaultClient } from './vault-client';
import { VaultError } from './vault-error';

/** How long a role or a policy of IAM may take until all of AWS knows of it, in milliseconds. */
const IAM_CONSISTENCY_MS = 20_000;
const IAM_RETRY_MS = 2_000;

export interface SessionOptions {
  readonly surroundings: Surroundings;
  readonly deadline: Deadline;
  readonly log: Log;
}

/** Logs in, does the work, and logs out again whatever came of it. */
export async function withVault<T>(connection: Connection, options: SessionOptions, work: (client: VaultClient) => Promise<T>): Promise<T> {
  const { surroundings, deadline, log } = options;
  const { address, vaultNamespace, administrator } = connection;
  const start = Date.now();
  const client = new HttpVaultClient({
    address,
    namespace: vaultNamespace || undefined,
    certificateAuthority: await readCertificateAuthority(connection, options),
    deadline,
    onWarning: (warning) => log({ warning }),
  });
  // What Vault warns of at a login may hold the token, which is not known yet.
  const loginClient = client.with({ namespace: (administrator.namespace ?? vaultNamespace) || undefined, onWarning: undefined });
  const session = await untilIamIsConsistent(deadline, () => login(loginClient, administrator, surroundings));
  surroundings.conceal(session.token);
  log({ login: administrator.method, milliseconds: Date.now() - start });

  try {
    const authorised = client.with({ token: session.token });
    await demandNamespaces(authorised, loginClient.with({ token: session.token }), connection);
    return await work(authorised);
  } finally {
    // The token ends with its lease in any case, so that to fail here is no failure.
    client.useReserve();
    await logout(loginClient.with({ token: session.token }), session).catch((error) => log({ logout: 'failed', because: error.message }));
  }
}

async function readCertificateAuthority(connection: Connection, { surroundings, deadline }: SessionOptions): Promise<string | undefined> {
  const { certificateAuthority, certificateAuthoritySecret: secret } = connection;
  const pem = secret === undefined ? certificateAuthority : await untilIamIsConsistent(deadline, () => surroundings.readSecret(secret));
  // With an empty text Node would trust the public authorities.
  if (pem !== undefined && !pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Error(`${secret ?? 'CERTIFICATE_AUTHORITY'} holds no certificate in PEM`);
  }
  return pem;
}

/**
 * A server without namespaces ignores the header, and would have us write into the root namespace unawares. It is told by this
 * that we can look ourselves up in a namespace that does not exist; which proves something only if we may look ourselves up.
 */
async function demandNamespaces(client: HttpVaultClient, home: HttpVaultClient, { address, vaultNamespace }: Connection): Promise<void> {
  if (vaultNamespace === '') {
    return;
  }
  const nowhere = client.with({ namespace: `zenml-${randomBytes(16).toString('hex')}` });
  const [answersNowhere, answersHome] = await Promise.all([nowhere, home].map(looksItselfUp));
  if (answersNowhere) {
    throw new Error(`The Vault at ${address} answers in a namespace that does not exist, so it has none and would write to its root. `
      + `Leave vaultNamespace ${JSON.stringify(vaultNamespace)} out`);
  }
  if (!answersHome) {
    throw new Error('The administrator may not look itself up. Give it the policy of the output AdministratorPolicy');
  }
}

async function looksItselfUp(client: HttpVaultClient): Promise<boolean> {
  return client.request('GET', 'auth/token/lookup-self').then(({ status }) => status === 200, (error) => {
    if (error instanceof VaultError && error.status !== undefined && error.status < 500) {
      return false;
    }
    throw error;
  });
}

/** What IAM has just created is not known everywhere at once; both Secrets Manager and STS may refuse it at first. */
async function untilIamIsConsistent<T>(deadline: Deadline, attempt: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const giveUp = Math.min(start + IAM_CONSISTENCY_MS, start + (deadline.at - start) / 3);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRefusalOfIam(error) || Date.now() + IAM_RETRY_MS > giveUp) {
        throw error;
      }
      await sleep(IAM_RETRY_MS);
    }
  }
}

function isRefusalOfIam(error: unknown): boolean {
  // Vault repeats what STS says of the signed request.
  return error instanceof VaultError ? /InvalidClientTokenId/.test(error.complaint) : (error as Error).name === 'AccessDeniedException';
}
