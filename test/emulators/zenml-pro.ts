import {
  AttachRolePolicyCommand, CreateAccessKeyCommand, CreatePolicyCommand, CreateRoleCommand, CreateUserCommand, DetachRolePolicyCommand,
  IAMClient, PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateSecretCommand, DeleteSecretCommand, DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand,
  SecretsManagerClient, TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Credentials, EmbeddedAws } from './embedded-aws';

export const CONTROL_PLANE_ACCOUNT = '715803424590';

/** STS has one global answer, but a client wants a region to sign for. */
const STS_REGION = 'us-east-1';

const document = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

/**
 * The account in which ZenML runs its workspaces, with an IAM user in place of the pods that take on the workspaces' roles.
 */
export class ControlPlane {
  public static async create(aws: EmbeddedAws, account = CONTROL_PLANE_ACCOUNT): Promise<ControlPlane> {
    const iam = new IAMClient(aws.client(aws.root(account), STS_REGION));
    const { User: user } = await iam.send(new CreateUserCommand({ UserName: 'pods' }));
    await iam.send(new PutUserPolicyCommand({
      UserName: 'pods',
      PolicyName: 'run-workspaces',
      PolicyDocument: document({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }),
    }));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'pods' }));
    const { Policy: policy } = await iam.send(new CreatePolicyCommand({
      PolicyName: 'assume-roles-of-customers',
      PolicyDocument: document({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }),
    }));
    return new ControlPlane(aws, iam, user!.Arn!, policy!.Arn!, { accessKeyId: key!.AccessKeyId!, secretAccessKey: key!.SecretAccessKey! });
  }

  private constructor(
    private readonly aws: EmbeddedAws,
    private readonly iam: IAMClient,
    /** The user is another principal of the vendor's account: an insider, when it acts for itself. */
    public readonly insiderArn: string,
    private readonly assumePolicyArn: string,
    public readonly insider: Credentials,
  ) {}

  /** A role in this account that may assume whatever role trusts it. */
  public async createRole(roleName: string): Promise<Principal> {
    const { Role: role } = await this.iam.send(new CreateRoleCommand({
      RoleName: roleName,
      AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal: { AWS: this.insiderArn }, Action: 'sts:AssumeRole' }),
    }));
    await this.allowAssumingRoles(roleName);
    return new Principal(this.aws, await assumeRole(this.aws, this.insider, role!.Arn!));
  }

  /** A call across accounts needs a policy on the caller's side as well. */
  public async allowAssumingRoles(roleName: string) {
    await this.iam.send(new AttachRolePolicyCommand({ RoleName: roleName, PolicyArn: this.assumePolicyArn }));
  }

  public async forbidAssumingRoles(roleName: string) {
    await this.iam.send(new DetachRolePolicyCommand({ RoleName: roleName, PolicyArn: this.assumePolicyArn }));
  }

  /** A workspace as ZenML hosts it. */
  public async createWorkspace(id: string): Promise<Principal> {
    return this.createRole(`zenml-${id}`);
  }
}

/** Someone with credentials, who may take on the role of a secrets store. */
export class Principal {
  constructor(private readonly aws: EmbeddedAws, public readonly credentials: Credentials) {}

  /** Assumes the role as ZenML does, and speaks to Secrets Manager under it. */
  public async openSecretsStore(workspaceId: string, roleArn: string, region: string): Promise<ZenmlSecretsStore> {
    return new ZenmlSecretsStore(this.aws, await assumeRole(this.aws, this.credentials, roleArn), region, workspaceId);
  }

  /** Speaks to Secrets Manager under its own role: a workspace in the account of its secrets. */
  public ownSecretsStore(workspaceId: string, region: string): ZenmlSecretsStore {
    return new ZenmlSecretsStore(this.aws, this.credentials, region, workspaceId);
  }
}

/**
 * The calls of ZenML's AWS secrets store, one by one and with ZenML's parameters.
 */
export class ZenmlSecretsStore {
  public readonly client: SecretsManagerClient;

  constructor(aws: EmbeddedAws, credentials: Credentials, region: string, private readonly workspaceId: string) {
    this.client = new SecretsManagerClient(aws.client(credentials, region));
  }

  public async create(secretId: string, value: object, name = `zenml/${secretId}`) {
    return this.client.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(value), Tags: this.tags(secretId) }));
  }

  public async read(secretId: string): Promise<unknown> {
    const { SecretString: text } = await this.client.send(new GetSecretValueCommand({ SecretId: `zenml/${secretId}` }));
    return JSON.parse(text!);
  }

  public async describe(secretId: string) {
    return this.client.send(new DescribeSecretCommand({ SecretId: `zenml/${secretId}` }));
  }

  public async update(secretId: string, value: object) {
    await this.client.send(new PutSecretValueCommand({ SecretId: `zenml/${secretId}`, SecretString: JSON.stringify(value) }));
  }

  public async tag(secretId: string) {
    await this.client.send(new TagResourceCommand({ SecretId: `zenml/${secretId}`, Tags: this.tags(secretId) }));
  }

  public async delete(secretId: string) {
    await this.client.send(new DeleteSecretCommand({ SecretId: `zenml/${secretId}`, ForceDeleteWithoutRecovery: true }));
  }

  private tags(secretId: string) {
    return [{ Key: 'zenml', Value: this.workspaceId }, { Key: 'zenml_secret_id', Value: secretId }];
  }
}

async function assumeRole(aws: EmbeddedAws, credentials: Credentials, roleArn: string): Promise<Credentials> {
  const sts = new STSClient(aws.client(credentials, STS_REGION));
  const command = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'zenml-connector', DurationSeconds: 3600 });
  const { Credentials: session } = await sts.send(command);
  return { accessKeyId: session!.AccessKeyId!, secretAccessKey: session!.SecretAccessKey!, sessionToken: session!.SessionToken };
}
