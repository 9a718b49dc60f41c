import { CredentialKind } from './credential';
import { destroySecretIdPath, roleIdPath, secretIdPath } from '../../../src/vault/contract/auth-methods/app-role';

/** The secret id of an AppRole. https://developer.hashicorp.com/vault/api-docs/auth/approle */
export const secretId: CredentialKind = {
  async create(client, credential, metadata) {
    const role = await client.request('GET', roleIdPath(credential));
    if (role.status === 404) {
      return undefined;
    }
    const { body: { data } } = await client.request('POST', secretIdPath(credential), { metadata: JSON.stringify(metadata) });
    return {
      fields: { role_id: role.body.data.role_id, secret_id: data.secret_id },
      accessor: data.secret_id_accessor,
      lifetime: data.secret_id_ttl,
      uses: data.secret_id_num_uses,
    };
  },

  async exists(client, credential, accessor) {
    // Where the role is gone, Vault answers a list of its secret ids with an error.
    if ((await client.request('GET', roleIdPath(credential))).status === 404) {
      return false;
    }
    const { status, body } = await client.request('LIST', secretIdPath(credential));
    return status !== 404 && body.data.keys.includes(accessor);
  },

  async destroy(client, credential, accessor) {
    await client.request('POST', destroySecretIdPath(credential), { secret_id_accessor: accessor });
  },
};
