/**
 * What a ZenML workspace needs to know of HashiCorp Vault.
 */
export interface HashicorpConfigurationOptions {
  /**
   * The address of the Vault: scheme, host and port.
   */
  readonly address: string;

  /**
   * The namespace of the Vault.
   *
   * @default - the root namespace
   */
  readonly vaultNamespace?: string;

  /**
   * The path of the KV mount, version 2.
   */
  readonly mountPoint: string;

  /**
   * The name of the role of Vault as which the workspace logs in.
   */
  readonly role: string;

  /**
   * What the auth mount demands in `X-Vault-AWS-IAM-Server-ID`.
   *
   * @default - nothing
   */
  readonly headerValue?: string;

  /**
   * The path of the auth method `aws`, as it follows `auth/`.
   *
   * @default aws
   */
  readonly authMountPoint?: string;
}
