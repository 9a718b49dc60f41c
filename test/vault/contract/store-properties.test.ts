import { connectionHash, namespacePart } from '../../../src/vault/contract/hash';
import { writeProperties } from '../../../src/vault/contract/property-readers';
import {
  claimsPolicyOf, partsOfPhysicalId, physicalId, readStore, VaultStore, withoutIamPath,
} from '../../../src/vault/contract/store-properties';
import { OTHER_WORKSPACE, storeOf, WORKSPACE } from '../../lambda/configure-vault/stack-under-test';

const NAMES = Object.keys(storeOf()) as (keyof VaultStore)[];
const inEvent = (name: string) => name[0].toUpperCase() + name.slice(1);

/** What the handler makes of one property of the event. */
function readOne(name: keyof VaultStore, value: unknown) {
  return readStore({ ...writeProperties(storeOf({ policyIsExternal: true }), 'hash'), [inEvent(name)]: value })[name];
}

/** A store in which every property is another one. */
const OTHER = storeOf({
  workspaceId: OTHER_WORKSPACE,
  authMethod: 'app_role',
  principalArn: '',
  authMount: 'approle',
  authMountIsExternal: true,
  headerValue: 'vault.example.com',
  stsEndpoint: 'https://sts.eu-central-1.amazonaws.com',
  stsRegion: 'eu-central-1',
  roleName: 'other',
  tokenTtl: 1,
  tokenMaxTtl: 9_999_999_999,
  tokenBoundCidrs: ['10.0.0.0/8', '2001:db8::/32'],
  secretIdBoundCidrs: ['10.0.0.0/8'],
  secretIdTtl: 86400,
  tokenNoDefaultPolicy: true,
  policy: 'other-policy',
  policyIsExternal: true,
  kvMount: 'kv',
  kvMountIsExternal: true,
  kvRemoval: 'destroy',
  takeOver: true,
  planOnly: true,
  forget: true,
});

