import { SecretValue, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ConfiguredStores } from './configuration-output';
import { needsImplicitMethods } from './implicit-methods';
import { RenderedStore, RenderedStores } from './rendered-store';
import { ServerEnvironment } from '../server-environment';

/** The variables of the server for the stores, with what is secret in a secret for each store. */
export function serverEnvironment(
  scope: Construct, stores: ConfiguredStores, rendered: RenderedStores, encryptionKey?: kms.IKey,
): ServerEnvironment {
  const environment: ServerEnvironment = { environment: {}, secrets: {} };
  addStore(scope, environment, 'ZENML_SECRETS_STORE', rendered.secrets_store, stores.secretsStore._secretFields, encryptionKey);
  if (stores.backupSecretsStore !== undefined) {
    const { _secretFields: secretFields } = stores.backupSecretsStore;
    addStore(scope, environment, 'ZENML_BACKUP_SECRETS_STORE', rendered.backup_secrets_store!, secretFields, encryptionKey);
  }
  if (needsImplicitMethods(rendered)) {
    environment.environment.ZENML_ENABLE_IMPLICIT_AUTH_METHODS = 'true';
  }
  return environment;
}

function addStore(
  scope: Construct, { environment, secrets }: ServerEnvironment, prefix: string, { type, settings }: RenderedStore, secretFields: string[],
  encryptionKey?: kms.IKey,
) {
  const { auth_config: fields, ...others } = settings;
  Object.entries({ type, ...others }).forEach(([name, value]) => environment[`${prefix}_${name.toUpperCase()}`] = value);

  // A Vault has a variable for each field; the other back ends have one with all of them, as JSON.
  const isFlat = type === 'hashicorp';
  const secretly = (made: { [field: string]: string | number }) => new secretsmanager.Secret(scope, secretId(prefix), {
    description: 'For the ZenML server: the credentials of its secrets store',
    encryptionKey,
    secretStringValue: SecretValue.unsafePlainText(Stack.of(scope).toJsonString(made)), // what is secret in it is a reference
  });
  if (!isFlat) {
    if (secretFields.length === 0) {
      environment[`${prefix}_AUTH_CONFIG`] = Stack.of(scope).toJsonString(fields);
    } else {
      secrets[`${prefix}_AUTH_CONFIG`] = ecs.Secret.fromSecretsManager(secretly(fields));
    }
    return;
  }
  for (const [field, value] of Object.entries(fields).filter(([name]) => !secretFields.includes(name))) {
    environment[`${prefix}_${field.toUpperCase()}`] = String(value);
  }
  if (secretFields.length > 0) {
    const secret = secretly(Object.fromEntries(secretFields.map((field) => [field, fields[field]])));
    secretFields.forEach((field) => secrets[`${prefix}_${field.toUpperCase()}`] = ecs.Secret.fromSecretsManager(secret, field));
  }
}

function secretId(prefix: string): string {
  return prefix === 'ZENML_SECRETS_STORE' ? 'ServerSecret' : 'BackupServerSecret';
}
