import { CustomResourceResponse, failure } from './cloudformation-response';
import { handleCredential } from './credential-handler';
import { Connection, readEnvironment } from './environment';
import { Redaction } from './redaction';
import { Log, LoginContext, RuntimeContext } from './runtime-context';
import { readSecret } from './secrets-manager';
import { handleStore } from './store-handler';
import { CREDENTIAL_TYPE } from '../../src/vault/contract/credential-properties';
import { STORE_TYPE } from '../../src/vault/contract/store-properties';

type Event = { readonly [field: string]: any };

type Handler = (event: Event, context: RuntimeContext) => Promise<CustomResourceResponse>;

/** What a custom resource of each type is handled by. */
const HANDLERS: ReadonlyMap<unknown, Handler> = new Map([[STORE_TYPE, handleStore], [CREDENTIAL_TYPE, handleCredential]]);

/** What the runtime gives to the function. */
export interface Runtime extends Omit<LoginContext, 'redaction'> {
  readonly connection: Connection;
  /** How long the function may still run, in milliseconds. */
  readonly remainingTime: number;
  readonly print: (line: string) => void;
}

/** The share of the time that is held back for a rollback, and what is left for the answer, in milliseconds. */
const ROLLBACK_SHARE = 0.4;
const TIME_TO_ANSWER_MS = 1_000;

/** The function of a `VaultConnection`, which the provider framework of CDK calls for each of its custom resources. */
export async function handler(event: Event, lambda: { getRemainingTimeInMillis(): number }): Promise<CustomResourceResponse> {
  return configureVault(event, {
    connection: readEnvironment(process.env),
    readSecret,
    credentials: async () => ({
      accessKeyId: process.env.AWS_ACCESS_KEY_ID!,
      secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY!,
      sessionToken: process.env.AWS_SESSION_TOKEN,
    }),
    remainingTime: lambda.getRemainingTimeInMillis(),
    print: console.log,
  });
}

/** Does what an event of CloudFormation asks for. No secret is in what it returns, prints or throws. */
export async function configureVault(event: Event, { remainingTime, print, ...runtime }: Runtime): Promise<CustomResourceResponse> {
  const redaction = new Redaction();
  const log: Log = (line) => {
    const redacted = Object.entries(line).map(([field, value]) => [field, typeof value === 'string' ? redaction.apply(value) : value]);
    print(JSON.stringify(Object.fromEntries(redacted)));
  };
  const now = Date.now();
  const deadline = { at: now + remainingTime * (1 - ROLLBACK_SHARE), last: now + remainingTime - TIME_TO_ANSWER_MS };
  try {
    const handle = HANDLERS.get(event.ResourceType);
    if (handle === undefined) {
      throw new Error(`ResourceType ${JSON.stringify(event.ResourceType)} is none of ${[...HANDLERS.keys()].join(', ')}. `
        + `If a newer cdk-zenml-secrets-store wrote it, deploy the stack ${runtime.connection.connectionStack} first, then this one`);
    }
    return await handle(event, { ...runtime, deadline, log, redaction });
  } catch (error) {
    const message = redaction.apply((error as Error).message);
    log({ failed: event.RequestType, because: message });
    throw failure(message, event.RequestType);
  }
}
