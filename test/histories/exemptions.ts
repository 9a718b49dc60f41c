import { CloudFormationModel, Outcome, Resource } from './cloudformation-model';
import { rolePathOf, VaultStore } from '../../src/vault/contract/store-properties';

/** Names that an exemption may be about: that of the role, and the KV mount. */
export const namesOf = ({ roleName, kvMount }: VaultStore) => [roleName, kvMount];

/** What explains that a promise does not hold for the name of a role, or for a KV mount. */
export class Exemptions {
  /** People changed the policy or the role, or an answer was lost, and no deployment of a store has put it right since. */
  public readonly disturbed = new Set<string>();
  /** Likewise, at any time before: claims of what is gone may remain (docs/vault/ownership.md, "What no claim can mend"). */
  public readonly everDisturbed = new Set<string>();
  /** Where an answer was lost, or an event refused, so that a claim may remain: people who edit explain less. */
  public readonly claimsRemain = new Set<string>();
  /** What people have ever edited by hand: a store may have found it so, and put it back. */
  private readonly edited = new Set<string>();

  /** People have changed what stands under a name, and its claims are still there. */
  public edit(name: string) {
    this.disturbed.add(name);
    this.edited.add(name);
  }

  /** People have removed the claims, or the policy with them. */
  public loseClaims(name: string) {
    this.edit(name);
    this.everDisturbed.add(name);
  }

  /** Nobody can say what the function had done by then. */
  public loseAnswer(stores: readonly VaultStore[]) {
    for (const name of stores.flatMap(namesOf)) {
      this.disturbed.add(name);
      this.leaveClaims(name);
    }
  }

  /** Now the objects of the store are as it wants them; not the role of another that had the same policy, on another auth mount. */
  public heal(store: VaultStore, model: CloudFormationModel) {
    const shares = ({ store: other }: Resource) => other.roleName === store.roleName && rolePathOf(other) !== rolePathOf(store);
    const healed = model.stores().some(shares) ? [store.kvMount] : namesOf(store);
    healed.forEach((name) => this.disturbed.delete(name));
  }

  /** What a store had found is there again. */
  public comeBack(outcome: Outcome, disturbedBefore: Iterable<string>) {
    const names = outcome.succeeded ? outcome.deleted.flatMap(namesOf).filter((name) => this.edited.has(name)) : [...disturbedBefore];
    names.forEach((name) => this.disturbed.add(name));
  }

  /** A store that could not be rolled back leaves what it had gone on to, until somebody has continued the rollback. */
  public getStuck({ refusals, touched }: Outcome) {
    const stuck = refusals.some(({ event }) => event === 'Update in a rollback') ? touched : [];
    [...refusals.map(({ store }) => store), ...stuck].flatMap(namesOf).forEach((name) => this.leaveClaims(name));
  }

  private leaveClaims(name: string) {
    this.everDisturbed.add(name);
    this.claimsRemain.add(name);
  }
}
