import { all } from './all';
import { describeOwner, isSameOwner, Owner } from './claims/owner';
import { VaultClient } from './client/vault-client';
import { VaultError } from './client/vault-error';
import { Access } from './resources/access';
import { AuthMount } from './resources/auth-mount';
import { ClientConfig } from './resources/aws-client-config';
import { KvMount } from './resources/kv-mount';
import { Plan, Step } from './resources/plan';
import { Log } from './runtime-context';
import { Deletion, Deployment } from './store-event';
import { authMethod } from '../../src/vault/contract/auth-methods';
import { partsOfPhysicalId, physicalId, StoreIdentity, VaultStore } from '../../src/vault/contract/store-properties';

/** The objects of one store. */
function objectsOf(client: VaultClient, store: StoreIdentity) {
  const { clientConfig } = authMethod(store.authMethod);
  return {
    authMount: new AuthMount(client, store.authMount, store.authMethod),
    clientConfig: clientConfig === undefined ? undefined : new ClientConfig(client, store.authMount, clientConfig),
    kvMount: new KvMount(client, store.kvMount),
    access: new Access(client, store),
  };
}

export interface StorePlan {
  readonly physicalId: string;
  /** What is to be done, in the order of the stages in which it has to be done. */
  readonly stages: Plan[][];
}

/** Nothing is written yet. */
export async function planStore(client: VaultClient, deployment: Deployment, vaultNamespace: string): Promise<StorePlan> {
  const { store } = deployment;
  const [current, previous] = deployment.type === 'Update' ? [deployment.physicalId, deployment.previous] : [];
  assertKvMountStays(store, previous);
  const { authMount, clientConfig, kvMount, access } = objectsOf(client, store);
  const renamed = previous?.authMount === store.authMount && previous.roleName !== store.roleName ? previous : undefined;
  const [foundAuthMount, foundKvMount, policies, policyBefore] = await all([
    authMount.read(store.authMountIsExternal), kvMount.read(store.kvMountIsExternal), access.readPolicies(),
    renamed === undefined ? undefined : new Access(client, renamed).readOwnPolicy(),
  ]);
  const owner = ownerOf(deployment, [...kvMount.claims(foundKvMount), ...policies.own?.claims ?? []], vaultNamespace);
  const planOfAuthMount = authMount.plan(foundAuthMount, owner.stackId, store.authMountIsExternal);
  // Below a mount that is not there yet, nothing is; on one that others provide, their roles are not ours to see.
  const [foundConfig, foundRole, roles, content] = await all([
    foundAuthMount === undefined ? undefined : clientConfig?.read(),
    foundAuthMount === undefined ? undefined : access.readRole(),
    foundAuthMount === undefined || store.authMountIsExternal || clientConfig === undefined ? [] : authMount.roles(),
    kvMount.readContent(foundKvMount),
  ]);

  const isDead = (claim: Owner) => isOfDead(claim, owner, current);
  const planOfAccess = access.plan(policies, foundRole, { store, owner, isDead, maxLeaseTtl: foundAuthMount?.maxLeaseTtl ?? 0 });
  // Another store of the stack may share the KV mount, so there only those are known to be gone of whom the policy tells it.
  const dropped = policies.own?.claims.filter((claim) => !planOfAccess.claims.some((kept) => isSameOwner(kept, claim))) ?? [];
  const isDeadOnKvMount = (claim: Owner) => (current === undefined && isDead(claim)) || dropped.some((gone) => isSameOwner(gone, claim));
  // A rollback would not bring the old header back to a role that this store only takes over or joins, or has lost to another.
  const isOfThisStore = (name: string) => (name === store.roleName && isClaimedOnlyBy(policies.own?.claims, owner))
    || (name === renamed?.roleName && isClaimedOnlyBy(policyBefore?.claims, owner));
  return {
    physicalId: owner.physicalId,
    stages: [
      [planOfAuthMount, kvMount.plan(foundKvMount, content, { ...store, owner, isDead: isDeadOnKvMount })],
      [
        ...clientConfig === undefined ? [] : [clientConfig.plan(foundConfig, {
          settings: store,
          mount: store.authMountIsExternal ? 'external' : planOfAuthMount.action === 'adopt' ? 'adopted' : 'ours',
          foreignRoles: roles.filter((name) => !isOfThisStore(name)),
        })],
        ...planOfAccess.policies,
      ],
      [planOfAccess.role],
    ],
  };
}

