import { CloudFormationEvent, readCloudFormationEvent } from './cloudformation-event';
import { assertContractVersion } from '../../src/vault/contract/contract-version';
import { partsOfPhysicalId, readStore, readStoreIdentity, StoreIdentity, VaultStore } from '../../src/vault/contract/store-properties';

/** What CloudFormation wants done, with everything in it validated: the event is data from outside. */
export type StoreEvent = CloudFormationEvent & (
  | { readonly type: 'Create'; readonly store: VaultStore }
  | {
    readonly type: 'Update';
    readonly physicalId: string;
    readonly store: VaultStore;
    /** The store before the update, unless not even that was valid. */
    readonly previous?: StoreIdentity;
  }
  | { readonly type: 'Delete'; readonly physicalId: string; readonly store: StoreIdentity }
);

export type Deployment = Exclude<StoreEvent, { readonly type: 'Delete' }>;
export type Deletion = Extract<StoreEvent, { readonly type: 'Delete' }>;

/**
 * @param connectionStack The stack that has this function.
 * @returns undefined for the Delete of what was never created: its physical id is none of ours.
 */
export function readStoreEvent(event: { readonly [field: string]: any }, connectionStack: string): StoreEvent | undefined {
  const origin = readCloudFormationEvent(event);
  const { PhysicalResourceId: physicalId, ResourceProperties: properties } = event;
  const isOurs = typeof physicalId === 'string' && partsOfPhysicalId(physicalId) !== undefined;
  if (origin.type === 'Delete') {
    return isOurs ? { ...origin, type: origin.type, physicalId, store: readStoreIdentity(properties) } : undefined;
  }
  assertContractVersion(properties, connectionStack);
  if (origin.type === 'Create') {
    return { ...origin, type: origin.type, store: readStore(properties) };
  }
  if (!isOurs) {
    throw new Error(`PhysicalResourceId ${JSON.stringify(physicalId)} is none of ours`);
  }
  return { ...origin, type: origin.type, physicalId, store: readStore(properties), previous: previousOf(event) };
}

/** An update away from properties that were refused must be possible. */
function previousOf(event: { readonly [field: string]: any }): StoreIdentity | undefined {
  try {
    return readStoreIdentity(event.OldResourceProperties);
  } catch {
    return undefined;
  }
}
