import { SecretValue, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { anyOrigin, authMount, headerValue, invalid, kvMount, namespace, region, roleArn, vaultName } from './private/validation';

/**
 * What a ZenML workspace needs to know of AWS Secrets Manager.
 */
export interface AwsConfigurationOptions {
  /**
   * The region of the secrets.
   */
  readonly region: string;

  /**
   * The ARN of the role that the workspace assumes.
   *
   * @default - the workspace assumes no role, and reaches the secrets with its own
   */
  readonly roleArn?: string;
}

/**
 * What a ZenML workspace needs to know of HashiCorp Vault.
 */
export interface HashicorpConfigurationOptions {
  /**
   * The address of the Vault: scheme, host and port.
   */
  readonly address: string;

  /**
   * The namespace of the Vault.
   *
   * @default - the root namespace
   */
  readonly vaultNamespace?: string;

  /**
   * The path of the KV mount, version 2.
   */
  readonly mountPoint: string;

  /**
   * The name of the role of Vault as which the workspace logs in.
   */
  readonly role: string;

  /**
   * What the auth mount demands in `X-Vault-AWS-IAM-Server-ID`.
   *
   * @default - nothing
   */
  readonly headerValue?: string;

  /**
   * The path of the auth method `aws`, as it follows `auth/`.
   *
   * @default aws
   */
  readonly authMountPoint?: string;
}

/**
 * The configuration of one secrets store, in the form in which ZenML Pro keeps it.
 *
 * A store makes its own (`store.configuration`); `WorkspaceConfiguration` renders one or two of them for ZenML support.
 */
export class SecretsStoreConfiguration {
  /**
   * AWS Secrets Manager with the authentication method `implicit`.
   *
   * `AwsSecretsStore` makes this for you; call it for a role that was made by other means.
   */
  public static aws(options: AwsConfigurationOptions): SecretsStoreConfiguration {
    return new SecretsStoreConfiguration('aws', 'implicit', {
      region: options.region,
      ...(options.roleArn === undefined ? {} : { role_arn: options.roleArn }),
    }, (scope) => {
      region.check(scope, 'region', options.region);
      if (options.roleArn !== undefined) {
        roleArn.check(scope, 'roleArn', options.roleArn);
      }
    });
  }

  /**
   * AWS Secrets Manager with one of the methods that take an access key.
   *
   * @internal
   */
  public static _awsAccessKey(method: string, key: iam.IAccessKey, more: { [field: string]: string }): SecretsStoreConfiguration {
    const fields = { ...more, aws_access_key_id: key.accessKeyId };
    return new SecretsStoreConfiguration('aws', method, fields, (scope) => demandStackOf(key, scope), { aws_secret_access_key: key.secretAccessKey });
  }

  /**
   * HashiCorp Vault with the authentication method `aws`.
   *
   * `VaultSecretsStore` makes this for you; call it for a Vault that was configured by other means.
   */
  public static hashicorp(options: HashicorpConfigurationOptions): SecretsStoreConfiguration {
    const { address, vaultNamespace, mountPoint, role, headerValue: header = '', authMountPoint = 'aws' } = options;
    return new SecretsStoreConfiguration('hashicorp', 'aws', {
      vault_addr: address,
      ...(vaultNamespace === undefined ? {} : { vault_namespace: vaultNamespace }),
      mount_point: mountPoint,
      ...(authMountPoint === 'aws' ? {} : { auth_mount_point: authMountPoint }),
      aws_role: role,
      ...(header === '' ? {} : { aws_header_value: header }),
    }, (scope) => {
      anyOrigin.check(scope, 'address', address);
      kvMount.check(scope, 'mountPoint', mountPoint);
      vaultName.check(scope, 'role', role);
      headerValue.check(scope, 'headerValue', header);
      authMount.check(scope, 'authMountPoint', authMountPoint);
      if (vaultNamespace !== undefined) {
        namespace.check(scope, 'vaultNamespace', vaultNamespace);
      }
    });
  }

  private constructor(
    /**
     * The kind of the secrets store, such as `aws`.
     *
     * @jsii suppress reserved-word
     */
    public readonly type: string,
    /** The authentication method, such as `implicit`. */
    public readonly authMethod: string,
    /** The fields of the authentication method that are not secret, under the names that ZenML gives them. Values may be tokens. */
    public readonly authConfig: { [field: string]: string },
    private readonly validate: (scope: IConstruct) => void,
    private readonly secrets: { readonly [field: string]: SecretValue } = {},
  ) {}

  /**
   * Whether credentials are a part of it.
   *
   * @internal
   */
  public get _isSecret(): boolean {
    return Object.keys(this.secrets).length > 0;
  }

  /**
   * The JSON value at `zenml_service.configuration.secrets_store` of the workspace.
   *
   * @internal
   */
  public _render(scope: IConstruct) {
    this.validate(scope);
    const secrets = Object.entries(this.secrets).map(([field, value]) => [field, value.unsafeUnwrap()]);
    return { type: this.type, settings: { auth_method: this.authMethod, auth_config: { ...this.authConfig, ...Object.fromEntries(secrets) } } };
  }
}

/** Across stacks the key would travel in an output, or in a parameter of Systems Manager, which show it. */
function demandStackOf(key: iam.IAccessKey, scope: IConstruct) {
  const stack = Stack.of(key);
  if (stack !== Stack.of(scope)) {
    throw invalid(scope, 'access key', key.node.path, `is of another stack, ${JSON.stringify(stack.node.path)}, on the way from which it would be shown`,
      'Make the WorkspaceConfiguration in the stack of that store');
  }
}
