import { retryIamPropagation } from './client/iam-eventual-consistency';
import { HttpVaultClient } from './client/vault-client';
import { CloudFormationEvent, readCloudFormationEvent } from './cloudformation-event';
import { CustomResourceResponse } from './cloudformation-response';
import { CreatedCredential, CredentialKind } from './credentials/credential';
import { secretId } from './credentials/secret-id';
import { token } from './credentials/token';
import { withVault } from './login/session';
import { RuntimeContext } from './runtime-context';
import { writeSecret } from './secrets-manager';
import { credentialMethod, CredentialMethodName } from '../../src/vault/contract/auth-methods';
import { assertContractVersion } from '../../src/vault/contract/contract-version';
import {
  CredentialIdentity, idOfCredential, PartsOfCredentialId, partsOfCredentialId, placeOf, readCredential, readCredentialIdentity, settingsOf,
  VaultCredential,
} from '../../src/vault/contract/credential-properties';
import { namespacePart } from '../../src/vault/contract/hash';

type Event = { readonly [field: string]: any };

const KINDS: { readonly [method in CredentialMethodName]: CredentialKind } = { app_role: secretId, token };

/** What the physical id tells of a credential that is there. */
interface Existing {
  readonly physicalId: string;
  readonly parts: PartsOfCredentialId;
}

/** The configuration is JSON into which CloudFormation puts these as they are. */
const PLAIN = /^[A-Za-z0-9._-]+$/;

/** Creates, keeps or destroys the credential that a workspace is given. */
export async function handleCredential(event: Event, context: RuntimeContext): Promise<CustomResourceResponse> {
  const origin = readCloudFormationEvent(event);
  const { PhysicalResourceId: physicalId, ResourceProperties: properties, OldResourceProperties: previous } = event;
  const parts = partsOfCredentialId(physicalId);
  if (origin.type === 'Delete') {
    if (parts !== undefined) {
      return remove(readCredentialIdentity(properties), { physicalId, parts }, context);
    }
    context.log({ delete: 'it was never created' });
    return { PhysicalResourceId: physicalId };
  }
  assertContractVersion(properties, context.connection.connectionStack);
  if (origin.type === 'Create') {
    return create(readCredential(properties), origin, context);
  }
  if (parts === undefined) {
    throw new Error(`PhysicalResourceId ${JSON.stringify(physicalId)} is none of ours`);
  }
  const connectionChanged = previous?.Connection !== properties.Connection;
  return keep(readCredential(properties), { physicalId, parts, connectionChanged }, context);
}

async function create(credential: VaultCredential, origin: CloudFormationEvent, context: RuntimeContext): Promise<CustomResourceResponse> {
  if (credential.forget) {
    throw new Error('forget: true is for a store that is to be deleted, and this credential is new. '
      + 'Leave it out, or leave serial as it was');
  }
  const accessor = await withVault(context, (client) => createInVault(client, credential, origin, context));
  return responseOf(idOfCredential(credential, context.connection.vaultNamespace, accessor), credential);
}

/** Vault shows a credential once, so an Update can only leave it as it is. */
async function keep(
  credential: VaultCredential, { physicalId, parts, connectionChanged }: Existing & { readonly connectionChanged: boolean },
  context: RuntimeContext,
): Promise<CustomResourceResponse> {
  if (credential.forget) {
    context.log({ forget: 'no request is made to Vault' });
    return responseOf(physicalId, credential);
  }
  assertSameNamespace(parts, context);
  assertUnchanged(credential, parts);
  // Another address may be another Vault. What only stays until it is retired need not be there.
  if (connectionChanged && !credential.retiring
    && !await withVault(context, (client) => KINDS[credential.authMethod].exists(client, credential, parts.accessor))) {
    throw new Error(`The ${describe(credential)} is not in the Vault at ${context.connection.address}. Raise serial with this change`);
  }
  return responseOf(physicalId, credential);
}

async function remove(
  credential: CredentialIdentity, { physicalId, parts }: Existing, context: RuntimeContext,
): Promise<CustomResourceResponse> {
  if (credential.forget) {
    context.log({ forget: 'no request is made to Vault' });
    return responseOf(physicalId, credential);
  }
  assertSameNamespace(parts, context);
  const removed = await withVault(context, (client) => destroy(client, credential, parts.accessor));
  context.log({ object: describe(credential), removed });
  return responseOf(physicalId, credential);
}