describe('properties of the event', () => {
  test.each<[string, VaultStore]>([
    ['of defaults', storeOf()],
    ['of anything else', OTHER],
    ['that goes with its mount if that is empty', storeOf({ kvRemoval: 'destroy-if-empty' })],
    ['that hands over a token', storeOf({ authMethod: 'token', authMount: 'token', principalArn: '' })],
    ['that asks for no header', storeOf({ headerValue: '' })],
    ['with one block of addresses', storeOf({ tokenBoundCidrs: ['10.0.0.0/8'] })],
  ])('a store %s arrives as it was written', (_, store) => {
    const properties = { ServiceToken: 'arn', ServiceTimeout: '900', ...writeProperties(store, 'hash') };

    expect(readStore(properties)).toEqual(store);
  });

  test('everything is a string, as CloudFormation would make it one', () => {
    const properties = writeProperties(OTHER, 'hash');

    expect(Object.keys(properties).sort()).toEqual([...NAMES.map(inEvent), 'Connection', 'ContractVersion'].sort());
    expect(Object.values(properties).filter((value) => typeof value !== 'string')).toEqual([]);
    expect(properties).toMatchObject({
      Connection: 'hash',
      TokenTtl: '1',
      TakeOver: 'true',
      TokenBoundCidrs: '10.0.0.0/8,2001:db8::/32',
      KvRemoval: 'destroy',
      StsRegion: 'eu-central-1',
    });
    expect(writeProperties(storeOf(), 'hash')).toMatchObject({ TakeOver: 'false', TokenBoundCidrs: '', TokenMaxTtl: '86400' });
  });

  test('no property is missing in the store that differs in all', () => {
    expect(NAMES.filter((name) => JSON.stringify(storeOf()[name]) === JSON.stringify(OTHER[name]))).toEqual([]);
  });

  test.each(NAMES)('%s has to be there, once, as a string', (name) => {
    for (const value of [undefined, null, true, 1, {}, ['a', 'b']]) {
      expect(() => readOne(name, value)).toThrow(new RegExp(`^${inEvent(name)} .* is (not|none of)`));
    }
  });

  test.each<[keyof VaultStore, string, unknown]>([
    ['workspaceId', WORKSPACE.toUpperCase(), WORKSPACE],
    ['roleName', 'ZenML-Production', 'zenml-production'],
    ['policy', 'ZenML-Production', 'zenml-production'],
    ['principalArn', 'arn:aws:iam::111122223333:role/a/b/pod', 'arn:aws:iam::111122223333:role/pod'],
    ['authMount', 'AWS', 'AWS'],
    ['kvMount', 'KV', 'KV'],
    ['stsEndpoint', '', ''],
    ['stsRegion', '', ''],
    ['tokenTtl', '1', 1],
    ['tokenTtl', '86400', 86400],
    ['tokenBoundCidrs', '', []],
    ['tokenBoundCidrs', '10.0.0.1/32', ['10.0.0.1']],
    ['tokenBoundCidrs', '10.0.0.1/8', ['10.0.0.1/8']],
    ['tokenBoundCidrs', '0.0.0.0/0,::/0', ['0.0.0.0/0', '::/0']],
    ['tokenBoundCidrs', '2001:DB8:0:0::1/128', ['2001:db8::1']],
    ['tokenBoundCidrs', '2001:0db8:0000:0000:0000:0000:0000:0001', ['2001:db8::1']],
    ['tokenBoundCidrs', '2001:db8:0::/32', ['2001:db8::/32']],
    ['secretIdBoundCidrs', '', []],
    ['secretIdBoundCidrs', '192.0.2.7', ['192.0.2.7/32']],
    ['secretIdBoundCidrs', '192.0.2.7/32', ['192.0.2.7/32']],
    ['secretIdBoundCidrs', '10.0.0.1/8', ['10.0.0.1/8']],
    ['secretIdBoundCidrs', '2001:DB8:0:0::1', ['2001:db8::1/128']],
    ['secretIdBoundCidrs', '2001:db8::1/128,::/0', ['2001:db8::1/128', '::/0']],
  ])('%s %p becomes what Vault will answer', (name, value, expected) => {
    expect(readOne(name, value)).toEqual(expected);
  });

  test.each<[keyof VaultStore, string, string]>([
    ['workspaceId', 'production', 'WorkspaceId "production" is not a UUID. Correct the parameter or attribute from which it comes'],
    ['principalArn', 'arn:aws:iam::111122223333:root',
      'PrincipalArn "arn:aws:iam::111122223333:root" is not the ARN of one IAM role. Correct'],
    ['principalArn', 'arn:aws:iam::111122223333:role/*', 'is not the ARN of one IAM role'],
    ['authMount', 'sys', 'AuthMount "sys" is not the path of an auth method. Correct'],
    ['authMountIsExternal', 'True', 'AuthMountIsExternal "True" is none of true, false'],
    ['headerValue', 'a*', 'HeaderValue "a*" is not a value for the header X-Vault-AWS-IAM-Server-ID'],
    ['stsEndpoint', 'https://sts.amazonaws.com/',
      'StsEndpoint "https://sts.amazonaws.com/" is not an https or http address of a server, as it has a slash at its end. Correct'],
    ['stsEndpoint', 'sts.amazonaws.com', 'is not an https or http address of a server, as it does not begin with a scheme and ://. Correct'],
    ['stsRegion', 'everywhere', 'StsRegion "everywhere" is not an AWS region'],
    ['roleName', 'root', 'RoleName "root" is not a name for a role or policy of Vault'],
    ['roleName', 'ROOT', 'RoleName "ROOT" is not a name for a role or policy of Vault'],
    ['tokenTtl', '0', 'TokenTtl "0" is not a whole number of seconds above 0. Correct'],
    ['tokenTtl', '-1', 'is not a whole number of seconds above 0'],
    ['tokenTtl', '1.5', 'is not a whole number of seconds above 0'],
    ['tokenTtl', '1h', 'is not a whole number of seconds above 0'],
    ['tokenTtl', '1e3', 'is not a whole number of seconds above 0'],
    ['tokenTtl', '', 'is not a whole number of seconds above 0'],
    ['tokenMaxTtl', '10000000000', 'TokenMaxTtl "10000000000" is not a whole number of seconds above 0'],
    ['tokenTtl', '86401', 'TokenTtl "86401" is longer than TokenMaxTtl 86400'],
    ['tokenMaxTtl', '3599', 'TokenTtl "3600" is longer than TokenMaxTtl 3599'],
    ['tokenBoundCidrs', '10.0.0.0/33', 'TokenBoundCidrs "10.0.0.0/33" is not an IP address or a block of them. Correct'],
    ['tokenBoundCidrs', '10.0.0.0/8,', 'TokenBoundCidrs "" is not an IP address'],
    ['tokenBoundCidrs', '10.0.0.0/8, ::1', 'TokenBoundCidrs " ::1" is not an IP address'],
    ['tokenBoundCidrs', '10.0.0.0/8,a:b', 'TokenBoundCidrs "a:b" is not an IP address'],
    ['secretIdBoundCidrs', '10.0.0.0/33', 'SecretIdBoundCidrs "10.0.0.0/33" is not an IP address or a block of them. Correct'],
    ['policy', 'a/b', 'Policy "a/b" is not a name for a role or policy of Vault'],
    ['kvMount', 'auth', 'KvMount "auth" is not the path of a KV mount'],
    ['kvRemoval', 'delete', 'KvRemoval "delete" is none of keep, destroy-if-empty, destroy'],
    ['forget', '', 'Forget "" is none of true, false'],
  ])('%s %p is refused', (name, value, message) => {
    expect(() => readOne(name, value)).toThrow(message);
  });

  test.each<[string, Partial<VaultStore>]>([
    ['a principal, by a method that takes none', { authMethod: 'app_role' }],
    ['no principal, by the method that takes one', { principalArn: '' }],
    ['the mount of tokens, for logins', { authMount: 'token' }],
    ['a mount of logins, for tokens', { authMethod: 'token', principalArn: '' }],
  ])('%s, is refused', (_, change) => {
    const { authMethod } = storeOf(change);
    expect(() => readStore(writeProperties(storeOf(change), ''))).toThrow(
      `AuthMethod "${authMethod}" does not fit PrincipalArn or AuthMount. Correct`,
    );
  });

  test('a secret id may have no end', () => {
    expect([readOne('secretIdTtl', '0'), readOne('secretIdTtl', '60')]).toEqual([0, 60]);
    expect(() => readOne('secretIdTtl', '-1')).toThrow('SecretIdTtl "-1" is not a whole number of seconds above 0');
  });

  test('a token may live as long at once as at most', () => {
    expect(readStore(writeProperties(storeOf({ tokenTtl: 60, tokenMaxTtl: 60 }), ''))).toMatchObject({ tokenTtl: 60, tokenMaxTtl: 60 });
  });

  test.each(['Address', 'Rules', 'workspaceId', '', '__proto__x'])('the unknown property %p is refused, whatever it holds', (name) => {
    expect(() => readStore({ ...writeProperties(storeOf(), 'hash'), [name]: 'canary' })).toThrow(new Error(
      `The event has the unknown property ${JSON.stringify(name)}. `
      + 'The address, the namespace, rules and credentials are never taken from an event'));
  });
});

