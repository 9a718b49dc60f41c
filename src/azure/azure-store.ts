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
    },
    setup: (scope: IConstruct, label: string) => azureSetup(scope, label, options),
  };
}
