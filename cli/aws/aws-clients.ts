import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import { StoreReport } from '../report';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** AWS as whoever runs the command sees it: by the credentials, the profile and the region of their configuration. */
export class Account {
  public readonly cloudFormation: CloudFormationClient;
  public readonly iam: IAMClient;

  constructor(private readonly settings: { readonly region?: string; readonly profile?: string }) {
    this.cloudFormation = new CloudFormationClient(settings);
    this.iam = new IAMClient(settings);
  }

  public secrets(region: string): SecretsManagerClient {
    return new SecretsManagerClient({ ...this.settings, region });
  }

  public kms(region: string): KMSClient {
    return new KMSClient({ ...this.settings, region });
  }

  public sts(region: string, credentials?: Credentials): STSClient {
    return new STSClient({ ...this.settings, region, credentials });
  }
}

/** What AWS answers where something is not there. */
const ABSENT = ['NoSuchEntity', 'NoSuchEntityException', 'NotFoundException', 'ResourceNotFoundException'];

/** Asks for something that may not be there, which is null then. */
export async function ifPresent<T>(call: Promise<T>): Promise<T | null> {
  return call.catch((error: Error) => {
    if (ABSENT.includes(error.name)) {
      return null;
    }
    throw error;
  });
}

/** Asks AWS for what a check needs. If AWS does not say, the check is reported as not done, and the answer is undefined. */
export async function ask<T>(report: StoreReport, check: string, permission: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    report.notChecked(check, `AWS does not answer ${permission}: ${explain(error as Error)}`,
      `Run it with credentials that may call ${permission}`);
    return undefined;
  }
}

/** What AWS says, in one line. */
export function explain(error: Error): string {
  return `${error.name}: ${error.message}`.replace(/\s+/g, ' ');
}
