import { Rule } from '../../core/validation';

/*
 * The values also go into shell commands and into Terraform, see setup-scripts.ts. None of these formats allows a quote, a backslash,
 * a space, a dollar sign or a control character.
 */

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftkeyvault */
export const keyVaultName = new Rule({
  matches: (value) => /^(?!.*--)[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$/.test(value),
  problem: 'is not the name of an Azure Key Vault',
}, 'Write the name alone, without https:// and .vault.azure.net: 3 to 24 letters, digits and single hyphens, beginning with a letter');
export const azureId = new Rule({
  matches: (value) => /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/.test(value),
  problem: 'is not an id of Azure',
}, 'Write it as az prints it, such as 123e4567-e89b-12d3-a456-426614174000');
/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources */
export const azureResourceGroup = new Rule({
  matches: (value) => /^[A-Za-z0-9_().-]{0,89}[A-Za-z0-9_()-]$/.test(value),
  problem: 'is not the name of a resource group',
}, 'Write its name alone: 1 to 90 letters, digits and _().- without a period at the end');
export const azureStorageAccount = new Rule({
  matches: (value) => /^[a-z0-9]{3,24}$/.test(value),
  problem: 'is not the name of a storage account',
}, 'Write its name alone: 3 to 24 lower-case letters and digits');
