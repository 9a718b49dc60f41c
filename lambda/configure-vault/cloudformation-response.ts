/** What the provider framework of CDK expects of a handler. */
export interface CustomResourceResponse {
  readonly PhysicalResourceId: string;
  readonly Data?: { readonly [attribute: string]: string };
}

/** In bytes. CloudFormation takes 4096, of which the framework and the ids need some. */
const MAX_MESSAGE = 1_500;
const MAX_ATTRIBUTE = 400;

const DELETE_HINT = 'If this Vault is gone for good, set forget: true and deploy, then delete; '
  + 'a stack in DELETE_FAILED is deleted by delete-stack --retain-resources';

/** The error with which an event fails. It has neither cause nor stack of the original, which may hold more than the message. */
export function failure(message: string, requestType: unknown): Error {
  const text = shorten(message.replace(/\.$/, ''), MAX_MESSAGE);
  return new Error(requestType === 'Delete' ? `${text}. ${DELETE_HINT}` : text);
}

export function attribute(text: string): string {
  return shorten(text, MAX_ATTRIBUTE);
}

/** Cuts a text between two characters. It is sent as JSON, so that is how its bytes are counted. */
function shorten(text: string, bytes: number): string {
  let size = 0;
  let length = 0;
  for (const character of text) {
    size += Buffer.byteLength(JSON.stringify(character)) - '""'.length;
    if (size > bytes) {
      return `${text.slice(0, length)}…`;
    }
    length += character.length;
  }
  return text;
}
