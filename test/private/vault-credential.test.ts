import { namespacePart } from '../../src/private/hash';
import { writeAll } from '../../src/private/properties';
import { idOfCredential, partsOfCredentialId, readCredential, settingsOf, VaultCredential } from '../../src/private/vault-credential';

const CREDENTIAL: VaultCredential = {
  authMethod: 'app_role',
  authMount: 'approle',
  roleName: 'zenml',
  policy: 'zenml',
  tokenTtl: 3600,
  serial: 1,
  secretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:Credential-AbCdEf',
  forget: false,
};
const read = (change: object = {}) => readCredential({ ServiceToken: 'arn', ...writeAll(CREDENTIAL, 'hash'), ...change });

test('it arrives as it was written', () => {
  expect(read()).toEqual(CREDENTIAL);
});

test.each<[object, string]>([
  [{ AuthMethod: 'aws' }, 'AuthMethod "aws" is none of app_role, token. Correct'],
  [{ AuthMount: 'sys' }, 'AuthMount "sys" is not the path of an auth method'],
  [{ RoleName: 'a/b' }, 'RoleName "a/b" is not a name for a role'],
  [{ Policy: 'root' }, 'Policy "root" is not a name for a role or policy of Vault'],
  [{ TokenTtl: '0' }, 'TokenTtl "0" is not a whole number of seconds above 0'],
  [{ Serial: '1.5' }, 'Serial "1.5" is not a whole number'],
  [{ SecretArn: 'zenml/secret' }, 'SecretArn "zenml/secret" is not the ARN of a secret. Correct'],
  [{ SecretArn: undefined }, 'SecretArn undefined is not the ARN of a secret'],
  [{ Forget: 'no' }, 'Forget "no" is none of true, false'],
  [{ Token: 'canary' }, 'The event has the unknown property "Token"'],
])('%j is refused', (change, message) => {
  expect(() => read(change)).toThrow(message);
});

test('its id tells the namespace, what it was made for, and by what Vault finds it', () => {
  const id = idOfCredential(CREDENTIAL, 'admin', 'aMBIfSlB4uGsiGTvIRvW3hJX.x1y2z');

  expect(partsOfCredentialId(id)).toEqual({ namespace: namespacePart('admin'), settings: settingsOf(CREDENTIAL), accessor: 'aMBIfSlB4uGsiGTvIRvW3hJX.x1y2z' });
});

test.each([undefined, '', 'canary', 'zenml-vault-055539df4a0b-ef439d4861fb-82fa90a87ae7', 'zenml-vault-credential-055539df4a0b-ef439d4861fb-'])('%j is the id of none', (id) => {
  expect(partsOfCredentialId(id)).toBeUndefined();
});

const TOKEN: VaultCredential = { ...CREDENTIAL, authMethod: 'token', authMount: 'token' };

test.each<[string, VaultCredential, Partial<VaultCredential>]>([
  ['a secret id', CREDENTIAL, { authMethod: 'token' }],
  ['a secret id', CREDENTIAL, { authMount: 'other' }],
  ['a secret id', CREDENTIAL, { roleName: 'other' }],
  ['a secret id', CREDENTIAL, { serial: 2 }],
  ['a secret id', CREDENTIAL, { secretArn: 'other' }],
  ['a token', TOKEN, { policy: 'other' }],
  ['a token', TOKEN, { tokenTtl: 60 }],
])('%s %j becomes another one with %j', (_, before, change) => {
  expect(settingsOf({ ...before, ...change })).not.toBe(settingsOf(before));
});

test.each<[string, VaultCredential, Partial<VaultCredential>]>([
  ['a secret id', CREDENTIAL, { policy: 'other', tokenTtl: 60 }],
  ['a secret id', CREDENTIAL, { forget: true }],
  ['a token', TOKEN, { forget: true }],
])('%s %j stays itself with %j', (_, before, change) => {
  expect(settingsOf({ ...before, ...change })).toBe(settingsOf(before));
});
