import {
  idOfCredential, partsOfCredentialId, placeOf, readCredential, settingsOf, VaultCredential,
} from '../../../src/vault/contract/credential-properties';
import { namespacePart } from '../../../src/vault/contract/hash';
import { writeProperties } from '../../../src/vault/contract/property-readers';

const CREDENTIAL: VaultCredential = {
  authMethod: 'app_role',
  authMount: 'approle',
  roleName: 'zenml',
  policy: 'zenml',
  tokenTtl: 3600,
  tokenBoundCidrs: [],
  tokenNoDefaultPolicy: false,
  secretIdTtl: 0,
  serial: 1,
  retiring: false,
  secretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:Credential-AbCdEf',
  forget: false,
};
const read = (change: object = {}) => readCredential({ ServiceToken: 'arn', ...writeProperties(CREDENTIAL, 'hash'), ...change });

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

test('its id tells the namespace, where it is, what it keeps, and by what Vault finds it', () => {
  const id = idOfCredential(CREDENTIAL, 'admin', 'aMBIfSlB4uGsiGTvIRvW3hJX.x1y2z');

  expect(partsOfCredentialId(id)).toEqual({
    namespace: namespacePart('admin'),
    place: placeOf(CREDENTIAL),
    settings: settingsOf(CREDENTIAL),
    accessor: 'aMBIfSlB4uGsiGTvIRvW3hJX.x1y2z',
  });
});

test.each([
  undefined, '', 'canary', 'zenml-vault-055539df4a0b-ef439d4861fb-82fa90a87ae7',
  'zenml-vault-credential-055539df4a0b-ef439d4861fb-82fa90a87ae7-',
])('%j is the id of none', (id) => {
  expect(partsOfCredentialId(id)).toBeUndefined();
});

const TOKEN: VaultCredential = { ...CREDENTIAL, authMethod: 'token', authMount: 'token' };

test.each<[Partial<VaultCredential>]>([
  [{ authMethod: 'token' }], [{ authMount: 'other' }], [{ roleName: 'other' }], [{ serial: 2 }], [{ secretArn: 'other' }],
])('with another %j it is elsewhere', (change) => {
  expect(placeOf({ ...CREDENTIAL, ...change })).not.toBe(placeOf(CREDENTIAL));
});

const OF_TOKENS: Partial<VaultCredential>[] = [
  { policy: 'other' }, { tokenTtl: 60 }, { tokenBoundCidrs: ['10.0.0.0/8'] }, { tokenNoDefaultPolicy: true },
];

test.each(OF_TOKENS)('a token keeps %j from its making, a secret id has it from its role', (change) => {
  expect(settingsOf({ ...TOKEN, ...change })).not.toBe(settingsOf(TOKEN));
  expect(settingsOf({ ...CREDENTIAL, ...change })).toBe(settingsOf(CREDENTIAL));
});

test('a secret id keeps its own end', () => {
  expect(settingsOf({ ...CREDENTIAL, secretIdTtl: 60 })).not.toBe(settingsOf(CREDENTIAL));
  expect(settingsOf({ ...TOKEN, secretIdTtl: 60 })).toBe(settingsOf(TOKEN));
});

test.each<[Partial<VaultCredential>]>([[{ forget: true }], [{ retiring: true }]])('%j changes nothing of it', (change) => {
  for (const credential of [CREDENTIAL, TOKEN]) {
    const changed = { ...credential, ...change };
    expect([placeOf(changed), settingsOf(changed)]).toEqual([placeOf(credential), settingsOf(credential)]);
  }
});
