import { CloudFormationModel } from './cloudformation-model';
import { namesOf } from './exemptions';
import { HeldTokens } from './held-tokens';
import { rolePathOf, VaultStore } from '../../src/vault/contract/store-properties';
import { EmbeddedVault } from '../emulators/embedded-vault';
import { Principal } from '../emulators/zenml-pro';
import { ZenmlVaultStore } from '../emulators/zenml-vault';
import { WORKSPACE } from '../lambda/configure-vault/stack-under-test';

/** The two workspaces, which log in and use what the stores give them. */
export class Workspaces {
  public logins = 0;

  constructor(
    private readonly vault: EmbeddedVault,
    private readonly principals: readonly [Principal, Principal],
    private readonly tokens: HeldTokens,
  ) {}

  /** Each live store lets its workspace log in, write and read, and nobody else. Of two that share a role, the one on top. */
  public async lockedOut(model: CloudFormationModel, disturbed: ReadonlySet<string>, keepsSecrets: boolean): Promise<string[]> {
    const live = model.stores().filter(({ store }) => !namesOf(store).some((name) => disturbed.has(name)));
    const problems: string[] = [];
    for (const path of new Set(live.map(({ store }) => rolePathOf(store)))) {
      const sharers = live.filter(({ store }) => rolePathOf(store) === path);
      const errors: string[] = [];
      for (const { stack, store } of sharers) {
        await this.use(store, keepsSecrets).catch((error) => errors.push(`${stack} ${JSON.stringify(error.message)}`));
      }
      if (errors.length === sharers.length) {
        problems.push(`a live workspace is locked out: ${path}: ${errors.join('; ')}`);
      }
      const [{ store }] = sharers;
      if (await this.open(store, this.principals[isFirst(store) ? 1 : 0]).then(() => true, () => false)) {
        problems.push(`a stranger gets in: ${path}`);
      }
    }
    return problems;
  }

  private async use(store: VaultStore, keepsSecrets: boolean) {
    const zenml = await this.open(store, this.principals[isFirst(store) ? 0 : 1]);
    await zenml.update('trial', { password: 'x' });
    if (await zenml.read('trial') === undefined) {
      throw new Error('the secret cannot be read');
    }
    await zenml.delete('trial');
    if (keepsSecrets) {
      await zenml.update('secret', { password: 'x' });
    }
    this.tokens.hold(zenml.login.client_token, zenml.login.policies, store);
  }

  private async open({ authMount, roleName, headerValue, kvMount }: VaultStore, { credentials }: Principal): Promise<ZenmlVaultStore> {
    this.logins++;
    return ZenmlVaultStore.open(this.vault, {
      vault_addr: this.vault.address, mount_point: kvMount, auth_mount_point: authMount, aws_role: roleName, aws_header_value: headerValue,
    }, credentials);
  }
}

const isFirst = ({ workspaceId }: VaultStore) => workspaceId === WORKSPACE;
