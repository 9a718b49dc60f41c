import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { invalid } from './validation';
import { SecretsStoreConfiguration } from '../secrets-store-configuration';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html */
const MAX_SESSION_POLICY = 2048;
/** Longer than any account id, region or partition that a token in a policy may stand for. */
const LENGTH_OF_TOKEN = 24;

/**
 * The IAM user and the access keys that a workspace without a role of its own is given. The user may do nothing until something is granted to it.
 */
export class WorkspaceKey {
  public readonly user: iam.User;
  private readonly key: iam.AccessKey;

  /** @param serials The key to hand over, and then the one that stays valid beside it. Each is a resource of its own, so that it can come and go. */
  constructor(private readonly scope: Construct, serials: number[], permissionsBoundary?: iam.IManagedPolicy) {
    // Without a name: it matters to nobody, and names of users are global to an account.
    this.user = new iam.User(scope, 'User', { permissionsBoundary });
    [this.key] = serials.map((serial) => new iam.AccessKey(scope, `AccessKey${serial}`, { user: this.user, serial }));
    Annotations.of(scope).addWarningV2('cdk-zenml-secrets-store:accessKey',
      'An access key is handed over to ZenML, and is good until it is replaced. AwsAuthentication.implicit(), which ZenML recommends, hands over nothing secret');
  }

  public allowAssuming(role: iam.IRole) {
    new iam.Policy(this.scope, 'AssumeRole', {
      users: [this.user],
      statements: [new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [role.roleArn] })],
    });
  }

  /** @param statements What the workspace may do in the end. */
  public configuration(method: string, region: string, role: iam.IRole | undefined, statements: iam.PolicyStatement[]): SecretsStoreConfiguration {
    return SecretsStoreConfiguration._awsAccessKey(method, this.key, {
      region,
      ...(role === undefined ? {} : { role_arn: role.roleArn }),
      ...(method === 'federation-token' ? { policy: this.federate(statements) } : {}),
    });
  }

  /** Lets the user get sessions, of whatever name, and returns their policy: a federated session has no permissions but those of both. */
  private federate(statements: iam.PolicyStatement[]): string {
    new iam.Policy(this.scope, 'Federate', {
      users: [this.user],
      statements: [new iam.PolicyStatement({ actions: ['sts:GetFederationToken'], resources: ['*'] })],
    });
    const policy = Stack.of(this.scope).toJsonString(new iam.PolicyDocument({ statements }).toJSON());
    const length = lengthOf(Stack.of(this.scope).resolve(policy));
    if (length > MAX_SESSION_POLICY) {
      throw invalid(this.scope, 'length of the policy', length, `is more than the ${MAX_SESSION_POLICY} characters that STS takes for a session`,
        'Name fewer encryptionKeys, or choose AwsAuthentication.sessionToken(), whose sessions need no policy');
    }
    return policy;
  }
}

function lengthOf(text: string | { 'Fn::Join': [string, unknown[]] }): number {
  const parts = typeof text === 'string' ? [text] : text['Fn::Join'][1];
  return parts.reduce((sum: number, part) => sum + (typeof part === 'string' ? part.length : LENGTH_OF_TOKEN), 0);
}
