import { CredentialKind } from './credential';
import { valuesOf } from '../../../src/vault/contract/auth-methods/auth-method';
import { createTokenPath, tokenRequest, tokenRolePath } from '../../../src/vault/contract/auth-methods/token';

/** A token of a token role. https://developer.hashicorp.com/vault/api-docs/auth/token */
export const token: CredentialKind = {
  async create(client, credential, metadata) {
    const role = await client.request('GET', tokenRolePath(credential));
    if (role.status === 404) {
      return undefined;
    }
    const { body } = await client.request('POST', createTokenPath(credential), valuesOf(tokenRequest(credential, metadata)));
    const { client_token: secret, accessor, lease_duration: lifetime, num_uses: uses } = body.auth;
    return { fields: { token: secret }, accessor, lifetime, uses };
  },

  async exists(client, _, accessor) {
    return client.request('POST', 'auth/token/lookup-accessor', { accessor }).then(({ status }) => status !== 404, (error) => {
      if (/invalid accessor/.test(error.message)) {
        return false;
      }
      throw error;
    });
  },

  async destroy(client, _, accessor) {
    await client.request('POST', 'auth/token/revoke-accessor', { accessor });
  },
};
