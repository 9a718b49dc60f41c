import { Annotations, Arn, CfnOutput, CustomResource, Fn, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { authMethod } from './contract/auth-methods';
import { VaultStore, withoutIamPath } from './contract/store-properties';
import { VAULT_OPTION_TYPES } from './private/option-types';
import { VaultCredentials } from './private/vault-credentials';
import { vaultServer } from './private/vault-server';
import { VaultAuthentication } from './vault-authentication';
import { VaultConnection } from './vault-connection';
import { VaultKvMount } from './vault-mounts';
import { VaultPolicy } from './vault-policy';
import { grantReadConfiguration, outputConfiguration } from '../configuration/private/configuration-output';
import { SecretsStoreConfiguration } from '../configuration/secrets-store-configuration';
import { deployInLanes } from '../core/deployment-lanes';
import * as types from '../core/prop-types';
import { requireSame, reserveName } from '../core/uniqueness';
import * as validation from '../core/validation';
import * as vaultRules from '../core/vault-rules';
import { workspaceType } from '../core/workspace-type';
import { ZenmlWorkspace } from '../core/zenml-workspace';

/**
 * Options of a store in Vault that many stores may have in common: those of `VaultSecretsStore` and of `VaultSecretsStoreFleet`.
 */
export interface VaultSecretsStoreOptions {
  /**
   * The Vault. Many stores may share a connection, also from other stacks of the same account and region.
   */
  readonly connection: VaultConnection;

  /**
   * How the workspace authenticates to Vault.
   *
   * @default VaultAuthentication.aws() - the workspace logs in with its IAM role; nothing secret is exchanged
   */
  readonly authentication?: VaultAuthentication;

  /**
   * The addresses, or blocks of them in CIDR notation, from which the workspace may log in and use its tokens.
   *
   * @default - any
   */
  readonly tokenBoundCidrs?: string[];

  /**
   * Whether the tokens of the workspace go without Vault's policy `default`. ZenML then logs in again where it would have
   * renewed its token.
   *
   * @default false
   */
  readonly tokenNoDefaultPolicy?: boolean;

  /**
   * Whether a policy and a role of the wanted names may be replaced that are not of this stack: made by hand, by Terraform or by another
   * stack. While it is `true`, a deletion of the store puts back what was there before. Leave it out with the next deployment: from then
   * on they are removed with the store. The secret ids that others made of an AppRole stay valid: list and destroy them.
   *
   * @default false
   */
  readonly takeOver?: boolean;

  /**
   * The KV mount, version 2, for the secrets. ZenML sets `max_versions=1` on the whole mount, so it must hold nothing else.
   *
   * @default VaultKvMount.managed() - the store enables `secrets-<workspace id>`, and retains it
   */
  readonly kvMount?: VaultKvMount;

  /**
   * Whether a deployment only reports what it would do to Vault, in the output `Plan` and in the log. Nothing is written. Not with an
   * authentication that hands over a credential, since there would be none to hand over.
   *
   * @default false
   */
  readonly planOnly?: boolean;

  /**
   * Lets the store go without a word to Vault, for instance because that Vault is gone. Deploy with `true`, then remove the store.
   *
   * @default false
   */
  readonly forget?: boolean;

  /**
   * The KMS key of the hand-off secret, and of the secrets with the credentials from which it is made. Only with an authentication that
   * hands over a credential.
   *
   * @default - the account's key `aws/secretsmanager`
   */
  readonly configurationEncryptionKey?: kms.IKey;

  /**
   * Whether the stack has outputs for the hand-off to ZenML support: `VaultAddress`, `VaultNamespace`, `VaultRole`, `HeaderValue`,
   * `AuthMountPoint`, `MountPoint` and `WorkspaceConfiguration`. In place of the last an authentication that hands over a credential has
   * the hand-off secret and `WorkspaceConfigurationSecret`, which names it; `false` leaves both out.
   *
   * @default true
   */
  readonly outputs?: boolean;
}

/**
 * Properties of `VaultSecretsStore`.
 */
export interface VaultSecretsStoreProps extends VaultSecretsStoreOptions {
  /**
   * The workspace that keeps its secrets here.
   */
  readonly workspace: ZenmlWorkspace;

  /**
   * The name of the role, and of a managed policy, in Vault: lower case, 1 to 128 letters, digits and characters of `._-`.
   *
   * Another name is another role, which ZenML support has to enter. It has to change along with the auth mount, with the kind of
   * `policy`, and, if it is not the default, with the workspace.
   *
   * @default - `zenml-<workspace id>`
   */
  readonly roleName?: string;

  /**
   * The policy in Vault that the role grants. From `VaultPolicy.managed()` to `VaultPolicy.existing()`, or back, it changes only together
   * with `roleName`.
   *
   * @default VaultPolicy.managed() - the store writes a policy named as the role
   */
  readonly policy?: VaultPolicy;
}

const PROPS = types.object<VaultSecretsStoreProps>({
  ...VAULT_OPTION_TYPES,
  workspace: workspaceType,
  roleName: types.optional(types.text(vaultRules.vaultName)),
  policy: types.optional(types.instanceOf(VaultPolicy, 'VaultPolicy.managed()')),
});

/**
 * Lets a ZenML workspace keep its secrets in HashiCorp Vault (or OpenBao).
 *
 * It configures an auth mount, a role on it for the workspace, a policy that grants what ZenML needs and no more, and a KV mount,
 * version 2. Existing mounts that match are reused. A policy or role that is not of this stack fails the deployment, unless `takeOver`
 * is set. The store writes a claim on its policy and KV mount, which says whose they are. On deletion it takes its claim away, and
 * removes what no claim names any more. The KV mount is retained by default.
 *
 * @see https://docs.zenml.io/pro/access-management/secrets-stores
 *
 * @example
 * declare const connection: VaultConnection;
 * new VaultSecretsStore(this, 'SecretsStore', {
 *   workspace: ZenmlWorkspace.fromId('123e4567-e89b-12d3-a456-426614174000'),
 *   connection,
 * });
 */
export class VaultSecretsStore extends Construct {
  /**
   * The name of the role in Vault.
   */
  public readonly roleName: string;

  /**
   * The name of the policy in Vault.
   */
  public readonly policyName: string;

  /**
   * The path of the auth mount, as it follows `auth/`.
   */
  public readonly authMountPath: string;

  /**
   * The path of the KV mount.
   */
  public readonly kvMountPath: string;

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

  constructor(scope: Construct, id: string, props: VaultSecretsStoreProps) {
    super(scope, id);

    PROPS.check(this, 'props', props);
    const { connection } = props;
    const authentication = props.authentication ?? VaultAuthentication.aws();
    this.roleName = props.roleName ?? `zenml-${props.workspace.id}`;
    this.policyName = props.policy?._existingName ?? this.roleName;
    this.authMountPath = authentication._mountPath;
    this.kvMountPath = props.kvMount?._path ?? `secrets-${props.workspace.id}`;
    this.validate(props, authentication);

    const store = this.describe(props, authentication);
    this.reservePaths(connection, store);
    const resource = connection._configure(this, store);
    // A plan makes no mount that others could follow.
    const lanes = store.planOnly ? `plan of ${store.authMount}` : store.authMount;
    deployInLanes(vaultServer(this, connection.address, connection.vaultNamespace ?? ''), Stack.of(this), lanes, resource);

    const { address, vaultNamespace } = connection;
    const place = { address, vaultNamespace, mountPoint: store.kvMount, authMountPoint: store.authMount };
    const { _credential: credential } = authentication;
    const credentials = credential && new VaultCredentials(this, {
      ...credential, connection, store, resource, encryptionKey: props.configurationEncryptionKey,
    });
    this.configuration = SecretsStoreConfiguration._hashicorp(store.authMethod, place, store, credentials);
    this.configurationSecret = this.createOutputs(props, store, resource);
  }

  /**
   * Lets somebody read the hand-off secret, such as whoever talks to ZenML support. It is an error where nothing is secret, as there is no
   * such secret then.
   *
   * @param grantee Whoever is to read it.
   */
  public grantReadConfiguration(grantee: iam.IGrantable): iam.Grant {
    types.grantee.check(this, 'grantee', grantee);
    return grantReadConfiguration(this, this.configurationSecret, 'aws()', grantee);
  }

  private validate(props: VaultSecretsStoreProps, authentication: VaultAuthentication) {
    const { connection, workspace } = props;
    workspace._validateIdentity(this);
    authentication._validate(this, connection._allowInsecure);
    vaultRules.vaultName.check(this, 'roleName', this.roleName);
    props.policy?._validate(this);
    props.kvMount?._validate(this);
    props.tokenBoundCidrs?.forEach((cidr) => vaultRules.cidr.check(this, 'tokenBoundCidrs', cidr));
    this.validateCredential(props, authentication);
    for (const place of ['account', 'region'] as const) {
      const [own, other] = [Stack.of(this)[place], Stack.of(connection)[place]];
      if (!Token.isUnresolved(own) && !Token.isUnresolved(other) && own !== other) {
        throw validation.invalid(this, place, own,
          `is not that of the connection ${connection.node.path}, ${other}, `
          + 'and CloudFormation calls a function of its own account and region only',
          'Make a VaultConnection in this environment');
      }
    }
    const { stsEndpoint } = authentication._settings(workspace.id);
    if (/^https:\/\/sts\.(?!us-east-1\.)[a-z0-9-]+\.amazonaws\./.test(stsEndpoint)) {
      Annotations.of(this).addWarningV2('cdk-zenml-secrets-store:stsRegion',
        `ZenML signs its logins for us-east-1, and ${stsEndpoint} refuses those. Leave stsEndpoint out`);
    }
  }

  /** Refuses props that would have no effect, or that cannot have one. */
  private validateCredential(props: VaultSecretsStoreProps, authentication: VaultAuthentication) {
    const { configurationEncryptionKey, planOnly = false } = props;
    if (planOnly && authentication._credential !== undefined) {
      throw validation.invalid(this, 'planOnly', planOnly, 'would leave nothing to hand over, as it makes no credential',
        'Leave it out; or plan with VaultAuthentication.aws(), under which policy and KV mount are the same');
    }
    if (configurationEncryptionKey !== undefined && authentication._credential === undefined) {
      throw validation.invalid(this, 'configurationEncryptionKey', configurationEncryptionKey.node.path,
        'would have no effect, as this store hands over nothing secret', 'Leave it out');
    }
  }

  private describe(props: VaultSecretsStoreProps, authentication: VaultAuthentication): VaultStore {
    const { bindsPrincipal } = authMethod(authentication._method);
    return {
      ...authentication._settings(props.workspace.id),
      workspaceId: props.workspace.id,
      authMethod: authentication._method,
      principalArn: bindsPrincipal ? this.principalArn(props.workspace) : '',
      authMount: this.authMountPath,
      authMountIsExternal: authentication._mountIsExternal,
      roleName: this.roleName,
      tokenBoundCidrs: props.tokenBoundCidrs ?? [],
      tokenNoDefaultPolicy: props.tokenNoDefaultPolicy ?? false,
      policy: this.policyName,
      policyIsExternal: props.policy?._existingName !== undefined,
      kvMount: this.kvMountPath,
      kvMountIsExternal: props.kvMount?._isExternal ?? false,
      kvRemoval: props.kvMount?._removal ?? 'keep',
      takeOver: props.takeOver ?? false,
      planOnly: props.planOnly ?? false,
      forget: props.forget ?? false,
    };
  }

  /** Vault never matches a principal with an IAM path, as what it learns from STS has none. */
  private principalArn({ principalArn, role }: ZenmlWorkspace): string {
    if (role === undefined || !Token.isUnresolved(principalArn)) {
      return withoutIamPath(principalArn);
    }
    const { partition } = Stack.of(role);
    return Arn.format({ partition, service: 'iam', region: '', account: role.env.account, resource: 'role', resourceName: role.roleName });
  }

  /** Two stores of one app that want the same of one Vault would overwrite each other. */
  private reservePaths(connection: VaultConnection, store: VaultStore) {
    const server = vaultServer(this, connection.address, connection.vaultNamespace ?? '');
    reserveName(this, server, 'roleName', `auth/${store.authMount}/role/${store.roleName}`, 'Give one of the two another roleName');
    if (!store.policyIsExternal) {
      reserveName(this, server, 'policy', `sys/policies/acl/${store.policy}`, 'Give one of the two another roleName');
    }
    if (!store.kvMountIsExternal) {
      reserveName(this, server, 'kvMount', `${store.kvMount}/`,
        'Give one of the two another path; to have two stores of one workspace side by side, write VaultKvMount.existing in the second');
    }
    if (!Token.isUnresolved(store.workspaceId)) {
      requireSame(this, server, 'workspace', `KV mount ${store.kvMount}`, store.workspaceId,
        'Give each workspace a KV mount of its own, as both would read, change and delete zenml/* there');
    }
    const { clientConfig, mountType } = authMethod(store.authMethod);
    requireSame(this, server, 'authentication', `auth/${store.authMount}`, mountType, 'Give one of the two another auth mount');
    if (clientConfig !== undefined) {
      requireSame(this, server, 'headerValue', clientConfig.path(store.authMount), store.headerValue,
        'Vault keeps one header value for a mount, by default the id of the workspace: '
        + 'give both stores the same headerValue, or one of them an auth mount of its own');
    }
  }

  private createOutputs(props: VaultSecretsStoreProps, store: VaultStore, resource: CustomResource): secretsmanager.ISecret | undefined {
    const { connection } = props;
    const output = (id: string, description: string, value: string | undefined) => {
      if (value !== undefined && value !== '') {
        new CfnOutput(this, id, { description, value });
      }
    };
    if (store.planOnly) {
      const plan = ['Created', 'Adopted', 'Changed', 'Kept', 'Warnings'].flatMap((action) => [
        `${action}: `, resource.getAttString(action), '. ',
      ]);
      output('Plan', 'What a deployment without planOnly would do to Vault', Fn.join('', plan));
    }
    output('AdministratorPolicy', 'What the administrator of the connection needs in Vault for this store',
      connection._hiddenPolicy(this, store));
    if (!(props.outputs ?? true)) {
      return undefined;
    }
    output('VaultAddress', 'The URL of the HashiCorp Vault server', connection.address);
    output('VaultNamespace', 'The namespace of the HashiCorp Vault server', connection.vaultNamespace);
    const purposeOfRole = authMethod(store.authMethod).mountIsBuiltIn
      ? 'The role of Vault that makes the token of the ZenML workspace'
      : 'The role of Vault as which the ZenML workspace logs in';
    output('VaultRole', purposeOfRole, store.roleName);
    output('HeaderValue', 'What the ZenML workspace sends in X-Vault-AWS-IAM-Server-ID', store.headerValue);
    output('AuthMountPoint', 'The auth mount at which the ZenML workspace logs in', store.authMount);
    output('MountPoint', 'The KV mount of the secrets of the ZenML workspace', store.kvMount);
    const handoff = { secretsStore: this.configuration };
    return outputConfiguration(this, 'WorkspaceConfiguration', handoff, props.configurationEncryptionKey).secret;
  }
}
