import { isSameOwner, Owner } from './owner';

/*
 * The claims on a policy and its role, which are one pair. The list is a memory: each claim knows what its owner found when it came, so
 * that a deployment that is rolled back gives back what was there, whoever had made it. See docs/adr/0023-claims.md.
 */

/** The fields of a role in Vault. */
export interface RoleFields {
  readonly [name: string]: string | number | boolean | readonly string[];
}

/** What stood in Vault: the rules of the policy, and the fields of the role. Null where there was none. */
export interface AccessContent {
  readonly policy: string | null;
  readonly role: RoleFields | null;
}

export interface AccessClaim extends Owner {
  readonly workspaceId: string;
  /** The path of the role in Vault. All claims of one policy name the same. */
  readonly rolePath: string;
  /** What its owner found. */
  readonly found: AccessContent;
}

/** The oldest first; the last is on top, and its owner's content is in Vault. */
export type AccessClaims = readonly AccessClaim[];

/** Puts a claim on top, with the memory of what stands there now. On top already, its memory stays. */
export function claim(claims: AccessClaims, added: Omit<AccessClaim, 'found'>, now: AccessContent): AccessClaims {
  const top = claims.at(-1);
  return top !== undefined && isSameOwner(top, added) ? claims : [...withdraw(claims, added), { ...added, found: now }];
}

/** Takes out the claims of owners that are no more. Never the one on top. */
export function dropDead(claims: AccessClaims, isDead: (owner: Owner) => boolean): AccessClaims {
  return claims.slice(0, -1).filter(isDead).reduce(withdraw, claims);
}

export interface Release {
  /** The claims that remain. */
  readonly claims: AccessClaims;
  /** What is to stand in Vault from now on; undefined if it stays as it is. */
  readonly content?: AccessContent;
}

const NOTHING: AccessContent = { policy: null, role: null };

/**
 * Takes a claim away.
 *
 * @param restoreLast Whether what the last claim had found is put back; else nothing is left.
 * @returns undefined if there is no such claim.
 */
export function release(claims: AccessClaims, owner: Owner, restoreLast: boolean): Release | undefined {
  const index = claims.findIndex((candidate) => isSameOwner(candidate, owner));
  if (index === -1) {
    return undefined;
  }
  const remaining = withdraw(claims, owner);
  if (index < remaining.length) {
    return { claims: remaining };
  }
  return { claims: remaining, content: remaining.length > 0 || restoreLast ? claims[index].found : NOTHING };
}

/** What the owner had found goes to the claim above it. */
function withdraw(claims: AccessClaims, owner: Owner): AccessClaims {
  const index = claims.findIndex((candidate) => isSameOwner(candidate, owner));
  return claims.flatMap((candidate, position) => {
    if (position === index) {
      return [];
    }
    return index !== -1 && position === index + 1 ? [{ ...candidate, found: claims[index].found }] : [candidate];
  });
}