test.each([
  ['arn:aws:iam::111122223333:role/pod', 'arn:aws:iam::111122223333:role/pod'],
  ['arn:aws:iam::111122223333:role/a/pod', 'arn:aws:iam::111122223333:role/pod'],
  ['arn:aws-cn:iam::111122223333:role/a/b:role/c/pod', 'arn:aws-cn:iam::111122223333:role/pod'],
])('without its IAM path, %s is %s', (arn, expected) => {
  expect(withoutIamPath(arn)).toBe(expected);
});

describe('physical id', () => {
  const id = (change: Partial<VaultStore> = {}, vaultNamespace = '', requestId = 'first') => (
    physicalId(storeOf({ roleName: 'role', policy: 'policy', ...change }), vaultNamespace, requestId)
  );

  test('never changes for a store that did not, as another one replaces every store of every user', () => {
    expect([id(), id({}, 'admin/zenml'), id({ policyIsExternal: true }), id({ kvMountIsExternal: true }), id({}, '', 'second')]).toEqual([
      'zenml-vault-055539df4a0b-065ee26788d6-72f1e703251f',
      'zenml-vault-c312b1a94237-065ee26788d6-72f1e703251f',
      'zenml-vault-055539df4a0b-06ee7ff12636-72f1e703251f',
      'zenml-vault-055539df4a0b-628172ac2d3b-72f1e703251f',
      'zenml-vault-055539df4a0b-065ee26788d6-bd35bffa0b66',
    ]);
  });

  test.each<[string, Partial<VaultStore>]>([
    ['workspace, under the same names', { workspaceId: OTHER_WORKSPACE, kvMount: storeOf().kvMount }],
    ['principalArn', { principalArn: 'arn:aws:iam::111122223333:role/pod' }],
    ['authMountIsExternal', { authMountIsExternal: true }],
    ['headerValue', { headerValue: 'other' }],
    ['stsEndpoint and stsRegion', { stsEndpoint: 'https://sts.eu-central-1.amazonaws.com', stsRegion: 'eu-central-1' }],
    ['tokens', { tokenTtl: 1, tokenMaxTtl: 2, tokenBoundCidrs: ['10.0.0.0/8'], tokenNoDefaultPolicy: true }],
    ['secret ids', { secretIdBoundCidrs: ['10.0.0.0/8'], secretIdTtl: 1 }],
    ['kvRemoval', { kvRemoval: 'destroy' }],
    ['takeOver, planOnly and forget', { takeOver: true, planOnly: true, forget: true }],
  ])('stays with another %s', (_, change) => {
    expect(id(change)).toBe(id());
  });

  test('is another one in another namespace, and in another generation', () => {
    expect(new Set([id(), id({}, 'admin'), id({}, 'admin/zenml'), id({}, '', 'second')]).size).toBe(4);
  });

  test.each<[string, Partial<VaultStore>]>([
    ['mount of logins', { authMount: 'other' }],
    ['role', { roleName: 'other' }],
    ['policy', { policy: 'other' }],
    ['provider of the policy', { policyIsExternal: true }],
    ['KV mount', { kvMount: 'other' }],
    ['provider of the KV mount', { kvMountIsExternal: true }],
    ['method', { authMethod: 'token' }],
  ])('is another one with another %s', (_, change) => {
    expect(id(change)).not.toBe(id());
  });

  test('does not take the end of one name for the beginning of the next', () => {
    expect(id({ authMount: 'a', roleName: 'b-c' })).not.toBe(id({ authMount: 'a-b', roleName: 'c' }));
  });

  test('tells namespace and names, whatever the generation', () => {
    const [parts, other] = [id({}, 'admin'), id({}, 'admin', 'second')].map((text) => partsOfPhysicalId(text)!);

    expect(parts.namespace).toBe(namespacePart('admin'));
    expect(other).toEqual(parts);
    expect(partsOfPhysicalId(id())!.names).toBe(parts.names);
  });

  test.each([
    '', 'Zenml-Store-1ABC', `${id()}0`, ` ${id()}`, id().toUpperCase(), id().replace('vault', 'aws'), id().slice(0, -13),
  ])('%p is none of ours', (other) => {
    expect(partsOfPhysicalId(other)).toBeUndefined();
  });
});

