import { Annotations, SecretValue, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { AzureAuthentication } from './azure/azure-authentication';
import { GcpAuthentication } from './gcp/gcp-authentication';
import { azureSetup } from './private/azure-setup';
import { Credential } from './private/credential';
import { gcpMember, gcpSetup } from './private/gcp-setup';
import { Setup } from './private/setup';
import {
  anyOrigin, authMount, azureId, azureResourceGroup, azureStorageAccount, Check, checkAll, gcpProjectId, headerValue, invalid, keyVaultName, kvMount,
  namespace, region, roleArn, vaultName,
} from './private/validation';

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
 * What a ZenML workspace needs to know of GCP Secret Manager.
 */
export interface GcpConfigurationOptions {
  /**
   * The id of the project that has the secrets, 6 to 30 characters.
   */
  readonly projectId: string;

  /**
   * How the workspace authenticates.
   */
  readonly authentication: GcpAuthentication;
}

/**
 * What a ZenML workspace needs to know of Azure Key Vault.
 */
export interface AzureConfigurationOptions {
  /**
   * The name of the Key Vault, 3 to 24 characters: that in front of `.vault.azure.net`, the only domain that ZenML knows.
   */
  readonly keyVaultName: string;

  /**
   * How the workspace authenticates.
   */
  readonly authentication: AzureAuthentication;

  /**
   * The id of the subscription, a UUID.
   *
   * @default - ZenML takes the one that it can see. If it can see none, or more than one, it does not start. There are no setup commands.
   */
  readonly subscriptionId?: string;

  /**
   * The resource group of the Key Vault. ZenML takes it, but does not need it for secrets.
   *
   * @default - ZenML is not told, and there are no setup commands
   */
  readonly resourceGroup?: string;

  /**
   * A storage account. ZenML takes it, but does not need it for secrets.
   *
   * @default - ZenML is not told
   */
  readonly storageAccount?: string;
}

/** What a configuration may have, beyond the fields that anybody may see. */
interface Details {
  readonly validate: (scope: IConstruct) => void;
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
const EXPIRING = ['oauth2-token', 'access-token'];

/** Where in which Vault a store is. */
interface HashicorpPlace {
  readonly address: string;
  readonly vaultNamespace?: string;
  readonly mountPoint: string;
  readonly authMountPoint: string;
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
    }, {
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
    return new SecretsStoreConfiguration('aws', method, fields, { validate: (scope) => demandStackOf(key, scope), secrets });
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
    }, {
      validate: (scope) => checkAll(scope, [
        ['address', address, anyOrigin],
        ['mountPoint', mountPoint, kvMount],
        ['role', role, vaultName],
        ['headerValue', header, headerValue],
        ['authMountPoint', authMountPoint, authMount],
        ['vaultNamespace', vaultNamespace, namespace],
      ]),
    });
  }

  /**
   * HashiCorp Vault with one of the methods that take a credential.
   *
   * @internal
   */
  public static _hashicorpCredential(method: string, place: HashicorpPlace, secrets: { readonly [field: string]: SecretValue }): SecretsStoreConfiguration {
    const { address, vaultNamespace, mountPoint, authMountPoint } = place;
    return new SecretsStoreConfiguration('hashicorp', method, {
      vault_addr: address,
      ...(vaultNamespace === undefined ? {} : { vault_namespace: vaultNamespace }),
      mount_point: mountPoint,
      ...(method === 'token' || authMountPoint === 'approle' ? {} : { auth_mount_point: authMountPoint }),
    }, { validate: () => {}, secrets });
  }

  /**
   * GCP Secret Manager. What has to be done in GCP is rendered by `renderSetupCommands` and `renderSetupTerraform` of `WorkspaceConfiguration`.
   *
   * @see https://docs.zenml.io/stacks/service-connectors/connector-types/gcp-service-connector#authentication-methods
   */
  public static gcp(options: GcpConfigurationOptions): SecretsStoreConfiguration {
    const { projectId, authentication } = options;
    return new SecretsStoreConfiguration('gcp', authentication._method, { project_id: projectId, ...authentication._fields }, {
      validate: (scope) => {
        gcpProjectId.check(scope, 'projectId', projectId);
        authentication._validate(scope);
      },
      credentials: authentication._credentials,
      setup: (scope, label) => {
        refuseTokens(scope, [['projectId', projectId], ...authentication._values]);
        const member = gcpMember(authentication._identity);
        if (member === undefined) {
          throw invalid(scope, 'authentication', authentication._method, 'does not say who is to have the permissions, so that there are no setup commands',
            `Give it ${authentication._identityOption}`);
        }
        return gcpSetup(label, projectId, authentication._identity, member);
      },
    });
  }

  /**
   * Azure Key Vault. What has to be done in Azure is rendered by `renderSetupCommands` and `renderSetupTerraform` of `WorkspaceConfiguration`.
   *
   * The name of the vault is rendered beside `auth_method`, where open-source ZenML reads it. Where ZenML Pro expects it is not known: say to support
   * which vault it is.
   *
   * @see https://docs.zenml.io/stacks/service-connectors/connector-types/azure-service-connector#authentication-methods
   */
  public static azure(options: AzureConfigurationOptions): SecretsStoreConfiguration {
    const { keyVaultName: vault, authentication, subscriptionId, resourceGroup, storageAccount } = options;
    const checks: Check[] = [
      ['keyVaultName', vault, keyVaultName],
      ['subscriptionId', subscriptionId, azureId],
      ['resourceGroup', resourceGroup, azureResourceGroup],
      ['storageAccount', storageAccount, azureStorageAccount],
    ];
    const fields = { ...authentication._fields, subscription_id: subscriptionId, resource_group: resourceGroup, storage_account: storageAccount };
    return new SecretsStoreConfiguration('azure', authentication._method, definedOnly(fields), {
      validate: (scope) => {
        checkAll(scope, checks);
        authentication._validate(scope);
      },
      credentials: authentication._credentials,
      settings: { key_vault_name: vault },
      setup: (scope, label) => {
        refuseTokens(scope, [...checks.map(([option, value]): [string, string | undefined] => [option, value]), ...authentication._values]);
        const { clientId, principalId } = authentication._identity;
        const needed = { subscriptionId, resourceGroup, principalId: clientId ?? principalId };
        const missing = Object.entries(needed).filter(([, value]) => value === undefined);
        if (subscriptionId === undefined || resourceGroup === undefined || missing.length > 0) {
          throw invalid(scope, 'authentication', authentication._method, 'and the vault are not described well enough for setup commands',
            `Give ${missing.map(([option]) => option).join(', ')}`);
        }
        return azureSetup(label, { name: vault, subscriptionId, resourceGroup }, authentication._identity);
      },
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
    const { secrets = {}, credentials = {} } = this.details;
    return Object.keys(secrets).length + Object.keys(credentials).length > 0;
  }

  /**
   * The JSON value at `zenml_service.configuration.secrets_store` of the workspace.
   *
   * @internal
   */
  public _render(scope: IConstruct) {
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
   * What has to be done outside of AWS, or undefined where nothing has.
   *
   * @internal
   */
  public _setup(scope: IConstruct, label: string): Setup | undefined {
    return this.details.setup?.(scope, label);
  }

  private warn(scope: IConstruct) {
    Annotations.of(scope).addWarningV2('cdk-zenml-secrets-store:credential',
      `A credential of ${this.type} (${this.authMethod}) is handed over to ZenML, and is good until it is revoked or expires. Choose a method that hands over nothing secret if there is one for your workspace`);
    if (EXPIRING.includes(this.authMethod)) {
      Annotations.of(scope).addWarningV2('cdk-zenml-secrets-store:expiringToken',
        `The token of ${this.type} (${this.authMethod}) expires, and ZenML cannot renew it: the workspace then loses its secrets until another one is handed over. It is for a trial only`);
    }
  }
}

function definedOnly(fields: { [field: string]: string | undefined }): { [field: string]: string } {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Nobody could run a command with a token in it. */
function refuseTokens(scope: IConstruct, values: [string, string | undefined][]) {
  for (const [option, value] of values) {
    if (Token.isUnresolved(value)) {
      throw invalid(scope, option, value, 'is known only to the deployment, so that there are no setup commands', 'Write the value itself');
    }
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
