import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { AzureConfigurationOptions } from './azure-configuration-options';
import { azureId, azureResourceGroup, azureStorageAccount, keyVaultName } from './private/azure-rules';
import { azureSetup } from './private/setup-scripts';
import { checkAll } from '../core/validation';

/** What a configuration of Azure Key Vault does beyond its fields. */
export function azureStore(options: AzureConfigurationOptions) {
  return {
    validate: (scope: IConstruct) => {
      checkAll(scope, [
        ['keyVaultName', options.keyVaultName, keyVaultName],
        ['subscriptionId', options.subscriptionId, azureId],
        ['resourceGroup', options.resourceGroup, azureResourceGroup],
        ['storageAccount', options.storageAccount, azureStorageAccount],
      ]);
      options.authentication._validate(scope);
      if (options.authentication._method === 'implicit') {
        Annotations.of(scope).addWarningV2('cdk-zenml-secrets-store:azureImplicit',
          'With AzureAuthentication.implicit() ZenML starts only if it allows implicit authentication methods. '
          + 'Set ZENML_ENABLE_IMPLICIT_AUTH_METHODS=true in the environment of the server '
          + '(server.enableImplicitAuthMethods: true in its Helm chart)');
      }
    },
    setup: (scope: IConstruct, label: string) => azureSetup(scope, label, options),
  };
}
