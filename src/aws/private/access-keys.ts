import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { SecretsStoreConfiguration } from '../../configuration/secrets-store-configuration';
import { refuseRetention } from '../../core/removal';
import { invalid } from '../../core/validation';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html */
const MAX_SESSION_POLICY = 2048;
/** Longer than any account id, region or partition. */
const LENGTH_OF_PSEUDO_PARAMETER = 24;
/** Longer than the ARN of a key, and than the id of a workspace. */
const LENGTH_OF_TOKEN = 128;

/**
 * The IAM user and the access keys that a workspace without a role of its own is given. The user may do nothing until something is
 * granted to it.
 */
export class AccessKeyUser {
  public readonly user: iam.User;
  private readonly key: iam.AccessKey;

  /**
   * @param serials The key to hand over, and then the one that stays valid beside it. Each is a resource of its own, so that it can come
   * and go.
   */
  constructor(private readonly scope: Construct, [serial, previousSerial]: [number, number?], permissionsBoundary?: iam.IManagedPolicy) {
    // Without a name: it matters to nobody, and names of users are global to an account.
    this.user = new iam.User(scope, 'User', { permissionsBoundary });
    this.key = this.createKey(serial);
    if (previousSerial !== undefined) {
      this.createKey(previousSerial);
    }
    Annotations.of(scope).addWarningV2('cdk-zenml-secrets-store:accessKey',
      'An access key is handed over to ZenML, and is good until it is replaced. '
      + 'AwsAuthentication.implicit(), which ZenML recommends, hands over nothing secret. '
      + 'If it has to be: let one person read it by grantReadConfiguration, and replace it by serial');
  }

  private createKey(serial: number): iam.AccessKey {
    const key = new iam.AccessKey(this.scope, `AccessKey${serial}`, { user: this.user, serial });
    refuseRetention(key, 'AWS::IAM::AccessKey');
    return key;
  }

  /** Also lets the role be assumed, where it was made in this app for something else, such as for another store. */
  public allowAssuming(role: iam.IRole) {
    new iam.Policy(this.scope, 'AssumeRole', {
      users: [this.user],
      statements: [new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [role.roleArn] })],
    });
    const { assumeRolePolicy: trust } = role as Partial<iam.Role>;
    if (trust === undefined) {
      Annotations.of(this.scope).addWarningV2('cdk-zenml-secrets-store:trustOfRole',
        `The trust policy of the role ${role.roleArn} cannot be changed from here. `
        + 'It has to let in the user of this store, whose ARN is store.user.userArn');
    }
    trust?.addStatements(new iam.PolicyStatement({ actions: ['sts:AssumeRole'], principals: [new iam.ArnPrincipal(this.user.userArn)] }));
  }

  /** @param statements What the workspace may do in the end. */
  public configuration(
    method: string, region: string, role: iam.IRole | undefined, statements: iam.PolicyStatement[],
  ): SecretsStoreConfiguration {
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
      throw invalid(this.scope, 'length of the policy', length,
        `is more than the ${MAX_SESSION_POLICY} characters that STS takes for a session`,
        'Name fewer encryptionKeys, or choose AwsAuthentication.sessionToken(), whose sessions need no policy');
    }
    return policy;
  }
}

function lengthOf(text: string | { 'Fn::Join': [string, unknown[]] }): number {
  const parts = typeof text === 'string' ? [text] : text['Fn::Join'][1];
  return parts.reduce((sum: number, part) => sum + (typeof part === 'string' ? part.length : lengthOfToken(part)), 0);
}

function lengthOfToken(token: unknown): number {
  return (token as { Ref?: string }).Ref?.startsWith('AWS::') ? LENGTH_OF_PSEUDO_PARAMETER : LENGTH_OF_TOKEN;
}
