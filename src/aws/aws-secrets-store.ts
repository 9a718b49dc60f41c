import { CfnOutput, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { AwsAuthentication } from './aws-authentication';
import { AccessKeyUser } from './private/access-keys';
import { AWS_OPTION_TYPES } from './private/option-types';
import { warnOfSharedSecrets } from './private/shared-secrets';
import { SecretsIsolation } from './secrets-isolation';
import { WorkspaceTrust } from './workspace-trust';
import { grantReadConfiguration, outputConfiguration } from '../configuration/private/configuration-output';
import { accountOf, SecretsStoreConfiguration } from '../configuration/secrets-store-configuration';
import { hidePlaceholder, isPlaceholder } from '../core/lookups';
import * as types from '../core/prop-types';
import { serialsOf } from '../core/rotation';
import { reserveName } from '../core/uniqueness';
import * as validation from '../core/validation';
import { warn } from '../core/warnings';
import { workspaceType } from '../core/workspace-type';
import { ZenmlWorkspace } from '../core/zenml-workspace';

/**
 * Options of a store in AWS Secrets Manager that many stores may have in common: those of `AwsSecretsStore` and of `AwsSecretsStoreFleet`.
 */
export interface AwsSecretsStoreOptions {
  /**
   * How the workspace authenticates to AWS.
   *
   * @default AwsAuthentication.implicit() - the workspace assumes the store's role; nothing secret is exchanged
   */
  readonly authentication?: AwsAuthentication;

  /**
   * How the store's role recognises the workspace. Not with `role`, whose trust policy is yours.
   *
   * @default WorkspaceTrust.pinnedRole()
   */
  readonly trust?: WorkspaceTrust;

  /**
   * Which secrets of the account and region the workspace can reach.
   *
   * @default SecretsIsolation.documented() - every secret whose name begins with `zenml/`
   */
  readonly isolation?: SecretsIsolation;

  /**
   * The region of the secrets.
   *
   * @default - the region of the stack
   */
  readonly region?: string;

  /**
   * KMS keys under which you have put secrets of ZenML. ZenML itself names no key, so that AWS uses `aws/secretsmanager`,
   * which needs no entry here.
   *
   * The workspace may then use these keys (`kms:Decrypt`, `kms:GenerateDataKey`), only through Secrets Manager in the
   * store's region. The key's own policy must leave the decision to the IAM policies of the account, as a key policy does by
   * default; if yours does not, name `store.grantee` in it.
   *
   * @default - none
   */
  readonly encryptionKeys?: kms.IKey[];

  /**
   * The path of the role, with a slash at both ends. Not with `role`.
   *
   * To change it under an unchanged name is refused by CloudFormation, which creates the new role before it deletes the
   * old one.
   *
   * @default /
   */
  readonly rolePath?: string;

  /**
   * The description of the role, at most 1000 characters. Not with `role`.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * The KMS key of the hand-off secret. Only with an authentication that hands over an access key, and not with `outputs: false`, which
   * leaves that secret out.
   *
   * @default - the account's key `aws/secretsmanager`
   */
  readonly configurationEncryptionKey?: kms.IKey;

  /**
   * Whether the stack has outputs for the hand-off to ZenML support: `RoleArn`, `Region` and `WorkspaceConfiguration`. In place of the last
   * an authentication that hands over an access key has the hand-off secret and `WorkspaceConfigurationSecret`, which names it; `false`
   * leaves both out.
   *
   * @default true
   */
  readonly outputs?: boolean;
}

/**
 * Properties of `AwsSecretsStore`.
 */
export interface AwsSecretsStoreProps extends AwsSecretsStoreOptions {
  /**
   * The workspace that keeps its secrets here.
   */
  readonly workspace: ZenmlWorkspace;

  /**
   * A role of yours for the workspace to assume, instead of one that the store makes.
   *
   * The store attaches its policy, named `zenml-<workspace id>-<region>`, and changes nothing else: the trust policy is yours, and has to
   * let in whoever the `authentication` says. Only `AwsAuthentication.iamRole()` adds its user to the trust policy, if the role was made in
   * this app. It is also the way to a second store in another region: pass the `role` of the first, and the same `authentication`.
   *
   * @default - a new role
   */
  readonly role?: iam.IRole;

  /**
   * The name of the role, 1 to 64 characters. Changing it replaces the role. Not with `role`.
   *
   * @default - `zenml-<workspace id>`
   */
  readonly roleName?: string;

  /**
   * The permissions boundary of the role that the store makes, and of the user of an authentication that hands over an access key.
   *
   * @default - none, or that of `PermissionsBoundary.of` on a scope around the store
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;
}

const PROPS = types.object<AwsSecretsStoreProps>({
  ...AWS_OPTION_TYPES,
  workspace: workspaceType,
  role: types.optional(types.role),
  roleName: types.optional(types.text(validation.roleName)),
  permissionsBoundary: types.optional(types.managedPolicy),
});

/** Props that describe the role which the store makes, and so mean nothing where it makes none. */
const PROPS_OF_NEW_ROLE = ['roleName', 'rolePath', 'description', 'permissionsBoundary', 'trust'] as const;

/**
 * Lets a ZenML workspace keep its secrets in AWS Secrets Manager of this account.
 *
 * It consists of an IAM role that the workspace assumes, an inline policy for the secrets named `zenml/…`, and outputs with
 * what ZenML support asks for. The secrets themselves are created, and deleted, by ZenML; they remain when the stack is deleted.
 *
 * @see https://docs.zenml.io/pro/access-management/secrets-stores
 *
 * @example
 * new AwsSecretsStore(this, 'SecretsStore', {
 *   workspace: ZenmlWorkspace.fromId('123e4567-e89b-12d3-a456-426614174000'),
 * });
 */
export class AwsSecretsStore extends Construct {
  /**
   * The role that the workspace assumes.
   *
   * @default - undefined if the workspace assumes none, as with `AwsAuthentication.implicit({ assumeRole: false })`
   */
  public readonly role?: iam.IRole;

  /**
   * The user whose access key is handed over.
   *
   * @default - undefined with `AwsAuthentication.implicit()`, which has none
   */
  public readonly user?: iam.IUser;

  /**
   * Whoever reaches the secrets in the end: the role of the store, the workspace's own if none is assumed, or the user.
   */
  public readonly grantee: iam.IGrantable;

  /**
   * The region of the secrets.
   */
  public readonly region: string;

  /**
   * The store's part of the configuration of the workspace.
   */
  public readonly configuration: SecretsStoreConfiguration;

  /**
   * The secret with the complete configuration, credentials included. Nobody is granted to read it: see `grantReadConfiguration`.
   *
   * @default - undefined where nothing in the configuration is secret, or with `outputs: false`
   */
  public readonly configurationSecret?: secretsmanager.ISecret;

  constructor(scope: Construct, id: string, props: AwsSecretsStoreProps) {
    super(scope, id);

    PROPS.check(this, 'props', props);
    const authentication = props.authentication ?? AwsAuthentication.implicit();
    this.region = props.region ?? Stack.of(this).region;
    this.validate(props, authentication);

    const { _accessKey: options } = authentication;
    const key = options === undefined ? undefined : new AccessKeyUser(this, serialsOf(options), props.permissionsBoundary);
    this.user = key?.user;
    this.role = authentication._bearer === 'role' ? props.role ?? this.createRole(props) : undefined;
    const bearer = this.role ?? this.user ?? this.workspaceRole(props.workspace);
    this.grantee = bearer;
    const statements = this.statements(props);
    this.attachPolicy(bearer, statements, props);
    if (this.role !== undefined) {
      key?.allowAssuming(this.role);
    }

    this.configuration = key?.configuration(authentication._method, this.region, this.role, statements)
      ?? SecretsStoreConfiguration._aws({ region: this.region, roleArn: this.role?.roleArn }, accountOf(this));
    if (props.outputs ?? true) {
      this.configurationSecret = this.createOutputs(props);
    }
  }

  /**
   * Lets somebody read the hand-off secret, such as whoever talks to ZenML support. It is an error where nothing is secret, as there is no
   * such secret then.
   *
   * @param grantee Whoever is to read it.
   */
  public grantReadConfiguration(grantee: iam.IGrantable): iam.Grant {
    types.grantee.check(this, 'grantee', grantee);
    return grantReadConfiguration(this, this.configurationSecret, 'implicit()', grantee);
  }

  private validate(props: AwsSecretsStoreProps, authentication: AwsAuthentication) {
    validation.region.check(this, 'region', this.region);
    authentication._validate(this);
    if (authentication._accessKey === undefined) {
      props.workspace._validate(this, this.region);
    } else {
      // Whoever has the key is let in, from whatever account and partition.
      props.workspace._validateIdentity(this);
    }
    const partition = validation.partitionOf(this.region);
    const stackRegion = Stack.of(this).region;
    const stackPartition = validation.partitionOf(stackRegion);
    if (partition !== undefined && stackPartition !== undefined && partition !== stackPartition) {
      throw validation.invalid(this, 'region', this.region,
        `is in partition ${partition}, but the stack is in ${stackPartition} (${stackRegion})`,
        `Write a region of partition ${stackPartition}, or put the store into a stack of the other partition`);
    }

    if (props.roleName !== undefined) {
      validation.roleName.check(this, 'roleName', props.roleName);
    }
    if (props.rolePath !== undefined) {
      validation.rolePath.check(this, 'rolePath', props.rolePath);
    }
    this.validateUse(props, authentication);

    const { _hostingAccount: account } = props.workspace;
    if (account !== undefined && authentication._accessKey === undefined && validation.isOptInRegion(this.region)) {
      warn(this, 'optInRegion',
        `${this.region} is a region that each account has to enable, and ZenML's account ${account} too: the workspace assumes the role `
        + 'there. Ask ZenML support whether it is enabled before you rely on the store, or write another region for the secrets');
    }
  }

  /** Refuses props that would have no effect. */
  private validateUse(props: AwsSecretsStoreProps, authentication: AwsAuthentication) {
    const assumesRole = authentication._bearer === 'role';
    const cause = authentication._description;
    if (props.role !== undefined && !assumesRole) {
      throw validation.invalid(this, 'role', props.role.node.path, `would never be assumed, as the authentication says ${cause}`,
        'Leave out one of the two');
    }
    if (props.role !== undefined || !assumesRole) {
      // The user has a boundary too.
      const unused = PROPS_OF_NEW_ROLE
        .filter((prop) => props[prop] !== undefined && (prop !== 'permissionsBoundary' || authentication._accessKey === undefined));
      if (unused.length > 0) {
        throw new Error(`${this.node.path}: ${unused.join(', ')} would have no effect, as the store makes no role here. `
          + `Leave out ${unused.join(', ')}, or ${props.role === undefined ? cause : 'role'}.`);
      }
    }
    if (props.trust !== undefined && authentication._accessKey !== undefined) {
      throw new Error(`${this.node.path}: trust would have no effect, `
        + 'as the role trusts the user whose key is handed over, and not the workspace. '
        + `Leave out trust, or ${cause}.`);
    }
    if (props.configurationEncryptionKey !== undefined && (authentication._accessKey === undefined || props.outputs === false)) {
      throw validation.invalid(this, 'configurationEncryptionKey', props.configurationEncryptionKey.node.path,
        'would have no effect, as this store hands over nothing secret',
        'Leave it out; a WorkspaceConfiguration takes a key for what it hands over as encryptionKey');
    }
  }

  private workspaceRole(workspace: ZenmlWorkspace): iam.IRole {
    if (workspace.role === undefined) {
      throw validation.invalid(this, 'workspace principal', workspace.principalArn,
        'cannot be given a policy, and assumeRole: false leaves no other role to give it to',
        'Name the workspace\'s role by ZenmlWorkspace.fromRole, or let the store make a role to assume');
    }
    return workspace.role;
  }

  private createRole(props: AwsSecretsStoreProps): iam.Role {
    const roleName = props.roleName ?? `zenml-${props.workspace.id}`;
    reserveName(this, Stack.of(this), 'roleName', roleName,
      'For a second store of one workspace, pass the role of the first as role, or write another roleName');
    const trust = props.trust ?? WorkspaceTrust.pinnedRole();
    return new iam.Role(this, 'Role', {
      assumedBy: this.user === undefined ? trust._principal(props.workspace) : new iam.ArnPrincipal(this.user.userArn),
      roleName: hidePlaceholder(roleName),
      path: hidePlaceholder(props.rolePath),
      description: props.description,
      permissionsBoundary: props.permissionsBoundary,
    });
  }

  private statements(props: AwsSecretsStoreProps): iam.PolicyStatement[] {
    const isolation = props.isolation ?? SecretsIsolation.documented();
    const { _name: name, _isApart: isApart } = isolation;
    warnOfSharedSecrets(this, { workspace: props.workspace, region: this.region, isolation: name, isApart });
    const statements = isolation._statements(this, { workspace: props.workspace, region: this.region });
    if (props.encryptionKeys !== undefined && props.encryptionKeys.length > 0) {
      statements.push(new iam.PolicyStatement({
        sid: 'UseEncryptionKeysThroughSecretsManager',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: props.encryptionKeys.map((key) => key.keyArn),
        conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${this.region}.${Stack.of(this).urlSuffix}` } },
      }));
    }
    return statements;
  }

  private attachPolicy(bearer: iam.IRole | iam.IUser, statements: iam.PolicyStatement[], props: AwsSecretsStoreProps) {
    // The region tells two stores apart that share a role: policies of one name would overwrite each other.
    const policyName = `zenml-${props.workspace.id}-${this.region}`;
    reserveName(this, bearer, 'policy', policyName, 'One store of a workspace is enough for a role and a region; leave the other one out');
    const policy = new iam.Policy(this, 'Policy', { policyName, statements });

    // Not policy.attachToRole, which would count a role as attached that silently took nothing.
    bearer.attachInlinePolicy(policy);
    if (bearer === props.role || bearer === props.workspace.role) {
      const role: iam.IRole = bearer;
      this.node.addValidation({ validate: () => this.validateAttachment(policy, role) });
    }
  }

  /** An imported role may be immutable, or of another account; CDK then drops the policy without a word. */
  private validateAttachment(policy: iam.Policy, bearer: iam.IRole): string[] {
    const { roles } = policy.node.defaultChild as iam.CfnPolicy;
    const attachedTo: string[] | undefined = Stack.of(this).resolve(roles);
    // Before a look-up a role seems to be of another account.
    if (isPlaceholder(bearer.roleArn) || (attachedTo !== undefined && attachedTo.length > 0)) {
      return [];
    }
    const arn = Token.isUnresolved(bearer.roleArn) ? bearer.node.path : bearer.roleArn;
    return [validation.invalid(this, 'role', arn, 'takes no policy, so the workspace could reach no secret',
      'Import it without mutable: false and in a stack of its own account, or leave role out to have one made').message];
  }

  private createOutputs(props: AwsSecretsStoreProps): secretsmanager.ISecret | undefined {
    if (this.role !== undefined) {
      new CfnOutput(this, 'RoleArn', {
        description: 'The role that the ZenML workspace assumes',
        value: this.role.roleArn,
      });
    }
    new CfnOutput(this, 'Region', {
      description: 'The region of the secrets of the ZenML workspace',
      value: this.region,
    });
    const handoff = { secretsStore: this.configuration };
    return outputConfiguration(this, 'WorkspaceConfiguration', handoff, props.configurationEncryptionKey).secret;
  }
}
