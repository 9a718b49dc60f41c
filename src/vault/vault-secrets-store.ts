import { Annotations, Arn, CfnOutput, CustomResource, Fn, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { CredentialMethodName } from './contract/auth-methods';
import { KvRemoval, VaultStore, withoutIamPath } from './contract/store-properties';
import { VaultCredentials } from './private/vault-credentials';
import { vaultServer } from './private/vault-server';
import { VaultAuthentication } from './vault-authentication';
import { VaultConnection } from './vault-connection';
import { grantReadConfiguration, outputConfiguration } from '../configuration/private/configuration-output';
import { SecretsStoreConfiguration } from '../configuration/secrets-store-configuration';
import { deploySequentially, requireSame, reserveName } from '../core/uniqueness';
import * as validation from '../core/validation';
import * as vaultRules from '../core/vault-rules';
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
   * The path of an auth mount of type `aws`, or `approle` with `VaultAuthentication.appRole()`, that somebody else provides, as it follows `auth/`. The
   * store reads its configuration, and puts a role there. Not with the `mountPath` of the authentication, nor with `VaultAuthentication.token()`.
   *
   * @default - the store enables the mount, or adopts it
   */
  readonly existingAuthMount?: string;

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
   * Whether a policy and a role of the wanted names may be replaced that were not made by this stack: made by hand, by Terraform or
   * by another stack. Leave it out again once they were taken over. The secret ids that others made of an AppRole stay valid: list and destroy them.
   *
   * @default false
   */
  readonly takeOver?: boolean;

  /**
   * What becomes of the KV mount when the store is deleted. With `RemovalPolicy.DESTROY` it is removed if this store made it
   * and it is empty; if it holds secrets, the deletion fails unless `destroySecrets` is true.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether `RemovalPolicy.DESTROY` also destroys the secrets in the KV mount, beyond recovery.
   *
   * @default false
   */
  readonly destroySecrets?: boolean;

  /**
   * Whether a deployment only reports what it would do to Vault, in the output `Plan` and in the log. Nothing is written. Not with an authentication
   * that hands over a credential, since there would be none to hand over.
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
   * The KMS key of the hand-off secret, and of the secrets with the credentials from which it is made. Only with an authentication that hands over a
   * credential.
   *
   * @default - the account's key `aws/secretsmanager`
   */
  readonly configurationEncryptionKey?: kms.IKey;

  /**
   * Whether the stack has outputs for the hand-off to ZenML support: `VaultAddress`, `VaultNamespace`, `VaultRole`, `HeaderValue`,
   * `AuthMountPoint`, `MountPoint` and `WorkspaceConfiguration`. In place of the last an authentication that hands over a credential has the hand-off
   * secret and `WorkspaceConfigurationSecret`, which names it; `false` leaves both out.
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
   * The name of the role, and of the policy, in Vault: lower case, 1 to 128 letters, digits and characters of `._-`.
   *
   * @default - `zenml-<workspace id>`
   */
  readonly roleName?: string;

  /**
   * The path of the KV mount, version 2, for the secrets. ZenML sets `max_versions=1` on the whole of it, so it must hold nothing
   * else. Not with `existingKvMount`.
   *
   * @default - `secrets-<workspace id>`
   */
  readonly kvMountPath?: string;

  /**
   * The path of a KV mount, version 2, that somebody else provides.
   *
   * @default - the store enables the mount, or adopts it
   */
  readonly existingKvMount?: string;

  /**
   * The name of a policy that somebody else provides. It has to grant what ZenML needs: `update` on `<kv mount>/config`; `create`,
   * `read` and `update` on `<kv mount>/data/zenml/*`; `delete` on `<kv mount>/metadata/zenml/*`.
   *
   * @default - the store writes the policy
   */
  readonly existingPolicy?: string;
}

