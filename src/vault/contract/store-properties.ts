import { hash, namespacePart } from './hash';
import { cidrs, flag, lowerCase, oneOf, orEmpty, Properties, Read, readAll, refuse, seconds, secondsOrNone, text, writeAll } from './property-readers';
import * as formats from '../../core/formats';

/*
 * What the construct and the handler agree upon: the properties of the custom resource. Nothing of CDK is imported here, as the
 * handler is bundled from it.
 */

/** What becomes of the KV mount when the store goes. */
export type KvRemoval = 'keep' | 'destroy-if-empty' | 'destroy';

/** How the workspace logs in, under the names that ZenML gives it. */
export type AuthMethod = 'aws' | 'app_role' | 'token';

/** The type of auth method at which a way to log in has its mount. */
export function mountType(method: AuthMethod): string {
  return method === 'app_role' ? 'approle' : method;
}

/** A store, as it is wanted. Names and paths are those of Vault. */
export interface VaultStore {
  readonly workspaceId: string;
  readonly authMethod: AuthMethod;
  /** The one IAM role that may log in by `aws`; empty for the other methods. */
  readonly principalArn: string;
  readonly authMount: string;
  /** Whether somebody else provides the mount, so that we neither create nor configure it. */
  readonly authMountIsExternal: boolean;
  /** What a login has to bring in `X-Vault-AWS-IAM-Server-ID`; empty for nothing. */
  readonly headerValue: string;
  /** Where Vault asks who signed a login; empty for the global STS. */
  readonly stsEndpoint: string;
  readonly stsRegion: string;
  readonly roleName: string;
  /** Seconds. */
  readonly tokenTtl: number;
  /** Seconds. */
  readonly tokenMaxTtl: number;
  readonly tokenBoundCidrs: string[];
  /** From where a secret id may be used; of `app_role`. */
  readonly secretIdBoundCidrs: string[];
  /** Seconds; 0 for no end; of `app_role`. */
  readonly secretIdTtl: number;
  readonly tokenNoDefaultPolicy: boolean;
  readonly policy: string;
  readonly policyIsExternal: boolean;
  readonly kvMount: string;
  readonly kvMountIsExternal: boolean;
  readonly kvRemoval: KvRemoval;
  /** Whether a policy and a role may be replaced that are not of this stack. */
  readonly takeOver: boolean;
  /** Only say what would be done. */
  readonly planOnly: boolean;
  /** Let the store go without a word to Vault. */
  readonly forget: boolean;
}

/** Vault never matches a bound principal with an IAM path: what it learns from STS has none. */
export function withoutIamPath(arn: string): string {
  return arn.replace(/:role\/.*\//, ':role/');
}

const PROPERTIES: { readonly [name in keyof VaultStore]: Read<VaultStore[name]> } = {
  workspaceId: text(formats.uuid, lowerCase),
  authMethod: oneOf('aws', 'app_role', 'token'),
  principalArn: text(orEmpty(formats.roleArn), withoutIamPath),
  authMount: text(formats.anyAuthMount),
  authMountIsExternal: flag,
  headerValue: text(formats.headerValue),
  stsEndpoint: text(orEmpty(formats.anyOrigin)),
  stsRegion: text(orEmpty(formats.region)),
  roleName: text(formats.vaultName, lowerCase),
  tokenTtl: seconds,
  tokenMaxTtl: seconds,
  tokenBoundCidrs: cidrs,
  secretIdBoundCidrs: cidrs,
  secretIdTtl: secondsOrNone,
  tokenNoDefaultPolicy: flag,
  policy: text(formats.vaultName, lowerCase),
  policyIsExternal: flag,
  kvMount: text(formats.kvMount),
  kvMountIsExternal: flag,
  kvRemoval: oneOf('keep', 'destroy-if-empty', 'destroy'),
  takeOver: flag,
  planOnly: flag,
  forget: flag,
};

/** The properties of the custom resource. */
export function writeProperties(store: VaultStore, connection: string): Properties {
  return writeAll(store, connection);
}

/** The store of an event. */
export function readProperties(properties: { readonly [property: string]: unknown }): VaultStore {
  const store = readAll(PROPERTIES, properties);
  if ((store.principalArn === '') === (store.authMethod === 'aws') || (store.authMount === 'token') !== (store.authMethod === 'token')) {
    throw refuse('AuthMethod', store.authMethod, 'does not fit PrincipalArn or AuthMount');
  }
  if (store.tokenTtl > store.tokenMaxTtl) {
    throw refuse('TokenTtl', String(store.tokenTtl), `is longer than TokenMaxTtl ${store.tokenMaxTtl}`);
  }
  return store;
}

const PHYSICAL_ID = /^zenml-vault-([0-9a-f]{12})-([0-9a-f]{12})-[0-9a-f]{12}$/;

/** Two stores with one physical id want the very same objects of Vault. */
export function physicalId(store: VaultStore, vaultNamespace: string): string {
  // Under a policy that others provide, nothing tells whose the role is but the role itself. So what the role does not tell must
  // not make another generation of it. And a KV mount that others provide is named by our policy only, which is changed in place.
  const workspace = store.policyIsExternal ? [] : [store.workspaceId, store.kvMountIsExternal ? '' : store.kvMount];
  const parts = [namespacePart(vaultNamespace), hash(store.authMount, store.roleName), hash(store.policy, ...workspace)];
  return `zenml-vault-${parts.join('-')}`;
}

/** The parts of a physical id that tell in which namespace a store is, and where its role; undefined if it is none of ours. */
export function partsOfPhysicalId(id: string): { readonly namespace: string; readonly role: string } | undefined {
  const found = PHYSICAL_ID.exec(id);
  return found === null ? undefined : { namespace: found[1], role: found[2] };
}
