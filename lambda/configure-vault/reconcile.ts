import { VaultClient } from './client/vault-client';
import { AuthMount } from './resources/auth-mount';
import { ClientConfig } from './resources/aws-client-config';
import { KvMount } from './resources/kv-mount';
import { Owner } from './resources/ownership-marker';
import { Plan } from './resources/plan';
import { ownerOfPolicy, Policy } from './resources/policy';
import { Role } from './resources/role';
import { Found } from './resources/vault-resource';
import { Log } from './runtime-context';
import { authMethod } from '../../src/vault/contract/auth-methods';
import { partsOfPhysicalId, StoreIdentity, VaultStore } from '../../src/vault/contract/store-properties';
import { workspaceRules } from '../../src/vault/contract/workspace-policy';

/** The objects of one store. */
function objectsOf(client: VaultClient, store: StoreIdentity) {
  const { clientConfig } = authMethod(store.authMethod);
  return {
    authMount: new AuthMount(client, store.authMount, store.authMethod),
    clientConfig: clientConfig === undefined ? undefined : new ClientConfig(client, store.authMount, clientConfig),
    kvMount: new KvMount(client, store.kvMount),
    policy: new Policy(client, store.policy),
    role: new Role(client, store),
  };
}

/**
 * What is to be done, in the order of the stages in which it has to be done. Nothing is written yet.
 *
 * @param previous What was wanted before, where this is an update.
 */
export async function planStore(client: VaultClient, store: VaultStore, owner: Owner, previous?: StoreIdentity): Promise<Plan[][]> {
  assertOwnershipUnchanged(store, previous);
  const { authMount, clientConfig, kvMount, policy, role } = objectsOf(client, store);
  const [foundAuthMount, foundKvMount, foundPolicy] = await Promise.all([
    authMount.read(store.authMountIsExternal), kvMount.read(store.kvMountIsExternal), policy.read(),
  ]);
  const planOfAuthMount = authMount.plan(foundAuthMount, owner, store.authMountIsExternal);
  // Below a mount that is not there yet, nothing is; on one that others provide, their roles are not ours to see.
  const [foundConfig, foundRole, roles, content] = await Promise.all([
    foundAuthMount === undefined ? undefined : clientConfig?.read(),
    foundAuthMount === undefined ? undefined : role.read(),
    foundAuthMount === undefined || store.authMountIsExternal || clientConfig === undefined ? [] : authMount.roles(),
    kvMount.readContent(foundKvMount),
  ]);

  // The role that this update replaces goes with the old generation.
  const isOfPrevious = (name: string) => previous?.authMount === store.authMount && previous.roleName === name;
  const planOfPolicy = store.policyIsExternal
    ? policy.planExisting(foundPolicy, owner)
    : policy.plan(foundPolicy, { rules: workspaceRules(store.kvMount), owner, takeOver: store.takeOver });
  // The role carries no mark, so it is ours if it gives our policy, which does, where we had it before; or if it is as we made it. A
  // policy that is made only now, or by others, proves nothing. A rollback comes back to the policy of the generation before.
  const locationUnchanged = previous !== undefined ? isOfPrevious(store.roleName) || policy.isOurs(foundPolicy, owner)
    : authMethod(store.authMethod).bindsPrincipal ? role.isBoundTo(foundRole, store)
      : ownerOfPolicy(foundPolicy)?.logicalId === owner.logicalId;
  const mayReplaceRole = store.takeOver
    || (!store.policyIsExternal && planOfPolicy.action !== 'create' && role.grantsOnly(foundRole, store) && locationUnchanged)
    || (previous !== undefined && role.matches(foundRole, previous));
  return [
    [planOfAuthMount, kvMount.plan(foundKvMount, content, { ...store, owner, previous })],
    [
      ...clientConfig === undefined ? [] : [clientConfig.plan(foundConfig, {
        settings: store,
        mount: store.authMountIsExternal ? 'external' : planOfAuthMount.action === 'adopt' ? 'adopted' : 'ours',
        foreignRoles: roles.filter((name) => name !== store.roleName && !isOfPrevious(name)),
      })],
      planOfPolicy,
    ],
    [role.plan(foundRole, store, mayReplaceRole, foundAuthMount?.maxLeaseTtl ?? 0)],
  ];
}

/** What the new generation would only use, the removal of the old one would take away. */
function assertOwnershipUnchanged(store: VaultStore, previous?: StoreIdentity): void {
  if (previous?.policy === store.policy && previous.policyIsExternal !== store.policyIsExternal) {
    throw new Error(`The policy ${store.policy} cannot change between VaultPolicy.managed() and VaultPolicy.existing() `
      + 'under the same name. Choose another name');
  }
  if (previous?.kvMount === store.kvMount && !previous.kvMountIsExternal && store.kvMountIsExternal && previous.kvRemoval !== 'keep') {
    throw new Error(`The KV mount ${store.kvMount} would be destroyed with the old store. `
      + 'Deploy RemovalPolicy.RETAIN before you change it to VaultKvMount.existing()');
  }
}

/** Removes what is ours and nobody else needs, as far as it still carries the mark of this generation of this resource. */
export async function removeStore(client: VaultClient, store: StoreIdentity, owner: Owner, log: Log): Promise<void> {
  const { authMount, kvMount, policy, role } = objectsOf(client, store);
  const [foundAuthMount, foundKvMount, foundPolicy, foundRole] = await Promise.all([
    store.authMountIsExternal ? undefined : authMount.read(false),
    store.kvMountIsExternal ? undefined : kvMount.read(false),
    policy.read(),
    role.read(),
  ]);
  const policyGoes = !store.policyIsExternal && policy.isOurs(foundPolicy, owner);
  const roleGoes = role.grantsOnly(foundRole, store) && (policyGoes
    || (isWithoutPolicy(store, foundPolicy, owner) && role.matches(foundRole, store)));
  // Before anything goes: a workspace whose secrets cannot go should not lose its access half-way.
  const kvMountGoes = await kvMount.shouldDelete(foundKvMount, owner, store.kvRemoval);

  const step = async ({ object }: { readonly object: string }, goes: boolean, remove: () => Promise<void>) => {
    const start = Date.now();
    if (goes) {
      await remove();
    }
    log({ object, removed: goes, milliseconds: Date.now() - start });
  };
  // The policy first: a token outlives its role, but not its policy.
  await step(policy, policyGoes, () => policy.remove());
  await step(role, roleGoes, () => role.remove());
  await step(authMount, await authMount.shouldDelete(foundAuthMount, owner), () => authMount.disable());
  await step(kvMount, kvMountGoes, () => kvMount.disable());
}

/**
 * Whether no policy tells whose the role is: others provide it, it is gone since a removal was cut off, or it is of a later
 * generation of ours, which has its role elsewhere.
 */
function isWithoutPolicy(store: StoreIdentity, foundPolicy: Found, owner: Owner): boolean {
  if (foundPolicy === undefined) {
    return true;
  }
  const other = ownerOfPolicy(foundPolicy);
  if (other?.stackId !== owner.stackId) {
    return store.policyIsExternal;
  }
  return partsOfPhysicalId(other.physicalId)?.role !== partsOfPhysicalId(owner.physicalId)?.role;
}
