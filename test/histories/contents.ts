import { EmbeddedVault } from '../emulators/embedded-vault';
import { snapshot } from '../lambda/configure-vault/vault-under-test';

/* What is in Vault, as the promises speak of it. */

export interface Contents {
  /** The rules of each policy, without comments. */
  readonly policies: { readonly [name: string]: string };
  /** The fields of each role by its path. */
  readonly roles: { readonly [path: string]: { readonly [field: string]: unknown } };
  readonly kvMounts: { readonly [path: string]: { readonly accessor: string; readonly keys: string } };
  readonly authMounts: { readonly [path: string]: string };
  /** The physical ids that have claims, with the path of what bears each. */
  readonly claims: readonly { readonly path: string; readonly physicalId: string }[];
  /** All of it. */
  readonly all: { readonly [path: string]: any };
}

export async function contentsOf(vault: EmbeddedVault): Promise<Contents> {
  const all = await snapshot(vault) as { [path: string]: any };
  for (const path of Object.keys(all).filter((name) => name.startsWith('sys/policies/acl/administrator-'))) {
    delete all[path];
  }
  const below = (pattern: RegExp) => Object.entries(all).flatMap(([path, found]) => {
    const match = pattern.exec(path);
    return match === null ? [] : [[match[1], found] as const];
  });
  return {
    policies: Object.fromEntries(below(/^sys\/policies\/acl\/(.*)$/).map(([name, { policy }]) => [name, policy.replace(/^#.*\n/gm, '')])),
    roles: Object.fromEntries(below(/^(auth\/.*\/role\/.*)$/).map(([path, { role_id: _, ...fields }]) => [path, fields])),
    kvMounts: Object.fromEntries(below(/^sys\/mounts\/(.*)\/$/).map(([path, { accessor }]) => [path, {
      accessor, keys: Object.keys(all).filter((name) => name.startsWith(`${path}/metadata/`)).join(),
    }])),
    authMounts: Object.fromEntries(below(/^sys\/auth\/(.*)\/$/).map(([path, { accessor }]) => [path, accessor])),
    claims: Object.entries(all).flatMap(([path, found]) => (
      claimantsIn(path, found?.description ?? found?.policy ?? '').map((physicalId) => ({ path, physicalId }))
    )),
    all,
  };
}

/** A description that was copied from another mount tells the path of that one. */
function claimantsIn(path: string, text: string): string[] {
  const mount = /"path":"([^"]*)"/.exec(text)?.[1];
  return mount === undefined || path.endsWith(`/${mount}/`) ? text.match(/(?<="physicalId":")zenml-vault-[0-9a-f-]+/g) ?? [] : [];
}
