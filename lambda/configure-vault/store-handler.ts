import { attribute, CustomResourceResponse } from './cloudformation-response';
import { Connection } from './environment';
import { withVault } from './login/session';
import { planStore, removeStore } from './reconcile';
import { Action, applyAll, Plan } from './resources/plan';
import { Log, RuntimeContext } from './runtime-context';
import { Deletion, Deployment, readStoreEvent } from './store-event';
import { namespacePart } from '../../src/vault/contract/hash';
import { partsOfPhysicalId } from '../../src/vault/contract/store-properties';

/** Creates, updates or deletes a store. */
export async function handleStore(event: { readonly [field: string]: any }, context: RuntimeContext): Promise<CustomResourceResponse> {
  const request = readStoreEvent(event, context.connection.connectionStack);
  if (request === undefined) {
    context.log({ delete: 'it was never created' });
    return { PhysicalResourceId: event.PhysicalResourceId };
  }
  return request.type === 'Delete' ? remove(request, context) : deploy(request, context);
}

async function deploy(request: Deployment, context: RuntimeContext): Promise<CustomResourceResponse> {
  const { store } = request;
  const { connection, log, redaction } = context;
  const current = request.type === 'Update' ? request.physicalId : undefined;
  if (store.forget) {
    if (current === undefined) {
      throw new Error('forget: true is for a store that is to be deleted, and this one is new. Leave it out');
    }
    log({ forget: 'no request is made to Vault' });
    // The id stays, as another one would have CloudFormation ask for the removal of this one.
    return { PhysicalResourceId: current, Data: report([], []) };
  }
  assertSameNamespace(current, connection);

  const warnings: string[] = [];
  const logAndCollect: Log = (line) => {
    if (typeof line.warning === 'string') {
      warnings.push(redaction.apply(line.warning));
    }
    log(line);
  };
  const { physicalId, stages } = await withVault({ ...context, log: logAndCollect }, async (client) => {
    const plan = await planStore(client, request, connection.vaultNamespace);
    if (store.planOnly) {
      plan.stages.flat().forEach(({ object, found, action }) => log({ object, found, wouldBe: action }));
      assertNoReplacement(current, plan.physicalId, plan.stages.flat());
    } else {
      await applyAll(client, plan.stages, logAndCollect);
    }
    return plan;
  });
  return { PhysicalResourceId: physicalId, Data: report(stages.flat(), warnings) };
}

async function remove(request: Deletion, context: RuntimeContext): Promise<CustomResourceResponse> {
  const { store, physicalId } = request;
  if (store.forget) {
    context.log({ delete: 'no request is made to Vault, as the store has forget: true' });
    return { PhysicalResourceId: physicalId };
  }
  assertSameNamespace(physicalId, context.connection);
  await withVault(context, (client) => removeStore(client, request, context.log));
  return { PhysicalResourceId: physicalId };
}

/** CloudFormation would remove the old generation, though nothing was made in its place. */
function assertNoReplacement(current: string | undefined, id: string, plans: Plan[]) {
  if (current !== undefined && current !== id) {
    const planned = plans.map(({ object, action }) => `${action} ${object}`).join(', ');
    throw new Error(`planOnly: this change would ${planned}, and then remove what it replaces, as CloudFormation would do now. `
      + 'Nothing was done; leave planOnly out to make the change');
  }
}

/** What a store has in one namespace would be left behind, unnoticed, if it moved to another. */
function assertSameNamespace(current: string | undefined, { address, vaultNamespace }: Connection) {
  if (current !== undefined && partsOfPhysicalId(current)!.namespace !== namespacePart(vaultNamespace)) {
    const namespace = vaultNamespace === '' ? 'the root namespace' : JSON.stringify(vaultNamespace);
    throw new Error(`The store was made in another namespace than ${namespace} of ${address}. `
      + 'Restore vaultNamespace, and make a second VaultConnection with a second store');
  }
}

function report(plans: Plan[], warnings: string[]): { [attribute: string]: string } {
  const objects = (action: Action) => attribute(plans.filter((plan) => plan.action === action).map(({ object }) => object).join(', '));
  return {
    Created: objects('create'),
    Adopted: objects('adopt'),
    Changed: objects('change'),
    Kept: objects('noop'),
    Warnings: attribute(warnings.join('; ')),
  };
}
