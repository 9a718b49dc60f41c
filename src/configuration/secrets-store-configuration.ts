import { Annotations, SecretValue, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { AwsConfigurationOptions } from './aws-configuration-options';
import { HashicorpConfigurationOptions } from './hashicorp-configuration-options';
import { StorePlace, UNKNOWN } from './private/backup-place';
import { AWS_OPTIONS, HASHICORP_OPTIONS } from './private/option-types';
import { RenderedStore } from './private/rendered-store';
import { AzureConfigurationOptions } from '../azure/azure-configuration-options';
import { AZURE_OPTIONS, azureStore } from '../azure/azure-store';
import { isKnown } from '../core/lookups';
import { Setup } from '../core/script-text';
import { Credential } from '../core/secret-reference';
import { checkAll, invalid, region, roleArn } from '../core/validation';
import * as vaultRules from '../core/vault-rules';
import { GcpConfigurationOptions } from '../gcp/gcp-configuration-options';
import { GCP_OPTIONS, gcpStore } from '../gcp/gcp-store';
import { AUTH_METHODS, AuthMethodName } from '../vault/contract/auth-methods';

/** What a configuration may have, beyond the fields that anybody may see. */
interface Details {
  readonly validate: (scope: IConstruct) => void;
  /** The AWS account that has the secrets, where it is known. */
  readonly account?: string;
  readonly secrets?: { readonly [field: string]: SecretValue };
  /** Secrets that somebody else made. */
  readonly credentials?: { readonly [field: string]: Credential };
  /** What stands beside `auth_method`. */
  readonly settings?: { readonly [field: string]: string };
  readonly setup?: (scope: IConstruct, label: string) => Setup;
}

/** What stands beside an access key of AWS. */
type AwsKeyFields = { region: string; role_arn?: string; policy?: string };

/** Methods whose credential is a token that has an end. */
const EXPIRING = ['oauth2-token'];

/** Where in which Vault a store is. */
interface HashicorpPlace {
  readonly address: string;
  readonly vaultNamespace?: string;
  readonly mountPoint: string;
  readonly authMountPoint: string;
}

/** A credential of Vault, which the deployment makes. */
interface HashicorpCredential {
  /** What makes the credential. It is replaced when the credential is. */
  readonly resource: IConstruct;
  /** The secret fields of the configuration, under ZenML's names. */
  readonly secretFields: { readonly [field: string]: SecretValue };
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
    AWS_OPTIONS.check('SecretsStoreConfiguration.aws', 'options', options);
    return SecretsStoreConfiguration._aws(options);
  }

  /**
   * The same for a store of a known account.
   *
   * @internal
   */
  public static _aws(options: AwsConfigurationOptions, account?: string): SecretsStoreConfiguration {
    return new SecretsStoreConfiguration('aws', 'implicit', {
      region: options.region,
      ...(options.roleArn === undefined ? {} : { role_arn: options.roleArn }),
    }, {
      account,
      validate: (scope) => checkAll(scope, [['region', options.region, region], ['roleArn', options.roleArn, roleArn]]),
    });
  }

  /**
   * AWS Secrets Manager with one of the methods that take an access key.
   *
   * @internal
   */
  public static _awsAccessKey(method: string, key: iam.IAccessKey, more: AwsKeyFields): SecretsStoreConfiguration {
    const fields = { ...more, aws_access_key_id: key.accessKeyId };
    const secrets = { aws_secret_access_key: key.secretAccessKey };
    return new SecretsStoreConfiguration('aws', method, fields, {
      account: accountOf(key),
      validate: (scope) => assertStackOf(key, scope, 'access key', 'on the way from which it would be shown'),
      secrets,
    });
  }

  /**
   * HashiCorp Vault with the authentication method `aws`.
   *
   * `VaultSecretsStore` makes this for you; call it for a Vault that was configured by other means.
   */
  public static hashicorp(options: HashicorpConfigurationOptions): SecretsStoreConfiguration {
    HASHICORP_OPTIONS.check('SecretsStoreConfiguration.hashicorp', 'options', options);
    const { address, vaultNamespace, mountPoint, role, headerValue: header = '', authMountPoint = 'aws' } = options;
    return new SecretsStoreConfiguration('hashicorp', 'aws', {
      ...placeFields({ address, vaultNamespace, mountPoint, authMountPoint }, 'aws'),
      ...AUTH_METHODS.aws.configuration({ roleName: role, headerValue: header }),
    }, {
      validate: (scope) => checkAll(scope, [
        ['address', address, vaultRules.anyOrigin],
        ['mountPoint', mountPoint, vaultRules.kvMount],
        ['role', role, vaultRules.vaultName],
        ['headerValue', header, vaultRules.headerValue],
        ['authMountPoint', authMountPoint, vaultRules.authMount],
        ['vaultNamespace', vaultNamespace, vaultRules.namespace],
      ]),
    });
  }

  /**
   * HashiCorp Vault, as a store has configured it.
   *
   * @param login The role of the workspace, and the value of its header.
   * @param credential Where the method hands one over.
   * @internal
   */
  public static _hashicorp(
    method: AuthMethodName,
    place: HashicorpPlace,
    login: { readonly roleName: string; readonly headerValue: string },
    credential?: HashicorpCredential,
  ): SecretsStoreConfiguration {
    const fields = { ...placeFields(place, method), ...AUTH_METHODS[method].configuration(login) };
    return new SecretsStoreConfiguration('hashicorp', method, fields, {
      validate: (scope) => {
        if (credential !== undefined) {
          assertStackOf(credential.resource, scope, 'credential', 'and the import there would block its replacement');
        }
      },
      secrets: credential?.secretFields,
    });
  }

  /**
   * GCP Secret Manager. What has to be done in GCP is rendered by `renderSetupCommands` and `renderSetupTerraform` of
   * `WorkspaceConfiguration`.
   *
   * @see https://docs.zenml.io/stacks/service-connectors/connector-types/gcp-service-connector#authentication-methods
   */
  public static gcp(options: GcpConfigurationOptions): SecretsStoreConfiguration {
    GCP_OPTIONS.check('SecretsStoreConfiguration.gcp', 'options', options);
    const { projectId, authentication } = options;
    return new SecretsStoreConfiguration('gcp', authentication._method, { project_id: projectId, ...authentication._fields }, {
      ...gcpStore(options),
      credentials: authentication._credentials,
    });
  }

  /**
   * Azure Key Vault. What has to be done in Azure is rendered by `renderSetupCommands` and `renderSetupTerraform` of
   * `WorkspaceConfiguration`.
   *
   * The name of the vault is rendered beside `auth_method`, where open-source ZenML reads it. Where ZenML Pro expects it is not known: say
   * to support which vault it is.
   *
   * @see https://docs.zenml.io/stacks/service-connectors/connector-types/azure-service-connector#authentication-methods
   */
  public static azure(options: AzureConfigurationOptions): SecretsStoreConfiguration {
    AZURE_OPTIONS.check('SecretsStoreConfiguration.azure', 'options', options);
    const { keyVaultName, authentication, subscriptionId, resourceGroup, storageAccount } = options;
    const fields = {
      ...authentication._fields,
      subscription_id: subscriptionId,
      resource_group: resourceGroup,
      storage_account: storageAccount,
    };
    return new SecretsStoreConfiguration('azure', authentication._method, definedOnly(fields), {
      ...azureStore(options),
      credentials: authentication._credentials,
      settings: { key_vault_name: keyVaultName },
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
    private readonly details: Details,
  ) {}

  /**
   * Whether credentials are a part of it.
   *
   * @internal
   */
  public get _isSecret(): boolean {
    return this._secretFields.length > 0;
  }

  /**
   * The fields of the authentication method that are secret.
   *
   * @internal
   */
  public get _secretFields(): string[] {
    const { secrets = {}, credentials = {} } = this.details;
    return [...Object.keys(secrets), ...Object.keys(credentials)];
  }

  /**
   * The JSON value at `zenml_service.configuration.secrets_store` of the workspace.
   *
   * @internal
   */
  public _render(scope: IConstruct): RenderedStore {
    const { validate, secrets = {}, credentials = {}, settings } = this.details;
    validate(scope);
    const given = Object.values(credentials);
    given.forEach((credential) => credential.check(scope));
    if (given.length > 0) {
      this.warn(scope);
    }
    const made = Object.entries(secrets).map(([field, value]) => [field, value.unsafeUnwrap()]);
    // First, since what is a JSON object ends in braces, as its reference does: a comma after them leaves no doubt which are whose.
    const rendered = Object.entries(credentials).map(([field, credential]) => [field, credential.render()]);
    return {
      type: this.type,
      settings: {
        auth_method: this.authMethod,
        ...settings,
        auth_config: { ...Object.fromEntries(rendered), ...this.authConfig, ...Object.fromEntries(made) },
      },
    };
  }

  /**
   * Where the secrets are, to be compared with the place of a backup.
   *
   * @internal
   */
  public get _place(): StorePlace {
    const { role_arn: assumed = '', vault_namespace: namespace = '', mount_point: mount, project_id: project } = this.authConfig;
    const { key_vault_name: keyVault = '' } = this.details.settings ?? {};
    const values: { readonly [type: string]: () => StorePlace['values'] } = {
      aws: () => ({ account: this.details.account ?? accountIn(assumed), region: this.authConfig.region }),
      hashicorp: () => ({ address: normalized(this.authConfig.vault_addr, (literal) => new URL(literal).origin), namespace, mount }),
      gcp: () => ({ project }),
      azure: () => ({ 'Key Vault': normalized(keyVault, (literal) => literal.toLowerCase()) }),
    };
    return { type: this.type, values: values[this.type]() };
  }

  /**
   * What has to be done outside of AWS, or undefined where nothing has.
   *
   * @internal
   */
  public _setup(scope: IConstruct, label: string): Setup | undefined {
    return this.details.setup?.(scope, label);
  }

  private warn(scope: IConstruct) {
    Annotations.of(scope).addWarningV2('cdk-zenml-secrets-store:credential',
      `A credential of ${this.type} (${this.authMethod}) is handed over to ZenML, and is good until it is revoked or expires. `
      + 'Choose a method that hands over nothing secret if there is one for your workspace');
    if (EXPIRING.includes(this.authMethod)) {
      Annotations.of(scope).addWarningV2('cdk-zenml-secrets-store:expiringToken',
        `The token of ${this.type} (${this.authMethod}) expires, and ZenML cannot renew it: `
        + 'the workspace then loses its secrets until another one is handed over. It is for a trial only');
    }
  }
}

/** The account of a construct's stack, as a part of a place. */
export function accountOf(construct: IConstruct): string {
  const stack = Stack.of(construct);
  return Token.isUnresolved(stack.account) ? `${UNKNOWN}${stack.node.path}` : stack.account;
}

/** Without a role the workspace reaches its secrets with its own, in its account. */
function accountIn(role: string): string {
  return role.split(':')[4] ?? `${UNKNOWN}${role}`;
}

function normalized(value: string, normalize: (literal: string) => string): string {
  return isKnown(value) ? normalize(value) : value;
}

/** ZenML logs in at the mount that is named as its type, unless it is told another one. */
function placeFields(place: HashicorpPlace, method: AuthMethodName): { [field: string]: string } {
  const { address, vaultNamespace, mountPoint, authMountPoint } = place;
  return {
    vault_addr: address,
    ...(vaultNamespace === undefined ? {} : { vault_namespace: vaultNamespace }),
    mount_point: mountPoint,
    ...(authMountPoint === AUTH_METHODS[method].mountType ? {} : { auth_mount_point: authMountPoint }),
  };
}

function definedOnly(fields: { [field: string]: string | undefined }): { [field: string]: string } {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/**
 * Across stacks a key would travel in an output, or in a parameter of Systems Manager, which show it. And CloudFormation lets nothing go
 * that another stack imports, so that what is replaced must not be imported.
 */
function assertStackOf(credential: IConstruct, scope: IConstruct, what: string, why: string) {
  const stack = Stack.of(credential);
  if (stack !== Stack.of(scope)) {
    throw invalid(scope, what, credential.node.path, `is of another stack, ${JSON.stringify(stack.node.path)}, ${why}`,
      'Make the WorkspaceConfiguration in the stack of that store');
  }
}
