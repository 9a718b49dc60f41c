import { retryIamPropagation } from './client/iam-eventual-consistency';
import type { Deadline, HttpVaultClient } from './client/vault-client';
import { CloudFormationEvent, readCloudFormationEvent } from './cloudformation-event';
import type { Connection } from './environment';
import type { SessionOptions, withVault as WithVault } from './login/session';
import type { CustomResourceResponse } from './store-handler';
import { idOfCredential, PartsOfCredentialId, partsOfCredentialId, placeOf, readCredential, settingsOf, VaultCredential } from '../../src/vault/contract/credential-properties';
import { namespacePart } from '../../src/vault/contract/hash';

/*
 * The credentials of the methods of login that need one: each is made, put into its secret, and in the end destroyed. This file is bundled beside
 * the handler and loaded only when it is needed.
 */

type Event = { readonly [field: string]: any };

interface Request extends CloudFormationEvent {
  readonly requestId: string;
}

/** What Vault made: what is secret of it, and by what it can be found again. */
interface Minted {
  readonly fields: { readonly [name: string]: string };
  readonly accessor: string;
  /** How long it is valid, in seconds; 0 for no end. */
  readonly lifetime: number;
  /** How often it may be used; 0 for no end. */
  readonly uses: number;
}

/** The hand-off is JSON into which CloudFormation puts these as they are. */
const PLAIN = /^[A-Za-z0-9._-]+$/;

export async function respondToCredential(
  event: Event, connection: Connection, run: SessionOptions, withVault: typeof WithVault,
): Promise<CustomResourceResponse> {
  const origin = readCloudFormationEvent(event);
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
    if (credential.forget) {
      throw new Error('forget: true is for a store that is to be let go, and this credential is new. Leave it out, or leave serial as it was');
    }
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
    const removed = await withVault(connection, run, (client) => destroy(client, credential, parts.accessor));
    run.log({ object: describe(credential), removed });
    return answer(String(physicalId));
  }
  assertUnchanged(credential, parts);
  // Another address may be another Vault. What only stays until it is retired need not be there.
  if (!credential.retiring && event.OldResourceProperties?.Connection !== event.ResourceProperties.Connection
    && !await withVault(connection, run, (client) => isThere(client, credential, parts.accessor))) {
    throw new Error(`The ${describe(credential)} is not in the Vault at ${address}. Raise serial with this change`);
  }
  return answer(String(physicalId));
}

function assertUnchanged(credential: VaultCredential, { place, settings }: PartsOfCredentialId) {
  if (place !== placeOf(credential)) {
    throw new Error(`The ${describe(credential)} was made for another role, auth mount or secret, and Vault does not show it again. `
      + 'Raise serial with this change, without previousSerial; to switch without an outage, make a second store for the workspace beside this one');
  }
  if (settings !== settingsOf(credential) && !credential.retiring) {
    const kept = credential.authMethod === 'token' ? 'policy, tokenTtl, tokenBoundCidrs and tokenNoDefaultPolicy' : 'secretIdTtl';
    throw new Error(`The ${describe(credential)} keeps ${kept} from its making. Raise serial with this change`);
  }
}

/** Nobody but the secret has the credential when this ends, whatever came of it. */
async function create(client: HttpVaultClient, credential: VaultCredential, origin: Request, run: SessionOptions): Promise<string> {
  const { log, deadline, context } = run;
  // What Vault may warn of is not known to be free of the secret.
  const minted = await mint(client.with({ onWarning: undefined }), credential, origin);
  context.redact(...Object.values(minted.fields));
  try {
    assertUsable(credential, minted);
    await retryIamPropagation(deadline, () => put(credential.secretArn, JSON.stringify(minted.fields), origin.requestId, deadline));
  } catch (error) {
    client.useRollbackTime();
    await destroy(client, credential, minted.accessor).catch((reason) => log({ object: describe(credential), notUndone: 'create', because: reason.message }));
    throw error;
  }
  log({ object: describe(credential), action: 'create', accessor: minted.accessor });
  return minted.accessor;
}

