import { Event } from './cloudformation-model';
import { StackName } from './history';
import { write } from './vault-writer';
import { configureVault } from '../../lambda/configure-vault/index';
import { VaultStore } from '../../src/vault/contract/store-properties';
import { administratorRules } from '../../src/vault/private/administrator-policy';
import { EmbeddedVault } from '../emulators/embedded-vault';
import { FaultProxy } from '../emulators/fault-proxy';

/** Calls the function for two stacks, each with a connection and an administrator of its own. */
export class FunctionCaller {
  private readonly tokens = new Map<StackName, string>();

  constructor(private readonly vault: EmbeddedVault, private readonly proxy: FaultProxy) {}

  /**
   * @param stores Those of the event, to whose policy the administrator is limited.
   * @returns the physical id.
   */
  public async call(stack: StackName, event: Event, stores: readonly VaultStore[], remainingTime = 20_000): Promise<string> {
    const administrator = `administrator-${stack}`;
    await write(this.vault, `sys/policies/acl/${administrator}`, { policy: administratorRules(stores) });
    if (!this.tokens.has(stack)) {
      const { body } = await this.vault.call('POST', 'auth/token/create', { policies: [administrator], no_default_policy: true });
      this.tokens.set(stack, body.auth.client_token);
    }
    const response = await configureVault(event, {
      connection: {
        address: this.proxy.address,
        vaultNamespace: '',
        connectionStack: 'Vault',
        administrator: { method: 'token', secretArn: 'arn', field: 'token' },
      },
      readSecret: async () => JSON.stringify({ token: this.tokens.get(stack) }),
      credentials: () => Promise.reject(new Error('no credentials are needed')),
      remainingTime,
      print: () => {},
    });
    return response.PhysicalResourceId!;
  }
}
