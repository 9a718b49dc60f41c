import { randomBytes } from 'node:crypto';
import { login, logout } from './administrator';
import { all } from '../all';
import { retryIamPropagation } from '../client/iam-eventual-consistency';
import { HttpVaultClient } from '../client/vault-client';
import { VaultError } from '../client/vault-error';
import { Connection } from '../environment';
import { RuntimeContext } from '../runtime-context';

/** Logs in, does the work, and logs out again whatever came of it. */
export async function withVault<T>(context: RuntimeContext, work: (client: HttpVaultClient) => Promise<T>): Promise<T> {
  const { connection, deadline, log, redaction } = context;
  const { address, vaultNamespace, administrator } = connection;
  const start = Date.now();
  const client = new HttpVaultClient({
    address,
    namespace: vaultNamespace || undefined,
    certificateAuthority: await readCertificateAuthority(context),
    deadline,
    onWarning: (warning) => log({ warning }),
  });
  // What Vault warns of at a login may hold the token, which is not known yet.
  const loginClient = client.with({ namespace: (administrator.vaultNamespace ?? vaultNamespace) || undefined, onWarning: undefined });
  await assertNamespacesExist(loginClient, connection);
  const session = await retryIamPropagation(deadline, () => login(loginClient, administrator, context));
  redaction.add(session.token);
  log({ login: administrator.method, milliseconds: Date.now() - start });

  try {
    const authorised = client.with({ token: session.token });
    await assertNamespacesSupported(authorised, loginClient.with({ token: session.token }), connection);
    return await work(authorised);
  } finally {
    // The token ends with its lease in any case, so that to fail here is no failure.
    client.useRollbackTime();
    await logout(loginClient.with({ token: session.token }), session).catch((error) => log({ logout: 'failed', because: error.message }));
  }
}

async function readCertificateAuthority({ connection, readSecret, deadline }: RuntimeContext): Promise<string | undefined> {
  const { certificateAuthority, certificateAuthoritySecret: secret } = connection;
  const text = secret === undefined ? certificateAuthority : await retryIamPropagation(deadline, () => readSecret(secret));
  // Behind white space, such as the mark of Unicode, Node does not see a certificate.
  const pem = text?.trim();
  // With an empty text Node would trust the public authorities.
  if (pem !== undefined && !pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Error(`${secret ?? 'CERTIFICATE_AUTHORITY'} holds no certificate in PEM`);
  }
  return pem;
}

/** Vault answers this request for everybody, in every namespace that is there. */
async function assertNamespacesExist(client: HttpVaultClient, { address, vaultNamespace, administrator }: Connection): Promise<void> {
  const namespaces = new Set([vaultNamespace, administrator.vaultNamespace ?? '']);
  await all([...namespaces].filter((namespace) => namespace !== '').map(async (namespace) => {
    const request = client.with({ namespace }).request('GET', 'sys/internal/ui/mounts');
    if (await request.then(({ status }) => status === 404, falseIfRefused)) {
      throw new Error(`There is no namespace ${JSON.stringify(namespace)} at ${address}. Correct vaultNamespace, or have it created`);
    }
  }));
}

/**
 * A server without namespaces ignores the header, and would have us write into the root namespace unawares. It is told by this
 * that we can look ourselves up in a namespace that does not exist; which proves something only if we may look ourselves up.
 */
async function assertNamespacesSupported(
  client: HttpVaultClient, home: HttpVaultClient, { address, vaultNamespace }: Connection,
): Promise<void> {
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
  return client.request('GET', 'auth/token/lookup-self').then(({ status }) => status === 200, falseIfRefused);
}

/** What fails for another reason than that Vault does not want it proves nothing. */
function falseIfRefused(error: unknown): false {
  if (error instanceof VaultError && /^4/.test(String(error.status))) {
    return false;
  }
  throw error;
}
