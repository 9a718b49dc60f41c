import { matching } from './strict-json';
import { LOGICAL_ID, STACK_ID } from '../cloudformation-event';

/** Who claims an object of Vault: a resource of a CloudFormation stack, in the generation that its physical id tells. */
export interface Owner {
  readonly stackId: string;
  readonly logicalId: string;
  readonly physicalId: string;
}

export function isSameOwner(one: Owner, other: Owner): boolean {
  return one.stackId === other.stackId && one.logicalId === other.logicalId && one.physicalId === other.physicalId;
}

/** Whom to ask about an object, for a message. */
export function describeOwner(owner: Pick<Owner, 'stackId' | 'logicalId'> | undefined): string {
  return owner === undefined ? 'nobody that we know' : `resource ${owner.logicalId} of stack ${owner.stackId}`;
}

/** See `readStrictly`. */
export function rebuildOwner({ stackId, logicalId, physicalId }: Owner): Owner {
  return {
    stackId: matching(STACK_ID, stackId),
    logicalId: matching(LOGICAL_ID, logicalId),
    physicalId: matching(/^zenml-vault-[0-9a-f-]+$/, physicalId),
  };
}
