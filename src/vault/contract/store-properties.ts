import { anyAuthMount, AUTH_METHOD_NAMES, authMethod, AuthMethodName } from './auth-methods';
import { LoginSettings } from './auth-methods/auth-method';
import { hash, namespacePart } from './hash';
import {
  cidrs, cidrsWithMask, flag, lowerCase, oneOf, orEmpty, Properties, Readers, readIdentity, readProperties, refuse, seconds, secondsOrNone,
  text,
} from './property-readers';
import * as formats from '../../core/formats';

/* The properties of the custom resource of a store, which the construct writes and the function reads. */

/** The type of the custom resource. */
export const STORE_TYPE = 'Custom::ZenmlVaultSecretsStore';

/** What becomes of the KV mount when the store is deleted. */
export type KvRemoval = 'keep' | 'destroy-if-empty' | 'destroy';

/** A store, as it is wanted. Names and paths are those of Vault. */
export interface VaultStore extends LoginSettings {
  readonly workspaceId: string;
  readonly authMethod: AuthMethodName;
  /** Whether the mount is managed externally, so that we neither create nor configure it. */
  readonly authMountIsExternal: boolean;
  readonly policyIsExternal: boolean;
  readonly kvMount: string;
  readonly kvMountIsExternal: boolean;
  readonly kvRemoval: KvRemoval;
  /** Whether a policy and a role may be replaced that are not of this stack. */
  readonly takeOver: boolean;
  /** Only report what would be done. */
  readonly planOnly: boolean;
  /** Delete the store without a request to Vault. */
  readonly forget: boolean;
}

/** Vault never matches a bound principal with an IAM path: what it learns from STS has none. */
export function withoutIamPath(arn: string): string {
  return arn.replace(/:role\/.*\//, ':role/');
}

/** A property that is added gets a default, for the events of earlier versions. See contract-version.ts. */
export const STORE_READERS: Readers<VaultStore> = {
  workspaceId: text(formats.uuid, lowerCase),
  authMethod: oneOf(...AUTH_METHOD_NAMES),
  principalArn: text(orEmpty(formats.roleArn), withoutIamPath),
  authMount: text(anyAuthMount),
  authMountIsExternal: flag,
  headerValue: text(formats.headerValue),
  stsEndpoint: text(orEmpty(formats.anyOrigin)),
  stsRegion: text(orEmpty(formats.region)),
  roleName: text(formats.vaultName, lowerCase),
  tokenTtl: seconds,
  tokenMaxTtl: seconds,
  tokenBoundCidrs: cidrs,
  secretIdBoundCidrs: cidrsWithMask,
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

/** What tells which objects of Vault a store has, who may log in, and what becomes of them. */
const IDENTITY = [
  'workspaceId', 'authMethod', 'principalArn', 'authMount', 'authMountIsExternal', 'roleName', 'policy', 'policyIsExternal',
  'kvMount', 'kvMountIsExternal', 'kvRemoval', 'takeOver', 'planOnly', 'forget',
] as const;

/**
 * A store that was there before, or that is to be deleted. Of its settings only those are known that this version of the contract can read.
 */
export type StoreIdentity = Pick<VaultStore, typeof IDENTITY[number]> & Partial<VaultStore>;

/** The store of an event. */
export function readStore(properties: Properties): VaultStore {
  const store = readProperties(STORE_READERS, properties);
  const { bindsPrincipal, mountIsBuiltIn, mountType } = authMethod(store.authMethod);
  const mountFits = mountIsBuiltIn ? store.authMount === mountType : formats.authMount.matches(store.authMount);
  if ((store.principalArn !== '') !== bindsPrincipal || !mountFits) {
    throw refuse('AuthMethod', store.authMethod, 'does not fit PrincipalArn or AuthMount');
  }
  if (!store.policyIsExternal && store.policy !== store.roleName) {
    throw refuse('Policy', store.policy, `is not RoleName ${store.roleName}, as the policy of a store is named as its role`);
  }
  if (store.tokenTtl > store.tokenMaxTtl) {
    throw refuse('TokenTtl', String(store.tokenTtl), `is longer than TokenMaxTtl ${store.tokenMaxTtl}`);
  }
  return store;
}

export function readStoreIdentity(properties: Properties): StoreIdentity {
  return readIdentity(STORE_READERS, IDENTITY, properties);
}

/*
 * The physical id: the namespace, the names of the store, and the generation. A rename begins a new generation, and so does a store that
 * comes back, so that a Delete of an earlier one, which may come late or twice, finds nothing of its own.
 */

const PHYSICAL_ID = /^zenml-vault-([0-9a-f]{12})-([0-9a-f]{12})-[0-9a-f]{12}$/;

export interface PartsOfPhysicalId {
  readonly namespace: string;
  readonly names: string;
}

/**
 * @param requestId The event that begins a generation.
 */
export function physicalId(store: StoreIdentity, vaultNamespace: string, requestId: string): string {
  const names = hash(rolePathOf(store), store.policy, String(store.policyIsExternal), store.kvMount, String(store.kvMountIsExternal));
  return `zenml-vault-${namespacePart(vaultNamespace)}-${names}-${hash(requestId)}`;
}

/** The parts of a physical id that are read again; undefined if it is none of ours. */
export function partsOfPhysicalId(id: string): PartsOfPhysicalId | undefined {
  const found = PHYSICAL_ID.exec(id);
  return found === null ? undefined : { namespace: found[1], names: found[2] };
}

/** The path of a store's role in Vault. */
export function rolePathOf(store: Pick<VaultStore, 'authMethod' | 'authMount' | 'roleName'>): string {
  return authMethod(store.authMethod).rolePath(store);
}

/** Policies below this grant nothing: they keep the claims on a role whose policy is managed externally. */
const CLAIMS_POLICIES = 'zenml-claims/';

/** The policy that carries the claims on the role of a store whose policy is managed externally. No role may grant it. */
export function claimsPolicyOf(store: Pick<VaultStore, 'authMethod' | 'authMount' | 'roleName'>): string {
  return CLAIMS_POLICIES + rolePathOf(store);
}
