import { anyAuthMount, CREDENTIAL_METHOD_NAMES, credentialMethod, CredentialMethodName } from './auth-methods';
import { CredentialSettings } from './auth-methods/auth-method';
import { hash, namespacePart } from './hash';
import {
  cidrs, flag, lowerCase, oneOf, Properties, Reader, Readers, readIdentity, readProperties, refuse, seconds, secondsOrNone, text,
} from './property-readers';
import * as formats from '../../core/formats';

/* The properties of the custom resource of a credential, which the construct writes and the function reads. */

/** The type of the custom resource. */
export const CREDENTIAL_TYPE = 'Custom::ZenmlVaultCredential';

/** A secret id of an AppRole, or a token: one for each serial, so that it can come and go as a resource of its own. */
export interface VaultCredential extends CredentialSettings {
  readonly authMethod: CredentialMethodName;
  readonly serial: number;
  /** Whether it only stays valid beside a new one, as it was created. */
  readonly retiring: boolean;
  /** The secret of Secrets Manager to which the credential goes, and to nothing else. */
  readonly secretArn: string;
  /** Delete the credential without a request to Vault. */
  readonly forget: boolean;
}

const SECRET_ARN = /^arn:aws(-[a-z]+)*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/;

const secretArn: Reader<string> = (name, value) => {
  if (typeof value !== 'string' || !SECRET_ARN.test(value)) {
    throw refuse(name, value, 'is not the ARN of a secret');
  }
  return value;
};

/** A property that is added gets a default, for the events of earlier versions. See contract-version.ts. */
export const CREDENTIAL_READERS: Readers<VaultCredential> = {
  authMethod: oneOf(...CREDENTIAL_METHOD_NAMES),
  authMount: text(anyAuthMount),
  roleName: text(formats.vaultName, lowerCase),
  policy: text(formats.vaultName, lowerCase),
  tokenTtl: seconds,
  tokenBoundCidrs: cidrs,
  tokenNoDefaultPolicy: flag,
  secretIdTtl: secondsOrNone,
  serial: seconds,
  retiring: flag,
  secretArn,
  forget: flag,
};

/** What tells where a credential is in Vault, and what becomes of it. */
const IDENTITY = ['authMethod', 'authMount', 'roleName', 'serial', 'secretArn', 'forget'] as const;

/** A credential that is to be deleted. Of its settings only those are known that this version of the contract can read. */
export type CredentialIdentity = Pick<VaultCredential, typeof IDENTITY[number]> & Partial<VaultCredential>;

/** The credential of an event. */
export function readCredential(properties: Properties): VaultCredential {
  return readProperties(CREDENTIAL_READERS, properties);
}

export function readCredentialIdentity(properties: Properties): CredentialIdentity {
  return readIdentity(CREDENTIAL_READERS, IDENTITY, properties);
}

const PHYSICAL_ID = /^zenml-vault-credential-([0-9a-f]{12})-([0-9a-f]{12})-([0-9a-f]{12})-([A-Za-z0-9._-]+)$/;

/** @param accessor By which Vault finds the credential. It opens nothing. */
export function idOfCredential(credential: VaultCredential, vaultNamespace: string, accessor: string): string {
  return ['zenml-vault-credential', namespacePart(vaultNamespace), placeOf(credential), settingsOf(credential), accessor].join('-');
}

/** Where a credential is, which cannot be changed. */
export function placeOf({ authMethod, authMount, roleName, serial, secretArn: arn }: CredentialIdentity): string {
  return hash(authMethod, authMount, roleName, String(serial), arn);
}

/** What a credential keeps from its creation, and so cannot be changed. */
export function settingsOf(credential: VaultCredential): string {
  return hash(...credentialMethod(credential.authMethod).keptOptions.flatMap((option) => {
    const value = credential[option];
    return Array.isArray(value) ? value : String(value);
  }));
}

export interface PartsOfCredentialId {
  readonly namespace: string;
  readonly place: string;
  readonly settings: string;
  readonly accessor: string;
}

/** The parts of the physical id of a credential; undefined if it is none of ours. */
export function partsOfCredentialId(id: unknown): PartsOfCredentialId | undefined {
  const found = PHYSICAL_ID.exec(String(id));
  return found === null ? undefined : { namespace: found[1], place: found[2], settings: found[3], accessor: found[4] };
}
