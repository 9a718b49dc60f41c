import { CloudFormationModel } from './cloudformation-model';
import { Contents } from './contents';
import { Exemptions } from './exemptions';
import { Foreign } from './others';
import { VaultStore } from '../../src/vault/contract/store-properties';
import { EmbeddedVault } from '../emulators/embedded-vault';

interface Held {
  readonly token: string;
  readonly store: VaultStore;
}

/** The tokens that workspaces got while their stores were live. They outlive the role, also one that is given to another workspace. */
export class HeldTokens {
  private readonly held = new Map<string, Held>();

  constructor(private readonly vault: EmbeddedVault) {}

  public hold(token: string, policies: readonly string[], store: VaultStore) {
    // What people have given to a role beside, no store can take from its tokens; and an external policy is not ours to remove.
    const isOurs = policies.every((name) => name === 'default' || name === store.roleName);
    if (isOurs) {
      this.held.set(`${store.roleName} ${store.workspaceId}`, { token, store });
    }
  }

  /** A token reads what a live store of its workspace and name has, and nothing else. */
  public async broken(
    model: CloudFormationModel, now: Contents, foreign: Foreign, { disturbed, everDisturbed }: Exemptions,
  ): Promise<string[]> {
    const problems: string[] = [];
    for (const { token, store: { roleName, workspaceId } } of this.held.values()) {
      const policy = foreign[`policy ${roleName}`];
      const isForeign = policy !== undefined && policy === now.policies[roleName];
      if (isForeign || disturbed.has(roleName) || everDisturbed.has(roleName)) {
        continue;
      }
      const own = model.stores().filter(({ store }) => store.roleName === roleName && store.workspaceId === workspaceId);
      for (const kvMount of ['k1', 'k2'].filter((path) => !own.some(({ store }) => store.kvMount === path))) {
        const { status } = await this.vault.call('GET', `${kvMount}/data/zenml/secret`, undefined, { 'X-Vault-Token': token });
        if (status !== 403) {
          problems.push(`an old token still reads: ${kvMount}, which workspace ${workspaceId} got as ${roleName}`);
        }
      }
    }
    return problems;
  }
}
