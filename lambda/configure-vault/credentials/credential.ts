import { CredentialIdentity, VaultCredential } from '../../../src/vault/contract/credential-properties';
import { VaultClient } from '../client/vault-client';

/** What Vault made: the secret part, and what it can be found by again. */
export interface CreatedCredential {
  readonly fields: { readonly [name: string]: string };
  readonly accessor: string;
  /** How long it is valid, in seconds; 0 for no end. */
  readonly lifetime: number;
  /** How often it may be used; 0 for no end. */
  readonly uses: number;
}

/** A kind of credential in Vault. */
export interface CredentialKind {
  /**
   * @param metadata Tells whoever finds the credential in Vault whose it is.
   * @returns undefined if the role of the credential is not there.
   */
  create(
    client: VaultClient, credential: VaultCredential, metadata: { readonly [name: string]: string },
  ): Promise<CreatedCredential | undefined>;
  exists(client: VaultClient, credential: CredentialIdentity, accessor: string): Promise<boolean>;
  destroy(client: VaultClient, credential: CredentialIdentity, accessor: string): Promise<void>;
}
