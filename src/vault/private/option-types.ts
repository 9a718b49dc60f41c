import * as types from '../../core/prop-types';
import * as vaultRules from '../../core/vault-rules';
import { VaultAuthentication } from '../vault-authentication';
import { VaultConnection } from '../vault-connection';
import { VaultKvMount } from '../vault-mounts';

/** The types of `VaultSecretsStoreOptions`. */
export const VAULT_OPTION_TYPES = {
  connection: types.instanceOf(VaultConnection, 'new VaultConnection(this, \'Vault\', { address, administrator })'),
  authentication: types.optional(types.instanceOf(VaultAuthentication, 'VaultAuthentication.aws()')),
  tokenBoundCidrs: types.optional(types.listOf(types.text(vaultRules.cidr))),
  tokenNoDefaultPolicy: types.optional(types.flag),
  takeOver: types.optional(types.flag),
  kvMount: types.optional(types.instanceOf(VaultKvMount, 'VaultKvMount.managed()')),
  planOnly: types.optional(types.flag),
  forget: types.optional(types.flag),
  configurationEncryptionKey: types.optional(types.kmsKey),
  outputs: types.optional(types.flag),
};
