import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { SecretsStoreConfiguration } from '../secrets-store-configuration';

interface Stores {
  readonly secretsStore: SecretsStoreConfiguration;
  readonly backupSecretsStore?: SecretsStoreConfiguration;
}

/**
 * Adds the output for ZenML support, and returns the JSON in it. A function rather than a construct inside of every store: an
 * app may hold a thousand of them, and each construct is paid for at synthesis.
 */
export function handOff(scope: Construct, outputId: string, stores: Stores): string {
  const json = Stack.of(scope).toJsonString({
    secrets_store: stores.secretsStore._render(scope),
    backup_secrets_store: stores.backupSecretsStore?._render(scope),
  });
  new CfnOutput(scope, outputId, {
    description: 'Send this to ZenML support: the secrets store in the configuration of the workspace',
    value: json,
  });
  return json;
}