/**
 * Lets a ZenML workspace keep its secrets in HashiCorp Vault (or OpenBao).
 *
 * It configures an auth mount, a role on it for the workspace, a policy that grants what ZenML needs and
 * no more, and a KV mount, version 2. What was there already is adopted where that harms nobody, and refused with
 * a message otherwise; on deletion only that goes which this stack made, and of the mounts nothing on which others have a role or
 * in which secrets are left.
 *
 * @see https://docs.zenml.io/pro/core-concepts/secrets-stores
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

    const { connection } = props;
    const authentication = props.authentication ?? VaultAuthentication.aws();
    this.roleName = props.roleName ?? `zenml-${props.workspace.id}`;
    this.policyName = props.existingPolicy ?? this.roleName;
    this.authMountPath = props.existingAuthMount ?? authentication._options.mountPath ?? authentication._defaultMount;
    this.kvMountPath = props.existingKvMount ?? props.kvMountPath ?? `secrets-${props.workspace.id}`;
    this.validate(props, authentication);

    const store = this.describe(props, authentication);
    this.claimPaths(connection, store);
    const resource = connection._configure(this, store);
    deploySequentially(vaultServer(this, connection.address, connection.vaultNamespace ?? ''), Stack.of(this), store.authMount, resource);

    const { address, vaultNamespace } = connection;
    const place = { address, vaultNamespace, mountPoint: store.kvMount, authMountPoint: store.authMount };
    const credential = authentication._serials === undefined ? undefined
      : new VaultCredentials(this, {
        connection,
        store,
        method: authentication._method as CredentialMethodName,
        resource,
        serials: authentication._serials,
        encryptionKey: props.configurationEncryptionKey,
      });
    this.configuration = credential === undefined
      ? SecretsStoreConfiguration.hashicorp({ ...place, role: store.roleName, headerValue: store.headerValue })
      : SecretsStoreConfiguration._hashicorpCredential(store.authMethod, place, { resource: credential.resource, secretFields: credential.fields });
    this.configurationSecret = this.createOutputs(props, store, resource);
  }

  /**
   * Lets somebody read the hand-off secret, such as whoever talks to ZenML support. It is an error where nothing is secret, as there is no such
   * secret then.
   *
   * @param grantee Whoever is to read it.
   */
  public grantReadConfiguration(grantee: iam.IGrantable): iam.Grant {
    return grantReadConfiguration(this, this.configurationSecret, 'aws()', grantee);
  }

  private validate(props: VaultSecretsStoreProps, authentication: VaultAuthentication) {
    const { connection, workspace } = props;
    workspace._validateIdentity(this);
    authentication._validate(this, connection._allowInsecure);
    vaultRules.vaultName.check(this, 'roleName', this.roleName);
    vaultRules.vaultName.check(this, 'existingPolicy', this.policyName);
    if (authentication._method !== 'token') {
      vaultRules.authMount.check(this, 'existingAuthMount', this.authMountPath);
    }
    vaultRules.kvMount.check(this, props.existingKvMount === undefined ? 'kvMountPath' : 'existingKvMount', this.kvMountPath);
    props.tokenBoundCidrs?.forEach((cidr) => vaultRules.cidr.check(this, 'tokenBoundCidrs', cidr));
    this.assertOne('existingAuthMount', props.existingAuthMount, 'the mountPath of the authentication', authentication._options.mountPath);
    this.assertOne('existingKvMount', props.existingKvMount, 'kvMountPath', props.kvMountPath);

    const { removalPolicy = RemovalPolicy.RETAIN, destroySecrets = false } = props;
    if (removalPolicy !== RemovalPolicy.RETAIN && removalPolicy !== RemovalPolicy.DESTROY) {
      throw validation.invalid(this, 'removalPolicy', removalPolicy, 'means nothing for a KV mount', 'Write RemovalPolicy.RETAIN or RemovalPolicy.DESTROY');
    }
    if (destroySecrets && removalPolicy !== RemovalPolicy.DESTROY) {
      throw validation.invalid(this, 'destroySecrets', destroySecrets, 'would have no effect, as the KV mount is retained', 'Leave it out, or add RemovalPolicy.DESTROY');
    }
    if (props.existingKvMount !== undefined && removalPolicy === RemovalPolicy.DESTROY) {
      throw validation.invalid(this, 'removalPolicy', removalPolicy, 'would have no effect, as the KV mount is provided by others', 'Leave it out, or existingKvMount');
    }
    this.validateCredential(props, authentication);
    for (const place of ['account', 'region'] as const) {
      const [own, other] = [Stack.of(this)[place], Stack.of(connection)[place]];
      if (!Token.isUnresolved(own) && !Token.isUnresolved(other) && own !== other) {
        throw validation.invalid(this, place, own, `is not that of the connection ${connection.node.path}, ${other}, and CloudFormation calls a function of its own account and region only`,
          'Make a VaultConnection in this environment');
      }
    }
    const { stsEndpoint } = authentication._options;
    if (stsEndpoint !== undefined && /^https:\/\/sts\.(?!us-east-1\.)[a-z0-9-]+\.amazonaws\./.test(stsEndpoint)) {
      Annotations.of(this).addWarningV2('cdk-zenml-secrets-store:stsRegion', `ZenML signs its logins for us-east-1, and ${stsEndpoint} refuses those. Leave stsEndpoint out`);
    }
  }

  /** Refuses props that would have no effect, or that cannot have one. */
  private validateCredential(props: VaultSecretsStoreProps, authentication: VaultAuthentication) {
    const { existingAuthMount, configurationEncryptionKey, planOnly = false } = props;
    if (existingAuthMount !== undefined && authentication._method === 'token') {
      throw validation.invalid(this, 'existingAuthMount', existingAuthMount, 'would have no effect, as a token needs no auth mount', 'Leave it out');
    }
    if (planOnly && authentication._serials !== undefined) {
      throw validation.invalid(this, 'planOnly', planOnly, 'would leave nothing to hand over, as it makes no credential',
        'Leave it out; or plan with VaultAuthentication.aws(), under which policy and KV mount are the same');
    }
    if (configurationEncryptionKey !== undefined && authentication._serials === undefined) {
      throw validation.invalid(this, 'configurationEncryptionKey', configurationEncryptionKey.node.path, 'would have no effect, as this store hands over nothing secret', 'Leave it out');
    }
  }

  private assertOne(prop: string, value: string | undefined, otherProp: string, otherValue: string | undefined) {
    if (value !== undefined && otherValue !== undefined) {
      throw validation.invalid(this, prop, value, `stands beside ${otherProp} ${JSON.stringify(otherValue)}`, 'Leave out one of the two');
    }
  }

  private describe(props: VaultSecretsStoreProps, authentication: VaultAuthentication): VaultStore {
    const { headerValue, stsEndpoint, stsRegion, secretIdBoundCidrs, secretIdTtl } = authentication._options;
    const isAws = authentication._method === 'aws';
    return {
      workspaceId: props.workspace.id,
      authMethod: authentication._method,
      principalArn: isAws ? this.principalArn(props.workspace) : '',
      authMount: this.authMountPath,
      authMountIsExternal: props.existingAuthMount !== undefined || authentication._method === 'token',
      headerValue: isAws ? headerValue ?? props.workspace.id : '',
      stsEndpoint: stsEndpoint ?? '',
      stsRegion: stsRegion ?? '',
      roleName: this.roleName,
      tokenTtl: authentication._tokenTtl.toSeconds(),
      tokenMaxTtl: authentication._tokenMaxTtl.toSeconds(),
      tokenBoundCidrs: props.tokenBoundCidrs ?? [],
      secretIdBoundCidrs: secretIdBoundCidrs ?? [],
      secretIdTtl: secretIdTtl?.toSeconds() ?? 0,
      tokenNoDefaultPolicy: props.tokenNoDefaultPolicy ?? false,
      policy: this.policyName,
      policyIsExternal: props.existingPolicy !== undefined,
      kvMount: this.kvMountPath,
      kvMountIsExternal: props.existingKvMount !== undefined,
      kvRemoval: kvRemoval(props),
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
  private claimPaths(connection: VaultConnection, store: VaultStore) {
    const server = vaultServer(this, connection.address, connection.vaultNamespace ?? '');
    reserveName(this, server, 'roleName', `auth/${store.authMount}/role/${store.roleName}`, 'Give one of the two another roleName');
    if (!store.policyIsExternal) {
      reserveName(this, server, 'policy', `sys/policies/acl/${store.policy}`, 'Give one of the two another roleName');
    }
    if (!store.kvMountIsExternal) {
      reserveName(this, server, 'kvMountPath', `${store.kvMount}/`,
        'Give one of the two another kvMountPath; to have two stores of one workspace side by side, name it as existingKvMount in the second');
    }
    if (store.authMethod === 'token') {
      return;
    }
    requireSame(this, server, 'headerValue', `auth/${store.authMount}/config/client`, store.headerValue,
      'Vault keeps one header value for a mount, by default the id of the workspace: give both stores the same headerValue, or one of them an auth mount of its own');
  }

  private createOutputs(props: VaultSecretsStoreProps, store: VaultStore, resource: CustomResource): secretsmanager.ISecret | undefined {
    const { connection } = props;
    const output = (id: string, description: string, value: string | undefined) => {
      if (value !== undefined && value !== '') {
        new CfnOutput(this, id, { description, value });
      }
    };
    if (store.planOnly) {
      output('Plan', 'What a deployment without planOnly would do to Vault', Fn.join('', ['Created', 'Adopted', 'Changed', 'Kept', 'Warnings'].flatMap((action) => [
        `${action}: `, resource.getAttString(action), '. ',
      ])));
    }
    output('AdministratorPolicy', 'What the administrator of the connection needs in Vault for this store', connection._hiddenPolicy(this, store));
    if (!(props.outputs ?? true)) {
      return undefined;
    }
    output('VaultAddress', 'The URL of the HashiCorp Vault server', connection.address);
    output('VaultNamespace', 'The namespace of the HashiCorp Vault server', connection.vaultNamespace);
    output('VaultRole', store.authMethod === 'token' ? 'The role of Vault that makes the token of the ZenML workspace' : 'The role of Vault as which the ZenML workspace logs in', store.roleName);
    output('HeaderValue', 'What the ZenML workspace sends in X-Vault-AWS-IAM-Server-ID', store.headerValue);
    output('AuthMountPoint', 'The auth mount at which the ZenML workspace logs in', store.authMount);
    output('MountPoint', 'The KV mount of the secrets of the ZenML workspace', store.kvMount);
    return outputConfiguration(this, 'WorkspaceConfiguration', { secretsStore: this.configuration }, props.configurationEncryptionKey).secret;
  }
}

function kvRemoval({ removalPolicy, destroySecrets }: VaultSecretsStoreProps): KvRemoval {
  if (removalPolicy !== RemovalPolicy.DESTROY) {
    return 'keep';
  }
  return destroySecrets ? 'destroy' : 'destroy-if-empty';
}
