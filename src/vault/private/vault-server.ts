import { IConstruct } from 'constructs';
import { isPlaceholder } from '../../core/lookups';

const servers = new WeakMap<IConstruct, Map<string, object>>();

/** One Vault and namespace within an app, by identity: the scope in which each path and name is reserved once. */
export function vaultServer(scope: IConstruct, address: string, vaultNamespace: string): object {
  const { root } = scope.node;
  const known = servers.get(root) ?? new Map<string, object>();
  servers.set(root, known);
  const key = `${isPlaceholder(address) ? address : new URL(address).origin} ${vaultNamespace}`;
  const server = known.get(key) ?? {};
  known.set(key, server);
  return server;
}
