import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { AzureAuthentication } from './azure-authentication';
import { AzureConfigurationOptions } from './azure-configuration-options';
import { azureId, azureResourceGroup, azureStorageAccount, keyVaultName } from './private/azure-rules';
import { azureSetup } from './private/setup-scripts';
import * as types from '../core/prop-types';
import { checkAll } from '../core/validation';

export const AZURE_OPTIONS = types.object<AzureConfigurationOptions>({
  keyVaultName: types.text(keyVaultName),
  authentication: types.instanceOf(AzureAuthentication, 'AzureAuthentication.servicePrincipal(secret, { tenantId, clientId })'),
  subscriptionId: types.optional(types.text(azureId)),
  resourceGroup: types.optional(types.text(azureResourceGroup)),
  storageAccount: types.optional(types.text(azureStorageAccount)),
});

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
