import { isSameOwner, Owner, rebuildOwner } from './owner';
import { matching, readStrictly } from './strict-json';
import { STACK_ID } from '../cloudformation-event';

/*
 * The descriptions of mounts that we have made. Each tells the path of its mount, so that a copy on another means nothing.
 *
 * That of an auth mount tells the stack. That of a KV mount has the claims of all who use it.
 */

const PREFIX = 'cdk-zenml-secrets-store ';

export function authMountDescription(path: string, stackId: string): string {
  return PREFIX + JSON.stringify({ path, stackId });
}

/** The stack that has made an auth mount, if it is one of ours. */
export function stackOfAuthMount(path: string, description: string): string | undefined {
  const read = readDescription(path, description, ({ stackId }) => ({ stackId: matching(STACK_ID, stackId) }));
  return read?.stackId;
}

export interface KvClaim extends Owner {
  /** Whether the mount was made by this owner, or by another of its stack from which it was inherited. */
  readonly made: boolean;
}

/** Those who use a KV mount that one of us has made. */
export interface KvClaims {
  /** Whose secrets are in the mount, also when nobody claims it any more. */
  readonly workspaceId: string;
  readonly claims: readonly KvClaim[];
}

export function kvMountDescription(path: string, { workspaceId, claims }: KvClaims): string {
  return PREFIX + JSON.stringify({ path, workspaceId, claims: claims.map(rebuildKvClaim) });
}

/** @returns undefined for a mount that none of us has made, or of which somebody has edited the description. */
export function kvClaims(path: string, description: string): KvClaims | undefined {
  return readDescription(path, description, ({ workspaceId, claims }) => ({
    workspaceId: matching(/^[0-9a-f-]{36}$/, workspaceId),
    claims: (claims as KvClaim[]).map(rebuildKvClaim),
  }));
}

/** The claims with that of a new owner: what its stack has made, it inherits; what another has, it relies on. */
export function joinKvClaims(claims: readonly KvClaim[], { stackId, logicalId, physicalId }: Owner): readonly KvClaim[] {
  const owner = { stackId, logicalId, physicalId };
  if (claims.some((claim) => isSameOwner(claim, owner))) {
    return claims;
  }
  return [...claims, { ...owner, made: claims.some((claim) => claim.made && claim.stackId === stackId) }];
}

export function leaveKvClaims(claims: readonly KvClaim[], owner: Owner): readonly KvClaim[] {
  return claims.filter((claim) => !isSameOwner(claim, owner));
}

function rebuildKvClaim(claim: KvClaim): KvClaim {
  return { ...rebuildOwner(claim), made: claim.made === true };
}

function readDescription<T extends object>(path: string, description: string, rebuild: (value: any) => T): T | undefined {
  const read = description.startsWith(PREFIX)
    ? readStrictly(description.slice(PREFIX.length), (value) => ({ path: String(value.path), ...rebuild(value) }))
    : undefined;
  return read?.path === path ? read : undefined;
}
