/** Whence an event comes. */
export interface CloudFormationEvent {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly stackId: string;
  readonly logicalId: string;
}

/** These end up in the mark on what we own, which must stay one line of plain words. */
const STACK_ID = /^arn:aws[a-z-]*:cloudformation:[a-z0-9-]+:\d{12}:stack\/[A-Za-z0-9-]+\/[A-Za-z0-9-]+$/;
const LOGICAL_ID = /^[A-Za-z0-9]{1,255}$/;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html */
export function readCloudFormationEvent(event: { readonly [field: string]: any }): CloudFormationEvent {
  const { RequestType: type, StackId: stackId, LogicalResourceId: logicalId } = event;
  if (type !== 'Create' && type !== 'Update' && type !== 'Delete') {
    throw new Error(`RequestType ${JSON.stringify(type)} is unknown`);
  }
  demand('StackId', stackId, STACK_ID);
  demand('LogicalResourceId', logicalId, LOGICAL_ID);
  return { type, stackId, logicalId };
}

function demand(name: string, value: unknown, form: RegExp) {
  if (typeof value !== 'string' || !form.test(value)) {
    throw new Error(`${name} ${JSON.stringify(value)} is not what CloudFormation sends`);
  }
}
