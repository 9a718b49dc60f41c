import { AuthMount } from './auth-mount';
import { ClientConfig } from './client-config';
import { KvMount, KvRemoval } from './kv-mount';
import { Owner } from './marker';
import { applyAll, Log, Plan } from './plan';
import { Policy } from './policy';
import { Role, RoleWanted } from './role';
import { VaultClient } from './vault-client';
import { workspaceRules } from '../../private/workspace-rules';

/** The objects of one store, and what is wanted of them. */
export interface StoreWanted extends Omit<RoleWanted, 'policy' | 'mayReplace'> {
  readonly authMount: string;
  readonly headerValue: string;
  readonly stsEndpoint: string;
  readonly stsRegion: string;
  readonly kvMount: string;
  /** The name of the role, and of its policy. */
  readonly roleName: string;
  /** Whether a policy and a role of that name may be replaced that are not of this stack. */
  readonly takeOver: boolean;
}

/** Brings Vault to what is wanted, or, if that fails, back to what it was. */
export async function converge(client: VaultClient, wanted: StoreWanted, owner: Owner, log: Log): Promise<Plan[]> {
  const authMount = new AuthMount(client, wanted.authMount);
  let mountIsOurs = false;
  let mayReplaceRole = false;

  // What others rely on comes first, so that a conflict with them is found before anything of ours is written.
  return applyAll([
    async () => {
      const plan = await authMount.plan(owner);
      mountIsOurs = plan.action !== 'adopt';
      return plan;
    },
    async () => new ClientConfig(client, wanted.authMount).plan({
      ...wanted,
      mountIsOurs,
      foreignRoles: (await authMount.roles()).filter((name) => name !== wanted.roleName),
    }),
    () => new KvMount(client, wanted.kvMount).plan(owner),
    async () => {
      const rules = workspaceRules(wanted.kvMount);
      const plan = await new Policy(client, wanted.roleName).plan({ rules, owner, takeOver: wanted.takeOver });
      // The role bears no mark, so it is ours if its policy was: a policy that is made only now proves nothing.
      mayReplaceRole = plan.action !== 'create' || wanted.takeOver;
      return plan;
    },
    () => new Role(client, wanted.authMount, wanted.roleName).plan({ ...wanted, policy: wanted.roleName, mayReplace: mayReplaceRole }),
  ], log);
}

/** Removes what is ours and nobody else needs, as far as it still bears the mark of this generation of this resource. */
export async function remove(client: VaultClient, wanted: StoreWanted, owner: Owner, removal: KvRemoval, log: Log): Promise<void> {
  const kvMount = new KvMount(client, wanted.kvMount);
  const role = new Role(client, wanted.authMount, wanted.roleName);
  // Before anything goes: a workspace whose secrets cannot go should not lose its access half-way.
  await kvMount.demandRemovable(owner, removal);

  // The policy first: a token outlives its role, but not its policy.
  const policy = new Policy(client, wanted.roleName);
  const policyIsGone = await policy.read() === undefined;
  const policyWasOurs = await policy.remove(owner);
  log({ object: `policy ${wanted.roleName}`, removed: policyWasOurs });
  const roleIsOurs = policyWasOurs || (policyIsGone && await role.isOrphan({ ...wanted, policy: wanted.roleName, mayReplace: false }));
  if (roleIsOurs) {
    await role.remove();
  }
  log({ object: `role ${wanted.roleName} on auth mount ${wanted.authMount}`, removed: roleIsOurs });
  log({ object: `auth mount ${wanted.authMount}`, removed: await new AuthMount(client, wanted.authMount).remove(owner) });
  log({ object: `KV mount ${wanted.kvMount}`, removed: await kvMount.remove(owner, removal) });
}
