import { RenderedStores } from './rendered-store';

/** ZenML starts with the implicit method of Azure only where implicit methods are enabled; those of AWS and GCP need no such setting. */
export function needsImplicitMethods({ secrets_store: store, backup_secrets_store: backup }: RenderedStores): boolean {
  return [store, backup].some((each) => each?.type === 'azure' && each.settings.auth_method === 'implicit');
}
