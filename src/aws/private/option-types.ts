import * as types from '../../core/prop-types';
import { region, rolePath } from '../../core/validation';
import { AwsAuthentication } from '../aws-authentication';
import { SecretsIsolation } from '../secrets-isolation';
import { WorkspaceTrust } from '../workspace-trust';

/** The types of `AwsSecretsStoreOptions`. */
export const AWS_OPTION_TYPES = {
  authentication: types.optional(types.instanceOf(AwsAuthentication, 'AwsAuthentication.implicit()')),
  trust: types.optional(types.instanceOf(WorkspaceTrust, 'WorkspaceTrust.pinnedRole()')),
  isolation: types.optional(types.instanceOf(SecretsIsolation, 'SecretsIsolation.workspace()')),
  region: types.optional(types.text(region)),
  encryptionKeys: types.optional(types.listOf(types.kmsKey)),
  rolePath: types.optional(types.text(rolePath)),
  description: types.optional(types.text('Write a text of at most 1000 characters')),
  configurationEncryptionKey: types.optional(types.kmsKey),
  outputs: types.optional(types.flag),
};