/** A rename begins a new generation. A rollback comes home to the one from which it went out, as its claims are still there. */
function ownerOf(
  { store, stackId, logicalId, requestId, ...event }: Deployment, claims: readonly Owner[], vaultNamespace: string,
): Owner {
  const begun = physicalId(store, vaultNamespace, requestId);
  const isOfSameNames = (id: string) => {
    const [one, other] = [id, begun].map(partsOfPhysicalId);
    return one?.names === other!.names && one.namespace === other!.namespace;
  };
  if (event.type === 'Create') {
    return { stackId, logicalId, physicalId: begun };
  }
  if (isOfSameNames(event.physicalId)) {
    return { stackId, logicalId, physicalId: event.physicalId };
  }
  const own = claims.filter((claim) => claim.stackId === stackId && claim.logicalId === logicalId);
  const home = own.filter((claim) => isOfSameNames(claim.physicalId)).at(-1);
  return { stackId, logicalId, physicalId: home?.physicalId ?? begun };
}

/** Whether all claims are of that resource, in whatever generation. */
function isClaimedOnlyBy(claims: readonly Owner[] = [], { stackId, logicalId }: Owner): boolean {
  return claims.length > 0 && claims.every((claim) => claim.stackId === stackId && claim.logicalId === logicalId);
}

/**
 * Whether a claim is of a store of this stack that is no more: the answer of its Create, or its Delete, was lost. A Create knows it of
 * other generations of its own logical id, an Update in place of all others of its stack, as they have the same role.
 */
function isOfDead(claim: Owner, owner: Owner, current: string | undefined): boolean {
  if (claim.stackId !== owner.stackId || isSameOwner(claim, owner)) {
    return false;
  }
  return current === undefined ? claim.logicalId === owner.logicalId : current === owner.physicalId;
}

/** What the new generation would only use, the removal of the old one would take away. */
function assertKvMountStays(store: VaultStore, previous?: StoreIdentity): void {
  if (previous?.kvMount === store.kvMount && !previous.kvMountIsExternal && store.kvMountIsExternal && previous.kvRemoval !== 'keep') {
    throw new Error(`The KV mount ${store.kvMount} would be destroyed with the old store. `
      + 'Deploy RemovalPolicy.RETAIN before you change it to VaultKvMount.existing()');
  }
}

/** Takes the claims of a store away, and with the last one what the stack has made and nobody else needs. */
export async function removeStore(client: VaultClient, { store, ...owner }: Deletion, log: Log): Promise<void> {
  const { authMount, kvMount, access } = objectsOf(client, store);
  const [foundAuthMount, foundKvMount, policies, foundRole] = await all([
    store.authMountIsExternal ? undefined : authMount.find(),
    store.kvMountIsExternal ? undefined : kvMount.find(),
    access.readPolicies(),
    access.readRole(),
  ]);
  // Both may refuse, before anything goes: a workspace whose secrets cannot go should not lose its access half-way.
  const release = access.planRelease(policies, foundRole, owner);
  if (store.planOnly && release.steps.length === 0) {
    return; // it was only planned
  }
  const releaseOfKvMount = await kvMount.planRelease(foundKvMount, owner, store.kvRemoval);

  const apply = async ({ object, action, apply: run }: Step) => {
    const start = Date.now();
    await run().catch((error) => {
      throw action === 'restore' && error instanceof VaultError && error.status === 403 ? notRestorable(object, error) : error;
    });
    log({ object, action, milliseconds: Date.now() - start });
  };
  for (const step of release.steps) {
    await apply(step);
  }
  release.claims.forEach((claim) => log({ remains: describeOwner(claim), id: claim.physicalId }));
  // Whoever still claims the role needs its mount, even if somebody has removed the role by hand.
  if (release.claims.length === 0 && await authMount.shouldDelete(foundAuthMount, owner.stackId)) {
    await apply({ object: authMount.object, action: 'remove', apply: () => authMount.disable() });
  }
  if (releaseOfKvMount !== undefined) {
    await apply(releaseOfKvMount);
  }
}

/** The administrator's policy pins a role to what its store wants, unless it has takeOver. */
function notRestorable(object: string, error: VaultError): Error {
  return new Error(`What was there before the ${object} cannot be put back: ${error.message}. `
    + 'Write the administrator\'s policy of this store with takeOver: true, and delete again');
}
