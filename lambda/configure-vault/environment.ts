import { Administrator, Variables } from '../../src/vault/contract/environment';

/** The Vault of this function. It comes from the function's own configuration, and never from an event. */
export interface Connection {
  readonly address: string;
  /** Empty for the root namespace. */
  readonly vaultNamespace: string;
  /** The stack that has this function. */
  readonly connectionStack: string;
  readonly administrator: Administrator;
  readonly certificateAuthority?: string;
  readonly certificateAuthoritySecret?: string;
}

export function readEnvironment(environment: Partial<Variables>): Connection {
  const {
    ADDRESS: address,
    VAULT_NAMESPACE: vaultNamespace = '',
    ADMINISTRATOR: administrator,
    CONNECTION_STACK: connectionStack,
  } = environment;
  if (address === undefined || administrator === undefined || connectionStack === undefined) {
    throw new Error('The function lacks its environment variables. Deploy the stack of the VaultConnection again');
  }
  return {
    address,
    vaultNamespace,
    connectionStack,
    administrator: JSON.parse(administrator),
    certificateAuthority: environment.CERTIFICATE_AUTHORITY,
    certificateAuthoritySecret: environment.CERTIFICATE_AUTHORITY_SECRET,
  };
}
