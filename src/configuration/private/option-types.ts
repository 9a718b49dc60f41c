import * as types from '../../core/prop-types';
import { roleArn } from '../../core/validation';
import * as vaultRules from '../../core/vault-rules';
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
