import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { outputConfiguration } from './private/configuration-output';
import { helmValues } from './private/helm-values';
import { RenderedStores } from './private/rendered-store';
import { serverEnvironment } from './private/server-environment';
import { SecretsStoreConfiguration } from './secrets-store-configuration';
import { ServerEnvironment } from './server-environment';
import * as types from '../core/prop-types';
import { Setup } from '../core/script-text';
import { renderTerraform } from '../core/terraform';
import { invalid } from '../core/validation';

/**
 * Properties of `WorkspaceConfiguration`.
 */
export interface WorkspaceConfigurationProps {
  /**
   * The store in which the workspace keeps its secrets.
   */
  readonly secretsStore: SecretsStoreConfiguration;

  /**
   * A second store, to which the workspace also writes every secret and from which it reads when the first one fails. It has to be in
   * another place: in that of the first, `zenml secret backup --delete-secrets` would destroy every secret.
   *
   * @default - no backup
   */
  readonly backupSecretsStore?: SecretsStoreConfiguration;

  /**
   * The KMS key of the secret that holds the JSON. Only where it holds credentials.
   *
   * @default - the account's key `aws/secretsmanager`
   */
  readonly encryptionKey?: kms.IKey;
}

const storeType = types.instanceOf(SecretsStoreConfiguration, 'store.configuration, or SecretsStoreConfiguration.aws({ region, roleArn })');
const PROPS = types.object<WorkspaceConfigurationProps>({
  secretsStore: storeType,
  backupSecretsStore: types.optional(storeType),
  encryptionKey: types.optional(types.kmsKey),
});

/**
 * The hand-off to ZenML support: an output of the stack with the JSON that goes into the workspace's configuration.
 *
 * Each store has one of its own. Make another only to hand over a store together with its backup, or one that this library
 * did not provision.
 *
 * The JSON is what stands at `zenml_service.configuration` of the workspace: `secrets_store`, and `backup_secrets_store` if there is one.
 * Where it holds credentials, it is kept in a secret in AWS Secrets Manager that nobody is allowed to read by this construct, and the
 * output names that secret.
 */
export class WorkspaceConfiguration extends Construct {
  /**
   * What holds the JSON where it holds credentials.
   *
   * @default - undefined where nothing in it is secret
   */
  public readonly secret?: secretsmanager.ISecret;

  private readonly text: string;
  private readonly rendered: RenderedStores;
  private readonly stores: [label: string, store: SecretsStoreConfiguration | undefined][];
  private environment?: ServerEnvironment;

  constructor(scope: Construct, id: string, private readonly props: WorkspaceConfigurationProps) {
    super(scope, id);

    PROPS.check(this, 'props', props);
    this.stores = [['zenml', props.secretsStore], ['zenml_backup', props.backupSecretsStore]];
    ({ rendered: this.rendered, json: this.text, secret: this.secret } = outputConfiguration(this, 'Default', props, props.encryptionKey));
    if (props.encryptionKey !== undefined && this.secret === undefined) {
      throw invalid(this, 'encryptionKey', props.encryptionKey.node.path, 'would have no effect, as nothing secret is handed over',
        'Leave it out');
    }
  }

  /**
   * The JSON, as a token where it holds values that only the deployment knows. Where it holds credentials, to read this is an error: use
   * `secret`, in which they are kept.
   */
  public get json(): string {
    this.refuseCredentials('json', 'secret');
    return this.text;
  }

  /**
   * Values for ZenML's Helm chart, for whoever runs the server on Kubernetes: JSON, which is YAML too.
   *
   * Put it into a file for `helm upgrade --values`, or pass `JSON.parse(configuration.helmValues)` as the `values` of a chart in CDK. Where
   * the configuration holds credentials, to read this is an error, as they would be shown wherever it is put: use `serverEnvironment`.
   *
   * Needs ZenML 0.91.1 or later for a Vault.
   *
   * @see https://docs.zenml.io/deploying-zenml/deploying-zenml/deploy-with-helm
   */
  public get helmValues(): string {
    this.refuseCredentials('helmValues', 'serverEnvironment');
    return helmValues(this.rendered);
  }

  /**
   * The environment of the ZenML server's container, for whoever runs the server. In a task definition of ECS:
   * `taskDefinition.addContainer('Server', { image, environment: configuration.serverEnvironment.environment,
   * secrets: configuration.serverEnvironment.secrets })`.
   *
   * Where the configuration holds credentials, they are kept in secrets of their own in AWS Secrets Manager, one for each store, from
   * which ECS takes them when a task starts. After a rotation, start new tasks.
   *
   * Needs ZenML 0.91.1 or later for a Vault.
   *
   * @see https://docs.zenml.io/deploying-zenml/deploying-zenml/deploy-with-docker
   */
  public get serverEnvironment(): ServerEnvironment {
    this.environment ??= serverEnvironment(this, this.props, this.rendered, this.props.encryptionKey);
    return this.environment;
  }

  /**
   * What has to be done in GCP or Azure before the workspace can use the store, as a script for bash with `gcloud` or `az`. It holds
   * nothing secret. It is an error for stores that need nothing there, and where the options do not say enough.
   *
   * Write it to a file, read it, and have it run by whoever administers the project or the subscription.
   */
  public renderSetupCommands(): string {
    return ['#!/usr/bin/env bash', 'set -euo pipefail', '', ...this.setups().flatMap(({ commands }) => commands)].join('\n') + '\n';
  }

  /**
   * The same for Terraform in place of the commands, in its JSON syntax, with resources of the providers `google`, or `azurerm` and
   * `azuread`. Write it to a file that ends in `.tf.json`.
   *
   * It checks less than the commands do: neither that the project number is that of the project, nor that the Key Vault uses Azure RBAC.
   * Terraform fails for what already exists, until you import it. The resources are named `zenml_*`, those of a backup `zenml_backup_*`, so
   * that one module can hold the file of one workspace.
   */
  public renderSetupTerraform(): string {
    return renderTerraform(this.setups().flatMap(({ terraform }) => terraform));
  }

  private refuseCredentials(property: string, instead: string) {
    if (this.secret !== undefined) {
      throw new Error(`${this.node.path}: ${property} holds credentials, which would be shown wherever it is put. `
        + `Use ${instead}, in which they are kept.`);
    }
  }

  private setups(): Setup[] {
    const setups = this.stores.map(([label, store]) => store?._setup(this, label)).filter((setup) => setup !== undefined);
    if (setups.length === 0) {
      throw new Error(`${this.node.path}: there is nothing to set up outside of AWS. Render the setup of a configuration of gcp or azure.`);
    }
    return setups;
  }
}
