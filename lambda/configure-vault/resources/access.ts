import { alreadyExists, noop, Plan, Step } from './plan';
import { FoundPolicy, Policy } from './policy';
import { Role } from './role';
import { Found } from './vault-resource';
import { claimsPolicyOf, rolePathOf, StoreIdentity, VaultStore } from '../../../src/vault/contract/store-properties';
import { workspaceRules } from '../../../src/vault/contract/workspace-policy';
import { all } from '../all';
import { AccessClaims, claim, dropDead, release } from '../claims/access-claims';
import { describeOwner, isSameOwner, Owner } from '../claims/owner';
import { PolicyText, writePolicyText } from '../claims/policy-text';
import { VaultClient } from '../client/vault-client';

export interface FoundPolicies {
  /** The policy that carries the claims. */
  readonly own?: FoundPolicy;
  /** The one that would carry them if the policy were managed externally, or were not. */
  readonly other?: FoundPolicy;
  /** The policy that is managed externally. */
  readonly external?: FoundPolicy;
}

export interface AccessWanted {
  readonly store: VaultStore;
  readonly owner: Owner;
  /** Whether a claim is of an owner that is no more. */
  readonly isDead: (claim: Owner) => boolean;
  /** What the auth mount allows, in seconds; 0 if it leaves that to the server. */
  readonly maxLeaseTtl: number;
}

export interface AccessPlan {
  /** The policies first: a login without its policy would be of no use. */
  readonly policies: Plan[];
  readonly role: Plan;
  readonly claims: AccessClaims;
}

const EXTERNAL_RULES = '# It grants nothing: the policy of the role is managed externally.\n';

/**
 * A policy and its role, which are claimed, written and given back together. The claims stand in the policy. One that is managed externally
 * is not ours to write, so then they stand in a policy of their own that grants nothing.
 */
export class Access {
  private readonly own: Policy;
  private readonly other: Policy;
  private readonly external?: Policy;
  private readonly role: Role;

  constructor(client: VaultClient, private readonly identity: StoreIdentity) {
    const names = [identity.roleName, claimsPolicyOf(identity)].map((name) => new Policy(client, name));
    [this.own, this.other] = identity.policyIsExternal ? names.reverse() : names;
    this.external = identity.policyIsExternal ? new Policy(client, identity.policy) : undefined;
    this.role = new Role(client, identity);
  }

  public async readPolicies(): Promise<FoundPolicies> {
    const [own, other, external] = await all([this.own.find(), this.other.find(), this.external?.find()]);
    return { own, other, external };
  }

  public async readRole(): Promise<Found> {
    return this.role.read();
  }

  public async readOwnPolicy(): Promise<FoundPolicy | undefined> {
    return this.own.find();
  }

  public plan(policies: FoundPolicies, foundRole: Found, wanted: AccessWanted): AccessPlan {
    const { store, owner, isDead, maxLeaseTtl } = wanted;
    const { own } = policies;
    const rules = store.policyIsExternal ? EXTERNAL_RULES : workspaceRules(store.kvMount);
    const found: AccessClaims = own?.claims ?? [];
    this.assertPair(policies, store);
    const external = this.external === undefined ? [] : [this.planExternal(this.external, policies.external, owner)];
    if (isBuried(found, owner)) {
      this.assertRemembered(found, store, owner, rules);
      return { policies: [...external, noop(this.own.object)], role: noop(this.role.object), claims: found };
    }

    const top = found.at(-1);
    const isOurs = top?.stackId === owner.stackId;
    if (!isOurs && found.some(({ stackId }) => stackId === owner.stackId)) {
      throw this.takenOver(top!);
    }
    if (own !== undefined && !isOurs && !store.takeOver) {
      throw alreadyExists(this.own.object, `belongs to ${describeOwner(top)}`);
    }
    if (foundRole !== undefined && !isOurs && !store.takeOver) {
      throw alreadyExists(this.role.object, 'was not made by this stack');
    }
    const now = { policy: own === undefined ? null : own.rules, role: this.role.memoryOf(foundRole, store) };
    const added = { ...owner, workspaceId: store.workspaceId, rolePath: rolePathOf(store) };
    const claims = dropDead(claim(found, added, now), isDead);
    const text = writePolicyText({ claims, rules }, this.own.name);
    const [policy, role] = undoneTogether(
      this.own.plan(own, text, isOurs), this.role.plan(foundRole, store, maxLeaseTtl, () => this.own.carries(text)),
    );
    return { policies: [...external, policy], role, claims };
  }

