import * as forms from './forms';
import { hash, namespacePart } from './hash';
import { flag, lowerCase, oneOf, Read, readAll, refuse, seconds, text } from './properties';

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
  readonly serial: number;
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
  authMount: text(forms.anyAuthMount),
  roleName: text(forms.vaultName, lowerCase),
  policy: text(forms.vaultName, lowerCase),
  tokenTtl: seconds,
  serial: seconds,
  secretArn,
  forget: flag,
};

/** The credential of an event. */
export function readCredential(properties: { readonly [property: string]: unknown }): VaultCredential {
  return readAll(PROPERTIES, properties);
}

const PHYSICAL_ID = /^zenml-vault-credential-([0-9a-f]{12})-([0-9a-f]{12})-([A-Za-z0-9._-]+)$/;

/** @param accessor By which Vault finds the credential. It opens nothing. */
export function idOfCredential(credential: VaultCredential, vaultNamespace: string, accessor: string): string {
  return `zenml-vault-credential-${namespacePart(vaultNamespace)}-${settingsOf(credential)}-${accessor}`;
}

/** What a credential was made for, which cannot be changed. Policy and time to live are those of the token itself, but of a secret id those of its role. */
export function settingsOf({ authMethod, authMount, roleName, policy, tokenTtl, serial, secretArn: arn }: VaultCredential): string {
  const ofToken = authMethod === 'token' ? [policy, String(tokenTtl)] : [];
  return hash(authMethod, authMount, roleName, String(serial), arn, ...ofToken);
}

/** The parts of the physical id of a credential; undefined if it is none of ours. */
export function partsOfCredentialId(id: unknown): { readonly namespace: string; readonly settings: string; readonly accessor: string } | undefined {
  const found = PHYSICAL_ID.exec(String(id));
  return found === null ? undefined : { namespace: found[1], settings: found[2], accessor: found[3] };
}
