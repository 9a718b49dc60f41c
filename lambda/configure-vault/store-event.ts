import { CloudFormationEvent, readCloudFormationEvent } from './cloudformation-event';
import { partsOfPhysicalId, readProperties, VaultStore } from '../../src/vault/contract/store-properties';

/** What CloudFormation wants done, with everything in it validated: the event is data from outside. */
export interface Request extends CloudFormationEvent {
  /** The physical id of the generation that is updated or deleted. */
  readonly physicalId?: string;
  readonly store: VaultStore;
  /** What was wanted before an update, unless it was not even valid. */
  readonly previous?: VaultStore;
}

/** @returns undefined for the Delete of what was never created: its physical id is none of ours. */
export function readEvent(event: { readonly [field: string]: any }): Request | undefined {
  const origin = readCloudFormationEvent(event);
  const { PhysicalResourceId: physicalId } = event;
  if (origin.type === 'Create') {
    return { ...origin, store: readProperties(event.ResourceProperties) };
  }
  if (typeof physicalId !== 'string' || partsOfPhysicalId(physicalId) === undefined) {
    if (origin.type === 'Delete') {
      return undefined;
    }
    throw new Error(`PhysicalResourceId ${JSON.stringify(physicalId)} is none of ours`);
  }
  return { ...origin, physicalId, store: readProperties(event.ResourceProperties), previous: previousOf(event) };
}

/** An update away from properties that were refused must be possible. */
function previousOf(event: { readonly [field: string]: any }): VaultStore | undefined {
  try {
    return readProperties(event.OldResourceProperties);
  } catch {
    return undefined;
  }
}
