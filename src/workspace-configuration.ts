import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { handOff } from './private/hand-off';
import { invalid } from './private/validation';
import { SecretsStoreConfiguration } from './secrets-store-configuration';

/**
 * Properties of `WorkspaceConfiguration`.
 */
export interface WorkspaceConfigurationProps {
  /**
   * The store in which the workspace keeps its secrets.
   */
  readonly secretsStore: SecretsStoreConfiguration;

  /**
   * A second store, to which the workspace also writes every secret and from which it reads when the first one fails.
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

/**
 * The hand-off to ZenML support: an output of the stack with the JSON that goes into the workspace's configuration.
 *
 * Each store has one of its own. Make another only to hand over a store together with its backup, or one that this library
 * did not provision.
 *
 * The JSON is what stands at `zenml_service.configuration` of the workspace: `secrets_store`, and `backup_secrets_store` if
 * there is one. Where it holds credentials, it is kept in a secret in AWS Secrets Manager that nobody is allowed to read by this construct, and the
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

  constructor(scope: Construct, id: string, props: WorkspaceConfigurationProps) {
    super(scope, id);

    ({ json: this.text, secret: this.secret } = handOff(this, 'Default', props, props.encryptionKey));
    if (props.encryptionKey !== undefined && this.secret === undefined) {
      throw invalid(this, 'encryptionKey', props.encryptionKey.node.path, 'would have no effect, as nothing secret is handed over', 'Leave it out');
    }
  }

  /**
   * The JSON, as a token where it holds values that only the deployment knows. Where it holds credentials, to read this is an error: they are in
   * `secret`.
   */
  public get json(): string {
    if (this.secret !== undefined) {
      throw new Error(`${this.node.path}: json holds credentials, which would be shown wherever it is put. Use secret, in which it is kept.`);
    }
    return this.text;
  }
}
