import { App, Aws, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { VaultAdministrator, VaultAwsAdministratorOptions } from '../../src';

const ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:vault/zenml-AbCdEf';
let stack: Stack;
let secret: secretsmanager.ISecret;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
  secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', ARN);
});

test('a token is read from the field token, or from another one', () => {
  expect(VaultAdministrator.token(secret)._login).toEqual({ method: 'token', secretArn: ARN, field: 'token', vaultNamespace: undefined });
  expect(VaultAdministrator.token(secret, { field: 'admin' })._login).toMatchObject({ field: 'admin' });
});

test('an AppRole logs in at approle with role_id and secret_id, or as told', () => {
  expect(VaultAdministrator.appRole(secret)._login).toEqual({
    method: 'app_role', secretArn: ARN, roleIdField: 'role_id', secretIdField: 'secret_id', mount: 'approle', vaultNamespace: undefined,
  });
  const told = { roleIdField: 'r', secretIdField: 's', mountPath: 'ci', vaultNamespace: 'admin' };
  expect(VaultAdministrator.appRole(secret, told)._login).toEqual({
    method: 'app_role', secretArn: ARN, roleIdField: 'r', secretIdField: 's', mount: 'ci', vaultNamespace: 'admin',
  });
});

test('the function\'s own role logs in at aws by the global STS, or as told', () => {
  const common = { method: 'aws', roleName: 'zenml-admin' };
  expect(VaultAdministrator.aws({ roleName: 'zenml-admin' })._login).toEqual({
    ...common, mount: 'aws', headerValue: undefined, stsHost: 'sts.amazonaws.com', stsRegion: 'us-east-1', vaultNamespace: undefined,
  });
  const told = { headerValue: 'vault.example.com', stsRegion: 'eu-west-1', vaultNamespace: '' };
  expect(VaultAdministrator.aws({ roleName: 'zenml-admin', mountPath: 'lambda', ...told })._login).toEqual({
    ...common, ...told, mount: 'lambda', stsHost: 'sts.eu-west-1.amazonaws.com',
  });
});

test.each([
  ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
  ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com'],
  ['xx-new-1', 'sts.xx-new-1.amazonaws.com'],
])('the STS of %s is %s', (stsRegion, host) => {
  expect(VaultAdministrator.aws({ roleName: 'x', stsRegion })._login).toMatchObject({ stsHost: host });
});

test.each([
  ['', undefined, ''],
  ['admin/zenml', undefined, ''],
  ['admin/zenml', 'admin/zenml', ''],
  ['admin/zenml', 'admin', 'zenml/'],
  ['admin/zenml/team', 'admin', 'zenml/team/'],
  ['admin/zenml', '', 'admin/zenml/'],
])('stores in the namespace "%s" are, for an administrator of %j, below "%s"', (vaultNamespace, namespace, prefix) => {
  expect(VaultAdministrator.token(secret, { vaultNamespace: namespace })._prefix(stack, vaultNamespace)).toBe(prefix);
});

test.each([['admin/zenml', 'team'], ['administration', 'admin'], ['admin', 'admin/zenml'], ['', 'admin']])(
  'stores in the namespace "%s" are out of reach for an administrator of %j', (vaultNamespace, namespace) => {
    expect(() => VaultAdministrator.token(secret, { vaultNamespace: namespace })._prefix(stack, vaultNamespace))
      .toThrow(`Stack: administrator vaultNamespace "${namespace}" is not above vaultNamespace "${vaultNamespace}", so that a token of it`);
  });

test('the root namespace may be that of the login', () => {
  expect(() => VaultAdministrator.aws({ roleName: 'x', vaultNamespace: '' })._validate(stack)).not.toThrow();
});

const byRole = (options: Partial<VaultAwsAdministratorOptions>) => () => VaultAdministrator.aws({ roleName: 'x', ...options });

test.each<[string, (secretOfIt: secretsmanager.ISecret) => VaultAdministrator, string]>([
  ['a mount with a slash', (it) => VaultAdministrator.appRole(it, { mountPath: 'team/approle' }),
    'Stack: administrator mountPath "team/approle" is not the path of an auth method. Write'],
  ['a mount of Vault itself', byRole({ mountPath: 'token' }), 'Stack: administrator mountPath "token" is not'],
  ['a namespace with a slash in front', (it) => VaultAdministrator.appRole(it, { vaultNamespace: '/admin' }),
    'Stack: administrator vaultNamespace "/admin" is not a namespace of Vault.'],
  ['a role with a wildcard', byRole({ roleName: 'zenml-*' }), 'Stack: administrator roleName "zenml-*" is not a name for a role'],
  ['a header with a line break', byRole({ headerValue: 'a\nb' }), 'Stack: administrator headerValue "a\\nb" is not a value for the header'],
  ['a region that is none', byRole({ stsRegion: 'Ohio' }), 'Stack: administrator stsRegion "Ohio" is not an AWS region.'],
  ['a role known only at deployment', byRole({ roleName: Aws.STACK_NAME }),
    'Stack: administrator roleName "<AWS.StackName>" is known only at deployment.'],
])('%s is refused', (_, administrator, message) => {
  expect(() => administrator(secret)._validate(stack)).toThrow(message);
});
