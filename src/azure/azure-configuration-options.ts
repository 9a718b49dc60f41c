import { AzureAuthentication } from './azure-authentication';

/**
 * What a ZenML workspace needs to know of Azure Key Vault.
 */
export interface AzureConfigurationOptions {
  /**
   * The name of the Key Vault, 3 to 24 characters: that in front of `.vault.azure.net`, the only domain that ZenML knows.
   */
  readonly keyVaultName: string;

  /**
   * How the workspace authenticates.
   */
  readonly authentication: AzureAuthentication;

  /**
   * The id of the subscription, a UUID.
   *
   * @default - ZenML takes the one that it can see. If it can see none, or more than one, it does not start. There are no setup commands.
   */
  readonly subscriptionId?: string;

  /**
   * The resource group of the Key Vault. ZenML takes it, but does not need it for secrets.
   *
   * @default - ZenML is not told, and there are no setup commands
   */
  readonly resourceGroup?: string;

  /**
   * A storage account. ZenML takes it, but does not need it for secrets.
   *
   * @default - ZenML is not told
   */
  readonly storageAccount?: string;
}
