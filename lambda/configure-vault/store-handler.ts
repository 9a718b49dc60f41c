import { Connection } from './environment';
import { RuntimeContext } from './login/administrator';
import { withVault } from './login/session';
import { planStore, removeStore } from './reconcile';
import { Redaction } from './redaction';
import { Owner } from './resources/ownership-marker';
import { Action, applyAll, Log, Plan } from './resources/plan';
import { readEvent, Request } from './store-event';
import { namespacePart } from '../../src/vault/contract/hash';
import { CREDENTIAL_TYPE } from '../../src/vault/contract/property-readers';
import { partsOfPhysicalId, physicalId } from '../../src/vault/contract/store-properties';

export interface Runtime {
  readonly connection: Connection;
  readonly context: Pick<RuntimeContext, 'credentials' | 'readSecret'>;
  /** How long the function may still run, in milliseconds. */
  readonly remainingTime: number;
  readonly print: (line: string) => void;
}

/** What the provider framework of CDK wants to hear. */
export interface CustomResourceResponse {
  readonly PhysicalResourceId: string;
  /** What was done, by the names of the objects. */
  readonly Data?: { readonly [action: string]: string };
}

/** The share of the time that is held back for undoing, and what remains for the answer, in milliseconds. */
const RESERVED_SHARE = 0.4;
const TIME_TO_ANSWER_MS = 1_000;

/** CloudFormation takes 4096 bytes, of which the framework and the ids need some. */
const MAX_MESSAGE = 1_500;
const MAX_DATA = 400;

const DELETE_HINT = 'If this Vault is gone for good, set forget: true and deploy, then delete; a stack in DELETE_FAILED goes by delete-stack --retain-resources';

/** Does what an event of CloudFormation asks for. No secret is in what it answers, prints or throws. */
export async function configureVault(event: { readonly [field: string]: any }, runtime: Runtime): Promise<CustomResourceResponse> {
  const redaction = new Redaction();
  const redact = (text: string) => redaction.apply(text);
  const log: Log = (line) => {
    const redacted = Object.entries(line).map(([field, value]) => [field, typeof value === 'string' ? redact(value) : value]);
    runtime.print(JSON.stringify(Object.fromEntries(redacted)));
  };
  const context: RuntimeContext = { ...runtime.context, redact: (...secrets) => redaction.add(...secrets) };
  try {
    return await respond(event, { ...runtime, context, log, redact });
  } catch (error) {
    const message = redact((error as Error).message);
    log({ failed: event.RequestType, because: message });
    // Neither the original nor its cause or stack: they may hold more than the message.
    throw new Error(`${shorten(message, MAX_MESSAGE)}${event.RequestType === 'Delete' ? `. ${DELETE_HINT}` : ''}`);
  }
}

type Run = Omit<Runtime, 'context' | 'print'> & {
  readonly context: RuntimeContext;
  readonly log: Log;
  readonly redact: (text: string) => string;
};

async function respond(event: { readonly [field: string]: any }, run: Run): Promise<CustomResourceResponse> {
  if (event.ResourceType === CREDENTIAL_TYPE) {
    // Bundled into a file of its own, since most stores hand over nothing secret.
    const { respondToCredential } = require('./credential-handler') as typeof import('./credential-handler');
    return respondToCredential(event, run.connection, optionsOf(run), withVault);
  }
  const request = readEvent(event);
  if (request === undefined) {
    run.log({ delete: 'it was never created' });
    return { PhysicalResourceId: event.PhysicalResourceId };
  }
  return request.type === 'Delete' ? remove(request, run) : converge(request, run);
}

async function converge(request: Request, run: Run): Promise<CustomResourceResponse> {
  const { store } = request;
  const { connection, log } = run;
  const id = physicalId(store, connection.vaultNamespace);
  if (store.forget) {
    if (request.physicalId === undefined) {
      throw new Error('forget: true is for a store that is to be let go, and this one is new. Leave it out');
    }
    log({ forget: 'nothing is asked of Vault' });
    // The id stays, as another one would have CloudFormation ask for the removal of this one.
    return { PhysicalResourceId: request.physicalId, Data: report([], []) };
  }
  assertSameNamespace(request, connection);

  const owner: Owner = { stackId: request.stackId, logicalId: request.logicalId, physicalId: id, workspaceId: store.workspaceId };
  const warnings: string[] = [];
  const listen: Log = (line) => {
    if (typeof line.warning === 'string') {
      warnings.push(run.redact(line.warning));
    }
    log(line);
  };
  const plans = await withVault(connection, { ...optionsOf(run), log: listen }, async (client) => {
    const stages = await planStore(client, store, owner, request.previous);
    if (store.planOnly) {
      stages.flat().forEach(({ object, found, action }) => log({ object, found, wouldBe: action }));
      assertNoReplacement(request, id, stages.flat());
    } else {
      await applyAll(client, stages, listen);
    }
    return stages.flat();
  });
  return { PhysicalResourceId: id, Data: report(plans, warnings) };
}

async function remove(request: Request, run: Run): Promise<CustomResourceResponse> {
  const { store, stackId, logicalId } = request;
  const id = request.physicalId!;
  if (store.forget || store.planOnly) {
    run.log({ delete: `nothing is asked of Vault, as the store has ${store.forget ? 'forget' : 'planOnly'}: true` });
    return { PhysicalResourceId: id };
  }
  const owner: Owner = { stackId, logicalId, physicalId: id, workspaceId: store.workspaceId };
  assertSameNamespace(request, run.connection);
  await withVault(run.connection, optionsOf(run), (client) => removeStore(client, store, owner, run.log));
  return { PhysicalResourceId: id };
}

/** CloudFormation would remove the old generation, though nothing was made in its place. */
function assertNoReplacement({ physicalId: current }: Request, id: string, plans: Plan[]) {
  if (current !== undefined && current !== id) {
    const planned = plans.map(({ object, action }) => `${action} ${object}`).join(', ');
    throw new Error(`planOnly: this change would ${planned}, and then remove what it replaces, as CloudFormation would do now. `
      + 'Nothing was done; leave planOnly out to make the change');
  }
}

/** What a store has in one namespace would be left behind, unnoticed, if it moved to another. */
function assertSameNamespace({ physicalId: current }: Request, { address, vaultNamespace }: Connection) {
  if (current !== undefined && partsOfPhysicalId(current)!.namespace !== namespacePart(vaultNamespace)) {
    throw new Error(`The store was made in another namespace than ${vaultNamespace === '' ? 'the root namespace' : JSON.stringify(vaultNamespace)} of ${address}. `
      + 'Restore vaultNamespace, and make a second VaultConnection with a second store');
  }
}

function optionsOf({ context, log, remainingTime }: Run) {
  const now = Date.now();
  const last = now + remainingTime - TIME_TO_ANSWER_MS;
  return { context, log, deadline: { at: now + remainingTime * (1 - RESERVED_SHARE), last } };
}

function report(plans: Plan[], warnings: string[]): { [action: string]: string } {
  const objects = (action: Action) => shorten(plans.filter((plan) => plan.action === action).map(({ object }) => object).join(', '), MAX_DATA);
  return { Created: objects('create'), Adopted: objects('adopt'), Changed: objects('change'), Kept: objects('keep'), Warnings: shorten(warnings.join('; '), MAX_DATA) };
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
