import { partsOfPhysicalId, readProperties, VaultStore } from '../../private/vault-store';

/** What CloudFormation wants done, with everything in it validated: the event is data from outside. */
export interface Request {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly stackId: string;
  readonly logicalId: string;
  /** The physical id of the generation that is updated or deleted. */
  readonly physicalId?: string;
  readonly store: VaultStore;
  /** What was wanted before an update, unless it was not even valid. */
  readonly previous?: VaultStore;
}

/** These end up in the mark on what we own, which must stay one line of plain words. */
const STACK_ID = /^arn:aws[a-z-]*:cloudformation:[a-z0-9-]+:\d{12}:stack\/[A-Za-z0-9-]+\/[A-Za-z0-9-]+$/;
const LOGICAL_ID = /^[A-Za-z0-9]{1,255}$/;

/**
 * @returns undefined for the Delete of what was never created: its physical id is none of ours.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html
 */
export function readEvent(event: { readonly [field: string]: any }): Request | undefined {
  const { RequestType: type, StackId: stackId, LogicalResourceId: logicalId, PhysicalResourceId: physicalId } = event;
  if (type !== 'Create' && type !== 'Update' && type !== 'Delete') {
    throw new Error(`RequestType ${JSON.stringify(type)} is unknown`);
  }
  demand('StackId', stackId, STACK_ID);
  demand('LogicalResourceId', logicalId, LOGICAL_ID);
  if (type === 'Create') {
    return { type, stackId, logicalId, store: readProperties(event.ResourceProperties) };
  }
  if (typeof physicalId !== 'string' || partsOfPhysicalId(physicalId) === undefined) {
    if (type === 'Delete') {
      return undefined;
    }
    throw new Error(`PhysicalResourceId ${JSON.stringify(physicalId)} is none of ours`);
  }
  return { type, stackId, logicalId, physicalId, store: readProperties(event.ResourceProperties), previous: previousOf(event) };
}

/** An update away from properties that were refused must be possible. */
function previousOf(event: { readonly [field: string]: any }): VaultStore | undefined {
  try {
    return readProperties(event.OldResourceProperties);
  } catch {
    return undefined;
  }
}

function demand(name: string, value: unknown, form: RegExp) {
  if (typeof value !== 'string' || !form.test(value)) {
    throw new Error(`${name} ${JSON.stringify(value)} is not what CloudFormation sends`);
  }
}
