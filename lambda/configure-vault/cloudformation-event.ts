export interface CloudFormationEvent {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly stackId: string;
  readonly logicalId: string;
  /** An event that comes twice has it twice. */
  readonly requestId: string;
}

/** These end up in the claims on what we own, which must stay one line of plain words. */
export const STACK_ID = /^arn:aws[a-z-]*:cloudformation:[a-z0-9-]+:\d{12}:stack\/[A-Za-z0-9-]+\/[A-Za-z0-9-]+$/;
export const LOGICAL_ID = /^[A-Za-z0-9]{1,255}$/;
const REQUEST_ID = /^[A-Za-z0-9-]{1,128}$/;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html */
export function readCloudFormationEvent(event: { readonly [field: string]: any }): CloudFormationEvent {
  const { RequestType: type, StackId: stackId, LogicalResourceId: logicalId, RequestId: requestId } = event;
  if (type !== 'Create' && type !== 'Update' && type !== 'Delete') {
    throw new Error(`RequestType ${JSON.stringify(type)} is unknown`);
  }
  assertFormat('StackId', stackId, STACK_ID);
  assertFormat('LogicalResourceId', logicalId, LOGICAL_ID);
  assertFormat('RequestId', requestId, REQUEST_ID);
  return { type, stackId, logicalId, requestId };
}

function assertFormat(name: string, value: unknown, format: RegExp) {
  if (typeof value !== 'string' || !format.test(value)) {
    throw new Error(`${name} ${JSON.stringify(value)} is not what CloudFormation sends`);
  }
}
