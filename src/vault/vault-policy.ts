import { IConstruct } from 'constructs';
import * as types from '../core/prop-types';
import * as vaultRules from '../core/vault-rules';

/**
 * The policy in Vault that grants a workspace its KV mount.
 */
export class VaultPolicy {
  /**
   * A policy that the store writes, named as the role. It grants what ZenML needs and no more, and carries the store's claim in a comment.
   */
  public static managed(): VaultPolicy {
    return new VaultPolicy();
  }

  /**
   * A policy that somebody else provides. It has to grant what ZenML needs: `update` on `<kv mount>/config`; `create`,
   * `read` and `update` on `<kv mount>/data/zenml/*`; `delete` on `<kv mount>/metadata/zenml/*`. The store's claim on its role is in
   * another policy, below `zenml-claims/`, which grants nothing.
   *
   * @param name The name of the policy: lower case, 1 to 128 letters, digits and characters of `._-`.
   */
  public static existing(name: string): VaultPolicy {
    types.text(vaultRules.vaultName).check('VaultPolicy.existing', 'name', name);
    return new VaultPolicy(name);
  }

  private constructor(
    /**
     * The name of a policy that somebody else provides.
     *
     * @internal
     */
    public readonly _existingName?: string,
  ) {}

  /** @internal */
  public _validate(scope: IConstruct): void {
    if (this._existingName !== undefined) {
      vaultRules.vaultName.check(scope, 'policy', this._existingName);
    }
  }
}