/** The marks tell whoever finds the credential in Vault whose it is. */
async function mint(client: HttpVaultClient, credential: VaultCredential, { stackId, logicalId }: CloudFormationEvent): Promise<Minted> {
  const mark = { stack: stackId, resource: logicalId };
  const { body: role, status } = await client.request('GET', roleOf(credential));
  if (status === 404) {
    throw new Error(`There is no role for the ${describe(credential)}. Change the store, such as its tokenTtl, so that it makes its role again`);
  }
  if (credential.authMethod === 'token') {
    const { roleName, policy, tokenTtl } = credential;
    const { body } = await client.request('POST', `auth/token/create/${roleName}`, { policies: [policy], ttl: `${tokenTtl}s`, meta: mark, display_name: 'zenml' });
    const { client_token: token, accessor, lease_duration: lifetime, num_uses: uses } = body.auth;
    return { fields: { token }, accessor, lifetime, uses };
  }
  const { body: { data } } = await client.request('POST', secretIdsOf(credential), { metadata: JSON.stringify(mark) });
  return {
    fields: { role_id: role.data.role_id, secret_id: data.secret_id },
    accessor: data.secret_id_accessor,
    lifetime: data.secret_id_ttl,
    uses: data.secret_id_num_uses,
  };
}

function assertUsable(credential: VaultCredential, { fields, accessor, lifetime, uses }: Minted) {
  if (![accessor, ...Object.values(fields)].every((value) => PLAIN.test(value))) {
    throw new Error(`The ${describe(credential)} has characters in it that have a meaning in JSON or for CloudFormation, such as quotes. `
      + 'Have the role made anew, with a role_id that Vault chooses');
  }
  const [option, mount, wanted] = credential.authMethod === 'token'
    ? ['tokenTtl', 'auth/token', credential.tokenTtl] as const
    : ['secretIdTtl', `auth/${credential.authMount}`, credential.secretIdTtl] as const;
  if (lifetime !== 0 && (wanted === 0 || lifetime < wanted)) {
    throw new Error(`The ${describe(credential)} would end after ${lifetime} seconds, not ${wanted === 0 ? 'never' : `after ${wanted}`}. `
      + `Write a shorter ${option}, have max_lease_ttl of ${mount} raised, or have the role put right if somebody changed it`);
  }
  if (uses > 0) {
    throw new Error(`The ${describe(credential)} would end after ${uses} uses, as somebody changed the role. Have its number of uses set to 0`);
  }
}

/** Destroys the credential, and tells whether it was there. */
async function destroy(client: HttpVaultClient, credential: VaultCredential, accessor: string): Promise<boolean> {
  // Servers answer in many ways if they are to destroy what is not there.
  const found = await isThere(client, credential, accessor);
  if (found && credential.authMethod === 'token') {
    await client.request('POST', 'auth/token/revoke-accessor', { accessor });
  } else if (found) {
    await client.request('POST', `${secretIdsOf(credential)}-accessor/destroy`, { secret_id_accessor: accessor });
  }
  return found;
}

async function isThere(client: HttpVaultClient, credential: VaultCredential, accessor: string): Promise<boolean> {
  if (credential.authMethod === 'token') {
    return client.request('POST', 'auth/token/lookup-accessor', { accessor }).then(({ status }) => status !== 404, (error) => {
      if (/invalid accessor/.test(error.message)) {
        return false;
      }
      throw error;
    });
  }
  // Only the role is looked for by 404; its secret ids, where it is gone, by an error.
  if ((await client.request('GET', roleOf(credential))).status === 404) {
    return false;
  }
  const { status, body } = await client.request('LIST', secretIdsOf(credential));
  return status !== 404 && body.data.keys.includes(accessor);
}

/** What tells whether the role is there, and for a secret id also the other half of the credential. */
function roleOf({ authMethod, authMount, roleName }: VaultCredential): string {
  return authMethod === 'token' ? `auth/token/roles/${roleName}` : `auth/${authMount}/role/${roleName}/role-id`;
}

function secretIdsOf({ authMount, roleName }: VaultCredential): string {
  return `auth/${authMount}/role/${roleName}/secret-id`;
}

/** The id of the request makes that an event which comes twice does not overwrite what its first run has handed over. */
async function put(secretArn: string, text: string, requestId: string, deadline: Deadline): Promise<void> {
  const { SecretsManagerClient, PutSecretValueCommand } = require('@aws-sdk/client-secrets-manager') as typeof import('@aws-sdk/client-secrets-manager');
  const abortSignal = AbortSignal.timeout(Math.max(1, Math.round(deadline.at - Date.now())));
  const command = new PutSecretValueCommand({ SecretId: secretArn, SecretString: text, ClientRequestToken: requestId });
  await new SecretsManagerClient({}).send(command, { abortSignal }).catch((error) => {
    throw abortSignal.aborted ? new Error(`Secrets Manager does not answer, so that nothing could be put into ${secretArn}. In a VPC the function needs an endpoint for it, or NAT`) : error;
  });
}

function describe({ authMethod, roleName, authMount, serial }: VaultCredential): string {
  return `${authMethod === 'token' ? 'token' : 'secret id'} ${serial} of role ${roleName} on auth mount ${authMount}`;
}
