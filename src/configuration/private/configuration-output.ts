import { CfnOutput, SecretValue, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { validateBackupPlace } from './backup-place';
import { RenderedStores } from './rendered-store';
import { SecretsStoreConfiguration } from '../secrets-store-configuration';

export interface ConfiguredStores {
  readonly secretsStore: SecretsStoreConfiguration;
  readonly backupSecretsStore?: SecretsStoreConfiguration;
}

/** @param keyless The method that hands over nothing secret, as it is called in an app. */
export function grantReadConfiguration(
  scope: Construct, secret: secretsmanager.ISecret | undefined, keyless: string, grantee: iam.IGrantable,
): iam.Grant {
  if (secret === undefined) {
    throw new Error(`${scope.node.path}: there is no hand-off secret to read. Nothing secret is handed over with ${keyless}; `
      + 'with outputs: false, grant it on the secret of your WorkspaceConfiguration.');
  }
  return secret.grantRead(grantee);
}

export interface ConfigurationOutput {
  /** What the JSON says. */
  readonly rendered: RenderedStores;
  /**
   * The JSON. What is secret in it are references, to attributes of resources or to secrets of the customer's: it may go into a secret, and
   * nowhere else.
   */
  readonly json: string;
  /** What holds the JSON, where it is secret. */
  readonly secret?: secretsmanager.ISecret;
}

/**
 * Adds the output for ZenML support. A function rather than a construct inside of every store: an app may hold a thousand of
 * them, and each construct is paid for at synthesis.
 *
 * What holds a secret never gets into an output or, in clear, into the template: it becomes a secret in Secrets Manager, and the output
 * names that.
 */
export function outputConfiguration(
  scope: Construct, outputId: string, stores: ConfiguredStores, encryptionKey?: kms.IKey,
): ConfigurationOutput {
  const rendered = { secrets_store: stores.secretsStore._render(scope), backup_secrets_store: stores.backupSecretsStore?._render(scope) };
  const json = Stack.of(scope).toJsonString(rendered);
  if (stores.backupSecretsStore !== undefined) {
    validateBackupPlace(scope, stores.secretsStore._place, stores.backupSecretsStore._place);
  }
  if (!stores.secretsStore._isSecret && !stores.backupSecretsStore?._isSecret) {
    new CfnOutput(scope, outputId, {
      description: 'Send this to ZenML support: the secrets store in the configuration of the workspace',
      value: json,
    });
    return { rendered, json };
  }
  const secret = new secretsmanager.Secret(scope, 'ConfigurationSecret', {
    description: 'For ZenML support: the secrets store in the configuration of the workspace, with its credentials',
    encryptionKey,
    secretStringValue: SecretValue.unsafePlainText(json), // what is secret in it is a reference: an attribute, or a dynamic one
  });
  new CfnOutput(scope, 'WorkspaceConfigurationSecret', {
    description: 'Hand the value of this secret to ZenML support, by a way that keeps it secret: '
      + 'the secrets store in the configuration of the workspace',
    value: secret.secretArn,
  });
  return { rendered, json, secret };
}
