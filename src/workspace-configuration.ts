import { Construct } from 'constructs';
import { handOff } from './private/hand-off';
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
}

/**
 * The hand-off to ZenML support: an output of the stack with the JSON that goes into the workspace's configuration.
 *
 * Each store has one of its own. Make another only to hand over a store together with its backup, or one that this library
 * did not provision.
 *
 * The JSON is what stands at `zenml_service.configuration` of the workspace: `secrets_store`, and `backup_secrets_store` if
 * there is one. Nothing in it is secret.
 */
export class WorkspaceConfiguration extends Construct {
  /**
   * The JSON, as a token where it holds values that only the deployment knows.
   */
  public readonly json: string;

  constructor(scope: Construct, id: string, props: WorkspaceConfigurationProps) {
    super(scope, id);

    this.json = handOff(this, 'Default', props);
  }
}
