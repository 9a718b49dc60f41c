import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { AwsAuthentication, AwsSecretsStore, AwsSecretsStoreProps, SecretsIsolation, WorkspaceConfiguration, WorkspaceTrust, ZenmlWorkspace } from '../../src';
import { ACCOUNT, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';

const workspace = ZenmlWorkspace.fromId(WORKSPACE_ID);
let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } });
});

const store = (props: Partial<AwsSecretsStoreProps>, id = 'SecretsStore') => new AwsSecretsStore(stack, id, { workspace, ...props });
const template = () => Template.fromStack(stack);
const count = (type: string) => Object.keys(template().findResources(type)).length;

/** What is handed over, with the names of the resources in place of what they will be. */
function handedOver(): string {
  const [secret] = Object.values(template().findResources('AWS::SecretsManager::Secret'));
  const [separator, parts] = secret.Properties.SecretString['Fn::Join'];
  return parts.map((part: any) => (typeof part === 'string' ? part : `<${part.Ref ?? part['Fn::GetAtt'].join('.')}>`)).join(separator);
}

const KEY = { aws_access_key_id: '<SecretsStoreAccessKey1C67B3155>', aws_secret_access_key: '<SecretsStoreAccessKey1C67B3155.SecretAccessKey>' };
const STATEMENT = { Action: 'sts:AssumeRole', Effect: 'Allow' };

// The fields of each method of ZenML's AWS service connector, and no others.
test.each<[string, AwsAuthentication, object]>([
  ['secret-key', AwsAuthentication.secretKey(), { region: REGION, ...KEY }],
  ['iam-role', AwsAuthentication.iamRole(), { region: REGION, ...KEY, role_arn: '<SecretsStoreRole999D353F.Arn>' }],
  ['session-token', AwsAuthentication.sessionToken(), { region: REGION, ...KEY }],
  ['federation-token', AwsAuthentication.federationToken(), { region: REGION, ...KEY, policy: expect.any(String) }],
])('%s is handed over in ZenML\'s form, key for key', (method, authentication, fields) => {
  store({ authentication });

  expect(JSON.parse(handedOver())).toEqual({ secrets_store: { type: 'aws', settings: { auth_method: method, auth_config: fields } } });
});

test.each([
  ['secret-key', AwsAuthentication.secretKey(), { roles: 0, policiesOfUser: 1 }],
  ['iam-role', AwsAuthentication.iamRole(), { roles: 1, policiesOfUser: 1 }],
  ['session-token', AwsAuthentication.sessionToken(), { roles: 0, policiesOfUser: 1 }],
  ['federation-token', AwsAuthentication.federationToken(), { roles: 0, policiesOfUser: 2 }],
])('%s makes what it needs and no more', (_, authentication, { roles, policiesOfUser }) => {
  const made = store({ authentication });

  expect(count('AWS::IAM::Role')).toBe(roles);
  expect(count('AWS::IAM::User')).toBe(1);
  expect(count('AWS::IAM::AccessKey')).toBe(1);
  expect(Object.values(template().findResources('AWS::IAM::Policy', { Properties: { Users: [Match.anyValue()] } })).length).toBe(policiesOfUser);
  expect(count('AWS::SecretsManager::ResourcePolicy')).toBe(0);
  expect(made.user).toBeDefined();
  expect(made.grantee).toBe(made.role ?? made.user);
});