  /**
   * What is to be done when an owner goes, in that order. If all goes, the rules go first, since a token outlives its role, but not what
   * its policy grants. The claim always goes last, so that a deletion that is cut off can be repeated.
   */
  public planRelease(policies: FoundPolicies, foundRole: Found, owner: Owner): { readonly steps: Step[]; readonly claims: AccessClaims } {
    const { takeOver, planOnly } = this.identity;
    const { own } = policies;
    const released = release(own?.claims ?? [], owner, takeOver);
    if (own === undefined || released === undefined) {
      if (!takeOver && !planOnly) {
        this.assertRevoked(policies, foundRole);
      }
      return { steps: [], claims: own?.claims ?? [] };
    }
    const { claims, content } = released;
    const { object } = this.own;
    const write = (action: Step['action'], text: PolicyText): Step => (
      { object, action, apply: () => this.own.set(writePolicyText(text, this.own.name)) }
    );
    if (content === undefined) {
      return { steps: [write('release', { claims, rules: own.rules })], claims };
    }
    const role: Step = {
      object: this.role.object, action: content.role === null ? 'remove' : 'restore', apply: () => this.role.restore(content.role),
    };
    const isClaimedElsewhere = claimsOn(policies.other, rolePathOf(this.identity)).length > 0;
    const isGone = content.policy === null && claims.length === 0;
    return {
      steps: [
        ...isGone ? [write('revoke', { claims: own.claims, rules: '' })] : [],
        ...isClaimedElsewhere ? [] : [role],
        isGone
          ? { object, action: 'remove', apply: () => this.own.remove() }
          : write('restore', { claims, rules: content.policy ?? '' }),
      ],
      claims,
    };
  }

  private planExternal(policy: Policy, found: FoundPolicy | undefined, owner: Owner): Plan {
    if (found === undefined) {
      throw new Error(`The ${policy.object} is not there. Have it created, or use VaultPolicy.managed()`);
    }
    if (found.claims.some(({ stackId }) => stackId === owner.stackId)) {
      // It would go with the resource that made it.
      throw new Error(`The ${policy.object} is of this stack. Use VaultPolicy.managed(), or name another policy`);
    }
    return { object: policy.object, action: 'adopt', found: 'managed externally' };
  }

  /** Policy and role are one pair, of one workspace, for as long as anybody claims them. */
  private assertPair({ own, other }: FoundPolicies, store: VaultStore) {
    const rolePath = rolePathOf(store);
    const claims = own?.claims[0];
    if (claims !== undefined && claims.workspaceId !== store.workspaceId) {
      throw new Error(`The ${this.own.object} is of another workspace, ${claims.workspaceId}, whose tokens would get what it grants. `
        + 'Choose another roleName');
    }
    if (claims !== undefined && claims.rolePath !== rolePath) {
      throw this.notAPair(`The ${this.own.object} is claimed together with ${claims.rolePath} by ${describeOwner(own!.claims.at(-1))}`);
    }
    const others = claimsOn(other, rolePath);
    if (others.length > 0) {
      throw this.notAPair(`The ${this.role.object} is claimed together with ${this.other.object} by ${describeOwner(others.at(-1))}`);
    }
  }

  private notAPair(problem: string): Error {
    return new Error(`${problem}. A policy and its role change together: with another auth mount, or from VaultPolicy.managed() to `
      + 'VaultPolicy.existing() or back, change roleName too. To switch without an outage, make a second store with another roleName '
      + 'beside this one');
  }

  /** What was taken over cannot be taken back, but may be wanted still: by a rollback, or by an event that comes twice. */
  private assertRemembered(claims: AccessClaims, store: VaultStore, owner: Owner, rules: string) {
    const above = claims[claims.findIndex((candidate) => isSameOwner(candidate, owner)) + 1];
    if (above.found.policy !== rules || !this.role.matches(above.found.role ?? undefined, store)) {
      throw this.takenOver(claims.at(-1)!);
    }
  }

  private takenOver(by: Owner): Error {
    return new Error(`The ${this.own.object} was taken over by ${describeOwner(by)}, and is changed there only. `
      + 'To take it back, delete the store there');
  }

  /** Without a claim of ours, somebody else has to answer for a role that lets the workspace in. */
  private assertRevoked({ own, other }: FoundPolicies, foundRole: Found) {
    const rolePath = rolePathOf(this.identity);
    const isClaimed = [own, other].some((policy) => claimsOn(policy, rolePath).length > 0);
    if (this.role.admits(foundRole, this.identity) && !isClaimed) {
      throw new Error(`The ${this.role.object} still lets the workspace in, but the ${this.own.object} does not carry the claim of this `
        + 'store any more, so neither was touched. If they may go, delete both by hand and delete again');
    }
  }
}

/** Whether a claim is there, below that of another stack. */
function isBuried(claims: AccessClaims, owner: Owner): boolean {
  return claims.some((candidate) => isSameOwner(candidate, owner)) && claims.at(-1)!.stackId !== owner.stackId;
}

/** A role that could not be undone keeps its claim, as without it nobody could tell whose the role is. */
function undoneTogether(policy: Plan, role: Plan): [Plan, Plan] {
  const [ofPolicy, ofRole] = [policy.write, role.write];
  if (ofPolicy === undefined || ofRole === undefined) {
    return [policy, role];
  }
  let remains = false;
  const undoRole = () => ofRole.undo().catch((error) => {
    remains = true;
    throw error;
  });
  const undoPolicy = async () => {
    if (remains) {
      throw new Error('its role is not undone');
    }
    await ofPolicy.undo();
  };
  return [{ ...policy, write: { ...ofPolicy, undo: undoPolicy } }, { ...role, write: { ...ofRole, undo: undoRole } }];
}

function claimsOn(policy: FoundPolicy | undefined, rolePath: string): AccessClaims {
  return policy?.claims.filter((candidate) => candidate.rolePath === rolePath) ?? [];
}
