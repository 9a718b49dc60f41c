import { AzureAuthentication } from '../../azure/azure-authentication';
import { AzureConfigurationOptions } from '../../azure/azure-configuration-options';
import { keyVaultName, azureId, azureResourceGroup, azureStorageAccount } from '../../azure/private/azure-rules';
import * as types from '../../core/prop-types';
import { roleArn } from '../../core/validation';
import * as vaultRules from '../../core/vault-rules';
import { GcpAuthentication } from '../../gcp/gcp-authentication';
import { GcpConfigurationOptions } from '../../gcp/gcp-configuration-options';
import { gcpProjectId } from '../../gcp/private/gcp-rules';
import { AwsConfigurationOptions } from '../aws-configuration-options';
import { HashicorpConfigurationOptions } from '../hashicorp-configuration-options';

/* The types of what `SecretsStoreConfiguration` is made from. */

export const AWS_OPTIONS = types.object<AwsConfigurationOptions>({
  region: types.text('Write the code of the region of the secrets, such as eu-central-1'),
  roleArn: types.optional(types.text(roleArn)),
});

export const HASHICORP_OPTIONS = types.object<HashicorpConfigurationOptions>({
  address: types.text(vaultRules.anyOrigin),
  vaultNamespace: types.optional(types.text(vaultRules.namespace)),
  mountPoint: types.text(vaultRules.kvMount),
  role: types.text(vaultRules.vaultName),
  headerValue: types.optional(types.text(vaultRules.headerValue)),
  authMountPoint: types.optional(types.text(vaultRules.authMount)),
});

export const GCP_OPTIONS = types.object<GcpConfigurationOptions>({
  projectId: types.text(gcpProjectId),
  authentication: types.instanceOf(GcpAuthentication, 'GcpAuthentication.externalAccount({ workspace, projectNumber, pool, provider })'),
});

export const AZURE_OPTIONS = types.object<AzureConfigurationOptions>({
  keyVaultName: types.text(keyVaultName),
  authentication: types.instanceOf(AzureAuthentication, 'AzureAuthentication.servicePrincipal(secret, { tenantId, clientId })'),
  subscriptionId: types.optional(types.text(azureId)),
  resourceGroup: types.optional(types.text(azureResourceGroup)),
  storageAccount: types.optional(types.text(azureStorageAccount)),
});