test('with iam-role the user may assume the role and nothing else, and nobody else may', () => {
  store({ authentication: AwsAuthentication.iamRole() });

  template().hasResourceProperties('AWS::IAM::Role', {
    RoleName: `zenml-${WORKSPACE_ID}`,
    AssumeRolePolicyDocument: { Statement: [{ ...STATEMENT, Principal: { AWS: { 'Fn::GetAtt': ['SecretsStoreUser2046EE22', 'Arn'] } } }] },
  });
  const ofUser = Object.values(template().findResources('AWS::IAM::Policy')).filter(({ Properties }) => Properties.Users !== undefined);
  expect(ofUser.map(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([[{ ...STATEMENT, Resource: { 'Fn::GetAtt': ['SecretsStoreRole999D353F', 'Arn'] } }]]);
});

test('a role of one\'s own is assumed in place of a new one', () => {
  const role = iam.Role.fromRoleArn(stack, 'Own', `arn:aws:iam::${ACCOUNT}:role/own`);
  expect(store({ authentication: AwsAuthentication.iamRole(), role }).role).toBe(role);

  expect(count('AWS::IAM::Role')).toBe(0);
  expect(JSON.parse(handedOver()).secrets_store.settings.auth_config.role_arn).toBe(`arn:aws:iam::${ACCOUNT}:role/own`);
});

test.each([SecretsIsolation.documented(), SecretsIsolation.zenmlSecrets(), SecretsIsolation.workspace()])('a federated session has the permissions of the user, keys included', (isolation) => {
  store({ authentication: AwsAuthentication.federationToken(), isolation, encryptionKeys: [kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`)] });

  const [{ Properties: { PolicyDocument: ofUser } }] = Object.values(template().findResources('AWS::IAM::Policy', { Properties: { PolicyName: `zenml-${WORKSPACE_ID}-${REGION}` } }));
  const ofSession = JSON.parse(handedOver()).secrets_store.settings.auth_config.policy;
  expect(JSON.parse(ofSession.replaceAll('<AWS::Partition>', 'aws').replaceAll('<AWS::URLSuffix>', 'amazonaws.com'))).toEqual(
    JSON.parse(JSON.stringify(ofUser).replace(/\{"Fn::Join":\["",\["(arn:|secretsmanager\.[^"]*)",\{"Ref":"AWS::(Partition|URLSuffix)"\}(?:,"([^"]*)")?\]\]\}/g, (_, before, name, after = '') => `"${before}${name === 'Partition' ? 'aws' : 'amazonaws.com'}${after}"`)),
  );
});

test('a session policy that STS would refuse is an error', () => {
  const encryptionKeys = Array.from({ length: 25 }, (_, key) => kms.Key.fromKeyArn(stack, `Key${key}`, `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-${key + 100_000_000_000}`));

  expect(() => store({ authentication: AwsAuthentication.federationToken(), encryptionKeys })).toThrow(
    /^Stack\/SecretsStore: length of the policy \d+ is more than the 2048 characters that STS takes for a session\. Name fewer encryptionKeys, or choose AwsAuthentication\.sessionToken\(\), whose sessions need no policy\.$/,
  );
});

test('the length of a session policy is known where all of it is', () => {
  app = new App({ context: { '@aws-cdk/core:enablePartitionLiterals': true } });
  stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } });
  store({ authentication: AwsAuthentication.federationToken() });

  expect(JSON.parse(JSON.parse(handedOver()).secrets_store.settings.auth_config.policy).Statement).toHaveLength(1);
});

test('during a rotation there are two keys, and the new one is handed over', () => {
  store({ authentication: AwsAuthentication.secretKey({ serial: 3, previousSerial: 2 }) });

  template().hasResource('AWS::IAM::AccessKey', { Properties: { Serial: 3 } });
  template().hasResource('AWS::IAM::AccessKey', { Properties: { Serial: 2 } });
  expect(JSON.parse(handedOver()).secrets_store.settings.auth_config.aws_access_key_id).toMatch(/^<SecretsStoreAccessKey3/);
});

test('there is a warning, which can be acknowledged', () => {
  store({ authentication: AwsAuthentication.secretKey() });
  Annotations.fromStack(stack).hasWarning('/Stack/SecretsStore', Match.stringLikeRegexp('hands over nothing secret \\[ack: cdk-zenml-secrets-store:accessKey\\]'));
});

test('with implicit there is none', () => {
  store({});
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});

describe('the hand-off secret', () => {
  test('has the name that CloudFormation gives it, and is named by the output', () => {
    store({ authentication: AwsAuthentication.secretKey() });

    template().hasResourceProperties('AWS::SecretsManager::Secret', { Name: Match.absent(), KmsKeyId: Match.absent() });
    expect(Object.keys(template().toJSON().Outputs)).toEqual(['SecretsStoreRegionDCFE9CD8', expect.stringMatching(/^SecretsStoreWorkspaceConfigurationSecret/)]);
  });

  test('can have a key of one\'s own', () => {
    store({ authentication: AwsAuthentication.secretKey(), handOffEncryptionKey: new kms.Key(stack, 'Key') });

    template().hasResourceProperties('AWS::SecretsManager::Secret', { KmsKeyId: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] } });
  });

  test('can be read by whom one says', () => {
    const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
    store({ authentication: AwsAuthentication.secretKey() }).grantReadHandOff(reader);

    template().hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^Reader') }],
      PolicyDocument: { Statement: [Match.objectLike({ Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'] })] },
    });
  });

  test('can deny', () => {
    store({ authentication: AwsAuthentication.secretKey() }).handOffSecret!.denyAccountRootDelete();

    template().resourceCountIs('AWS::SecretsManager::ResourcePolicy', 1);
  });

  test('is not there where nothing is secret', () => {
    const made = store({});

    expect(made.handOffSecret).toBeUndefined();
    expect(() => made.grantReadHandOff(new iam.AccountRootPrincipal())).toThrow('Stack/SecretsStore: there is no hand-off secret to read. ');
    expect(count('AWS::SecretsManager::Secret')).toBe(0);
  });

  test('is one for a store and its backup', () => {
    const backup = store({ workspace: ZenmlWorkspace.fromId(OTHER_WORKSPACE_ID), outputs: false }, 'Backup');
    const { configuration } = store({ authentication: AwsAuthentication.secretKey(), outputs: false });
    const { json, secret } = new WorkspaceConfiguration(stack, 'Handoff', {
      secretsStore: backup.configuration, backupSecretsStore: configuration, encryptionKey: new kms.Key(stack, 'Key'),
    });

    expect(stack.resolve(json)).toEqual({ 'Fn::Join': ['', ['{{resolve:secretsmanager:', stack.resolve(secret!.secretArn), ':SecretString:::}}']] });
    template().hasResourceProperties('AWS::SecretsManager::Secret', { KmsKeyId: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] } });
    expect(JSON.parse(handedOver())).toMatchObject({
      secrets_store: { settings: { auth_method: 'implicit' } },
      backup_secrets_store: { settings: { auth_method: 'secret-key', auth_config: KEY } },
    });
    expect(Object.keys(template().toJSON().Outputs)).toEqual([expect.stringMatching(/^HandoffWorkspaceConfigurationSecret/)]);
  });

  test('leaves the key out of what others may read', () => {
    expect(store({ authentication: AwsAuthentication.secretKey() }).configuration.authConfig).not.toHaveProperty('aws_secret_access_key');
  });
});

test('the partition of the workspace does not matter, since its role is not trusted', () => {
  stack = new Stack(app, 'China', { env: { account: ACCOUNT, region: 'cn-north-1' } });

  expect(() => store({ authentication: AwsAuthentication.secretKey() })).not.toThrow();
  expect(() => store({}, 'Implicit')).toThrow('from which no role can trust ZenML\'s own account');
});

describe('bad input', () => {
  test.each<[string, () => Partial<AwsSecretsStoreProps>, string]>([
    ['a serial that is none', () => ({ authentication: AwsAuthentication.secretKey({ serial: 0 }) }), 'serial 0 is not a whole number above 0. Count the access keys of the store: 1, 2, 3.'],
    ['a previous serial that is none', () => ({ authentication: AwsAuthentication.iamRole({ serial: 2, previousSerial: 1.5 }) }), 'previousSerial 1.5 is not a whole number above 0.'],
    ['one serial twice', () => ({ authentication: AwsAuthentication.iamRole({ serial: 2, previousSerial: 2 }) }),
      'previousSerial 2 is the serial of the new key as well. Raise serial by one, and write the old one as previousSerial.'],
    ['a role that would not be assumed', () => ({ authentication: AwsAuthentication.secretKey(), role: new iam.Role(stack, 'Own', { assumedBy: new iam.AccountRootPrincipal() }) }),
      'role "Stack/Own" would never be assumed, as the authentication says secret-key. Leave out one of the two.'],
    ['a name for a role that is not made', () => ({ authentication: AwsAuthentication.sessionToken(), roleName: 'x' }),
      'roleName would have no effect, as the store makes no role here. Leave out roleName, or session-token.'],
    ['a trust in a workspace that is not trusted', () => ({ authentication: AwsAuthentication.iamRole(), trust: WorkspaceTrust.roleByArn() }),
      'trust would have no effect, as the role trusts the user whose key is handed over, and not the workspace. Leave out trust, or iam-role.'],
    ['a key for a secret that is not made', () => ({ handOffEncryptionKey: new kms.Key(stack, 'Key') }), 'handOffEncryptionKey "Stack/Key" would have no effect, as nothing secret is handed over. Leave it out.'],
    ['an id that is none', () => ({ authentication: AwsAuthentication.secretKey(), workspace: ZenmlWorkspace.fromId('x') }), 'workspace id "x" is not a UUID.'],
  ])('%s', (_, props, message) => {
    expect(() => store(props())).toThrow(`Stack/SecretsStore: ${message}`);
  });
});