/** Nobody but the secret has the credential when this ends, whatever came of it. */
async function createInVault(
  client: HttpVaultClient, credential: VaultCredential, origin: CloudFormationEvent, context: RuntimeContext,
): Promise<string> {
  const { log, deadline, redaction } = context;
  const kind = KINDS[credential.authMethod];
  const metadata = { stack: origin.stackId, resource: origin.logicalId };
  // What Vault may warn of is not known to be free of the secret.
  const created = await kind.create(client.with({ onWarning: undefined }), credential, metadata);
  if (created === undefined) {
    throw new Error(`There is no role for the ${describe(credential)}. `
      + 'Change the store, such as its tokenTtl, so that it creates its role again');
  }
  redaction.add(...Object.values(created.fields));
  try {
    assertUsable(credential, created);
    const text = JSON.stringify(created.fields);
    await retryIamPropagation(deadline, () => writeSecret(credential.secretArn, text, origin.requestId, deadline));
  } catch (error) {
    client.useRollbackTime();
    await destroy(client, credential, created.accessor)
      .catch((reason) => log({ object: describe(credential), notUndone: 'create', because: reason.message }));
    throw error;
  }
  log({ object: describe(credential), action: 'create', accessor: created.accessor });
  return created.accessor;
}

/** Destroys the credential, and tells whether it was there. Servers answer in many ways if they are to destroy what is not there. */
async function destroy(client: HttpVaultClient, credential: CredentialIdentity, accessor: string): Promise<boolean> {
  const kind = KINDS[credential.authMethod];
  const found = await kind.exists(client, credential, accessor);
  if (found) {
    await kind.destroy(client, credential, accessor);
  }
  return found;
}

function assertSameNamespace({ namespace }: PartsOfCredentialId, { connection: { address, vaultNamespace } }: RuntimeContext) {
  if (namespace !== namespacePart(vaultNamespace)) {
    throw new Error(`The credential was made in another namespace than ${JSON.stringify(vaultNamespace)} of ${address}. `
      + 'Restore vaultNamespace');
  }
}

function assertUnchanged(credential: VaultCredential, { place, settings }: PartsOfCredentialId) {
  if (place !== placeOf(credential)) {
    throw new Error(`The ${describe(credential)} was made for another role, auth mount or secret, and Vault does not show it again. `
      + 'Raise serial with this change, without previousSerial; '
      + 'to switch without an outage, make a second store for the workspace beside this one');
  }
  if (settings !== settingsOf(credential) && !credential.retiring) {
    const { keptOptions } = credentialMethod(credential.authMethod);
    throw new Error(`The ${describe(credential)} keeps ${keptOptions.join(', ')} from its creation. Raise serial with this change`);
  }
}

function assertUsable(credential: VaultCredential, { fields, accessor, lifetime, uses }: CreatedCredential) {
  if (![accessor, ...Object.values(fields)].every((value) => PLAIN.test(value))) {
    throw new Error(`The ${describe(credential)} has characters in it that have a meaning in JSON or for CloudFormation, such as quotes. `
      + 'Have the role created anew, with a role_id that Vault chooses');
  }
  const { ttlOption, ttlMount } = credentialMethod(credential.authMethod);
  const wanted = credential[ttlOption];
  if (lifetime !== 0 && (wanted === 0 || lifetime < wanted)) {
    throw new Error(`The ${describe(credential)} would end after ${lifetime} seconds, not ${wanted === 0 ? 'never' : `after ${wanted}`}. `
      + `Write a shorter ${ttlOption}, have max_lease_ttl of ${ttlMount(credential)} raised, `
      + 'or have the role put right if somebody changed it');
  }
  if (uses > 0) {
    throw new Error(`The ${describe(credential)} would end after ${uses} uses, as somebody changed the role. `
      + 'Have its number of uses set to 0');
  }
}

function responseOf(physicalId: string, { secretArn }: CredentialIdentity): CustomResourceResponse {
  return { PhysicalResourceId: physicalId, Data: { SecretArn: secretArn } };
}

function describe({ authMethod, roleName, authMount, serial }: CredentialIdentity): string {
  return `${credentialMethod(authMethod).label} ${serial} of role ${roleName} on auth mount ${authMount}`;
}
