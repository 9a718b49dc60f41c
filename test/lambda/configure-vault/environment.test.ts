import { readEnvironment } from '../../../lambda/configure-vault/environment';

const ADMINISTRATOR = { method: 'token', secretArn: 'arn', field: 'token', namespace: '' };
const REQUIRED = { ADDRESS: 'https://vault.example.com:8200', ADMINISTRATOR: JSON.stringify(ADMINISTRATOR), CONNECTION_STACK: 'Vault' };

test('what is left out is the root namespace, and the public certificate authorities', () => {
  expect(readEnvironment(REQUIRED)).toEqual({
    address: 'https://vault.example.com:8200',
    vaultNamespace: '',
    connectionStack: 'Vault',
    administrator: ADMINISTRATOR,
    certificateAuthority: undefined,
    certificateAuthoritySecret: undefined,
  });
});

test('every variable arrives, and no other', () => {
  const variables = {
    ...REQUIRED,
    VAULT_NAMESPACE: 'admin/zenml',
    CERTIFICATE_AUTHORITY: 'pem',
    CERTIFICATE_AUTHORITY_SECRET: 'arn:ca',
    VAULT_TOKEN: 'canary',
  };

  expect(readEnvironment(variables)).toEqual({
    address: 'https://vault.example.com:8200',
    vaultNamespace: 'admin/zenml',
    connectionStack: 'Vault',
    administrator: ADMINISTRATOR,
    certificateAuthority: 'pem',
    certificateAuthoritySecret: 'arn:ca',
  });
});

test.each(['ADDRESS', 'ADMINISTRATOR', 'CONNECTION_STACK'])('without %s, it says how to get it back', (name) => {
  expect(() => readEnvironment({ ...REQUIRED, [name]: undefined })).toThrow(new Error(
    'The function lacks its environment variables. Deploy the stack of the VaultConnection again'));
});