test('a managed policy is named as its role', () => {
  expect(() => readStore(writeProperties(storeOf({ policy: 'other' }), 'hash'))).toThrow(
    `Policy "other" is not RoleName zenml-${WORKSPACE}, as the policy of a store is named as its role`,
  );
});

test('the claims on a role whose policy is external stand in a policy that no store can have for its own', () => {
  const name = claimsPolicyOf(storeOf({ authMount: 'team', roleName: 'role' }));

  expect(name).toBe('zenml-claims/auth/team/role/role');
  expect(() => readStore(writeProperties(storeOf({ roleName: name, policy: name }), 'hash'))).toThrow('RoleName "zenml-claims/auth');
});

describe('connection hash', () => {
  const hash = connectionHash('https://vault.example.com:8200', 'admin');

  test('is short, and the same for the same Vault', () => {
    expect(hash).toMatch(/^[0-9a-f]{12}$/);
    expect(connectionHash('https://vault.example.com:8200', 'admin')).toBe(hash);
  });

  test.each([
    ['address', 'https://vault.example.com:8201', 'admin'],
    ['namespace', 'https://vault.example.com:8200', ''],
    ['border between the two', 'https://vault.example.com:8200a', 'dmin'],
  ])('changes with another %s', (_, address, vaultNamespace) => {
    expect(connectionHash(address, vaultNamespace)).not.toBe(hash);
  });
});
