import { needsImplicitMethods } from './implicit-methods';
import { RenderedStore, RenderedStores } from './rendered-store';

/**
 * The values for ZenML's chart, as JSON in which tokens stand as they are: within the strings.
 *
 * @see https://github.com/zenml-io/zenml/blob/main/helm/values.yaml
 */
export function helmValues(stores: RenderedStores): string {
  const { secrets_store: store, backup_secrets_store: backup } = stores;
  return JSON.stringify({
    server: {
      secretsStore: chartStore(store),
      ...(backup === undefined ? {} : { backupSecretsStore: chartStore(backup) }),
      ...(needsImplicitMethods(stores) ? { enableImplicitAuthMethods: true } : {}),
    },
  }, undefined, 2);
}

function chartStore({ type, settings }: RenderedStore) {
  const { auth_method: authMethod, auth_config: authConfig, ...others } = settings;
  // The chart prefers the address beside authConfig, and has an example there as its default.
  const beside = type === 'hashicorp' ? { vault_addr: authConfig.vault_addr } : others;
  return { enabled: true, type, [type]: { authMethod, ...beside, authConfig } };
}
