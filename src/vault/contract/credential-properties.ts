import { hash, namespacePart } from './hash';
import { cidrs, flag, lowerCase, oneOf, Read, readAll, refuse, seconds, secondsOrNone, text } from './property-readers';
import * as formats from '../../core/formats';

/*
 * What the construct and the handler agree upon for a credential: the properties of its custom resource. Nothing of CDK is imported here.
 */

/** A secret id of an AppRole, or a token: one for each serial, so that it can come and go as a resource of its own. */
export interface VaultCredential {
  readonly authMethod: 'app_role' | 'token';
  readonly authMount: string;
  readonly roleName: string;
  /** The one policy of a token. */
  readonly policy: string;
  /** How long a token lives, in seconds. */
  readonly tokenTtl: number;
  /** As a token keeps them from its making; those of a secret id are read from its role. */
  readonly tokenBoundCidrs: string[];
  readonly tokenNoDefaultPolicy: boolean;
  /** How long a secret id is valid, in seconds; 0 for no end. */
  readonly secretIdTtl: number;
  readonly serial: number;
  /** Whether it only stays valid beside a new one, with what it was made for. */
  readonly retiring: boolean;
  /** The secret of Secrets Manager to which the credential goes, and to nothing else. */
  readonly secretArn: string;
  /** Let the credential go without a word to Vault. */
  readonly forget: boolean;
}

const SECRET_ARN = /^arn:aws(-[a-z]+)*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/;

const secretArn: Read<string> = (name, value) => {
  if (typeof value !== 'string' || !SECRET_ARN.test(value)) {
    throw refuse(name, value, 'is not the ARN of a secret');
  }
  return value;
};

const PROPERTIES: { readonly [name in keyof VaultCredential]: Read<VaultCredential[name]> } = {
  authMethod: oneOf('app_role', 'token'),
  authMount: text(formats.anyAuthMount),
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

/** The credential of an event. */
export function readCredential(properties: { readonly [property: string]: unknown }): VaultCredential {
  return readAll(PROPERTIES, properties);
}

const PHYSICAL_ID = /^zenml-vault-credential-([0-9a-f]{12})-([0-9a-f]{12})-([0-9a-f]{12})-([A-Za-z0-9._-]+)$/;

/** @param accessor By which Vault finds the credential. It opens nothing. */
export function idOfCredential(credential: VaultCredential, vaultNamespace: string, accessor: string): string {
  return ['zenml-vault-credential', namespacePart(vaultNamespace), placeOf(credential), settingsOf(credential), accessor].join('-');
}

/** Where a credential is, which cannot be changed. */
export function placeOf({ authMethod, authMount, roleName, serial, secretArn: arn }: VaultCredential): string {
  return hash(authMethod, authMount, roleName, String(serial), arn);
}

/** What a token keeps from its making, and so cannot be changed. A secret id has all that from its role, but for its own end. */
export function settingsOf({ authMethod, policy, tokenTtl, tokenBoundCidrs, tokenNoDefaultPolicy, secretIdTtl }: VaultCredential): string {
  return authMethod === 'token' ? hash(policy, String(tokenTtl), String(tokenNoDefaultPolicy), ...tokenBoundCidrs) : hash(String(secretIdTtl));
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
