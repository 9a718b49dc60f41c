import { Deadline } from './client/vault-client';
import { Connection } from './environment';
import { Redaction } from './redaction';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export type Log = (line: { readonly [field: string]: unknown }) => void;

/** What is needed to log in. */
export interface LoginContext {
  /** Reads a secret of Secrets Manager. */
  readonly readSecret: (arn: string) => Promise<string>;
  /** The credentials of the function's role. */
  readonly credentials: () => Promise<AwsCredentials>;
  /** Learns each secret that is read, and keeps it out of logs, answers and errors. */
  readonly redaction: Redaction;
}

/** What the handlers of an event share. */
export interface RuntimeContext extends LoginContext {
  readonly connection: Connection;
  readonly deadline: Deadline;
  readonly log: Log;
}
