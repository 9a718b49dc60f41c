import type { Answer } from './configure-vault';
import type { Connection } from './environment';
import { untilIamIsConsistent } from './iam-consistency';
import { Origin, readOrigin } from './origin';
import type { SessionOptions, withVault as WithVault } from './session';
import type { HttpVaultClient, VaultResponse } from './vault-client';
import { namespacePart } from '../../private/hash';
import { idOfCredential, partsOfCredentialId, readCredential, settingsOf, VaultCredential } from '../../private/vault-credential';

/*
 * The credentials of the methods of login that need one: each is made, put into its secret, and in the end destroyed. This file is bundled beside
 * the handler and loaded only when it is needed.
 */

interface Request extends Origin {
  readonly requestId: string;
}

/** What Vault made: what is secret of it, and by what it can be found again. */
interface Minted {
  readonly fields: { readonly [name: string]: string };
  readonly accessor: string;
  /** How long it lives, where the credential itself says so. */
  readonly lifetime?: number;
}

/** The hand-off is JSON into which CloudFormation puts these as they are. */
const PLAIN = /^[A-Za-z0-9._-]+$/;

export async function respondToCredential(
  event: { readonly [field: string]: any }, connection: Connection, run: SessionOptions, withVault: typeof WithVault,
): Promise<Answer> {
  const origin = readOrigin(event);
  const { vaultNamespace, address } = connection;
  const physicalId: unknown = event.PhysicalResourceId;
  const parts = partsOfCredentialId(physicalId);
  if (origin.type === 'Delete' && parts === undefined) {
    run.log({ delete: 'it was never created' });
    return { PhysicalResourceId: String(physicalId) };
  }
  const credential = readCredential(event.ResourceProperties);
  const answer = (id: string) => ({ PhysicalResourceId: id, Data: { SecretArn: credential.secretArn } });
  if (origin.type === 'Create') {
    const accessor = await withVault(connection, run, (client) => create(client, credential, { ...origin, requestId: event.RequestId }, run));
    return answer(idOfCredential(credential, vaultNamespace, accessor));
  }
  if (parts === undefined) {
    throw new Error(`PhysicalResourceId ${JSON.stringify(physicalId)} is none of ours`);
  }
  if (credential.forget) {
    run.log({ forget: 'nothing is asked of Vault' });
    return answer(String(physicalId));
  }
  if (parts.namespace !== namespacePart(vaultNamespace)) {
    throw new Error(`The credential was made in another namespace than ${JSON.stringify(vaultNamespace)} of ${address}. Restore vaultNamespace`);
  }
  if (origin.type === 'Delete') {
    await withVault(connection, run, (client) => destroy(client, credential, parts.accessor));
    run.log({ object: inWords(credential), removed: true });
  } else if (parts.settings !== settingsOf(credential)) {
    throw new Error(`The ${inWords(credential)} was made for another role, policy, tokenTtl or secret, and Vault does not show it again. `
      + 'Raise serial with this change, without previousSerial; to switch without an outage, make a second store for the workspace beside this one');
  }
  return answer(String(physicalId));
}

/** Nobody but the secret has the credential when this ends, whatever came of it. */
async function create(client: HttpVaultClient, credential: VaultCredential, origin: Request, run: SessionOptions): Promise<string> {
  const { log, deadline, surroundings } = run;
  // What Vault may warn of is not known to be free of the secret.
  const { fields, accessor, lifetime } = await mint(client.with({ onWarning: undefined }), credential, origin);
  surroundings.conceal(...Object.values(fields));
  try {
    demandUsable(credential, fields, accessor, lifetime);
    await untilIamIsConsistent(deadline, () => put(credential.secretArn, JSON.stringify(fields), origin.requestId));
  } catch (error) {
    client.useReserve();
    await destroy(client, credential, accessor).catch((reason) => log({ object: inWords(credential), notUndone: 'create', because: reason.message }));
    throw error;
  }
  log({ object: inWords(credential), action: 'create', accessor });
  return accessor;
}

/** The marks tell whoever finds the credential in Vault whose it is. */
async function mint(client: HttpVaultClient, credential: VaultCredential, { stackId, logicalId }: Origin): Promise<Minted> {
  const { authMount, roleName, policy, tokenTtl } = credential;
  const mark = { stack: stackId, resource: logicalId };
  if (credential.authMethod === 'token') {
    const { body } = await demandFound(client.request('POST', `auth/token/create/${roleName}`, {
      policies: [policy], ttl: `${tokenTtl}s`, meta: mark, display_name: 'zenml',
    }));
    const { client_token: token, accessor, lease_duration: lifetime } = body.auth;
    return { fields: { token }, accessor, lifetime };
  }
  const path = `auth/${authMount}/role/${roleName}`;
  const { body: role } = await demandFound(client.request('GET', `${path}/role-id`));
  const { body: secret } = await demandFound(client.request('POST', `${path}/secret-id`, { metadata: JSON.stringify(mark) }));
  return { fields: { role_id: role.data.role_id, secret_id: secret.data.secret_id }, accessor: secret.data.secret_id_accessor };
}

async function demandFound(request: Promise<VaultResponse>): Promise<VaultResponse> {
  const response = await request;
  if (response.status === 404) {
    throw new Error('The role of the store is gone from Vault. Deploy the store again, or make it anew under another roleName');
  }
  return response;
}

function demandUsable(credential: VaultCredential, fields: Minted['fields'], accessor: string, lifetime: number = Infinity) {
  if (![accessor, ...Object.values(fields)].every((value) => PLAIN.test(value))) {
    throw new Error(`The ${inWords(credential)} has characters in it that have a meaning in JSON or for CloudFormation, such as quotes. `
      + 'Have the role made anew, with a role_id that Vault chooses');
  }
  if (lifetime < credential.tokenTtl) {
    throw new Error(`The ${inWords(credential)} would live ${lifetime} of its ${credential.tokenTtl} seconds. `
      + 'Write a shorter tokenTtl, or have max_lease_ttl of auth/token raised');
  }
}

/** Destroys the credential, unless it is gone already. */
async function destroy(client: HttpVaultClient, { authMethod, authMount, roleName }: VaultCredential, accessor: string): Promise<void> {
  if (authMethod === 'token') {
    await client.request('POST', 'auth/token/revoke-accessor', { accessor });
    return;
  }
  const path = `auth/${authMount}/role/${roleName}/secret-id`;
  // Servers answer with 404 or with 500 if they are to destroy what is not there.
  const { status, body } = await client.request('LIST', path);
  if (status !== 404 && body.data.keys.includes(accessor)) {
    await client.request('POST', `${path}-accessor/destroy`, { secret_id_accessor: accessor });
  }
}

/** The id of the request makes that an event which comes twice does not overwrite what its first run has handed over. */
async function put(secretArn: string, text: string, requestId: string): Promise<void> {
  const { SecretsManagerClient, PutSecretValueCommand } = require('@aws-sdk/client-secrets-manager') as typeof import('@aws-sdk/client-secrets-manager');
  await new SecretsManagerClient({}).send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: text, ClientRequestToken: requestId }));
}

function inWords({ authMethod, roleName, authMount, serial }: VaultCredential): string {
  return `${authMethod === 'token' ? 'token' : 'secret id'} ${serial} of role ${roleName} on auth mount ${authMount}`;
}
