import { App, CfnParameter, NestedStack, RemovalPolicies, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import {
  AwsAuthentication, AwsSecretsStore, AwsSecretsStoreProps, SecretsIsolation, WorkspaceConfiguration, WorkspaceTrust, ZenmlWorkspace,
} from '../../src';
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

const KEY = {
  aws_access_key_id: '<SecretsStoreAccessKey1C67B3155>',
  aws_secret_access_key: '<SecretsStoreAccessKey1C67B3155.SecretAccessKey>',
};
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
  const ofUser = template().findResources('AWS::IAM::Policy', { Properties: { Users: [Match.anyValue()] } });
  expect(Object.values(ofUser).length).toBe(policiesOfUser);
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
  expect(ofUser.map(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([
    [{ ...STATEMENT, Resource: { 'Fn::GetAtt': ['SecretsStoreRole999D353F', 'Arn'] } }],
  ]);
});

test('a role of one\'s own is assumed in place of a new one', () => {
  const role = iam.Role.fromRoleArn(stack, 'Own', `arn:aws:iam::${ACCOUNT}:role/own`);
  expect(store({ authentication: AwsAuthentication.iamRole(), role }).role).toBe(role);

  expect(count('AWS::IAM::Role')).toBe(0);
  expect(JSON.parse(handedOver()).secrets_store.settings.auth_config.role_arn).toBe(`arn:aws:iam::${ACCOUNT}:role/own`);
  Annotations.fromStack(stack).hasWarning('/Stack/SecretsStore', Match.stringLikeRegexp(
    `The trust policy of the role arn:aws:iam::${ACCOUNT}:role/own cannot be changed from here`,
  ));
});

test.each([
  SecretsIsolation.documented(), SecretsIsolation.zenmlSecrets(), SecretsIsolation.workspace(),
])('a federated session has the permissions of the user, keys included', (isolation) => {
  const key = kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`);
  store({ authentication: AwsAuthentication.federationToken(), isolation, encryptionKeys: [key] });

  const [{ Properties: { PolicyDocument: ofUser } }] = Object.values(template().findResources('AWS::IAM::Policy', {
    Properties: { PolicyName: `zenml-${WORKSPACE_ID}-${REGION}` },
  }));
  const ofSession = JSON.parse(handedOver()).secrets_store.settings.auth_config.policy;
  expect(JSON.parse(ofSession.replaceAll('<AWS::Partition>', 'aws').replaceAll('<AWS::URLSuffix>', 'amazonaws.com'))).toEqual(
    JSON.parse(JSON.stringify(ofUser).replace(/\{"Fn::Join":\["",\["(arn:|secretsmanager\.[^"]*)",\{"Ref":"AWS::(Partition|URLSuffix)"\}(?:,"([^"]*)")?\]\]\}/g, (_, before, name, after = '') => `"${before}${name === 'Partition' ? 'aws' : 'amazonaws.com'}${after}"`)),
  );
});

test.each<[string, (id: string) => kms.IKey]>([
  ['imported keys', (id) => kms.Key.fromKeyArn(stack, id, `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}-12ab-34cd-56ef-123456789012`)],
  ['keys of the same app', (id) => new kms.Key(stack, id)],
])('a session policy that STS would refuse is an error: %s', (_, key) => {
  const encryptionKeys = Array.from({ length: 25 }, (__, index) => key(`Key${index + 10_000}`));

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

test('a role that was made in the app for something else lets the user in', () => {
  const role = new iam.Role(stack, 'Own', { assumedBy: new iam.AccountRootPrincipal() });
  store({ authentication: AwsAuthentication.iamRole(), role });

  template().hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: Match.arrayWith([{ ...STATEMENT, Principal: { AWS: { 'Fn::GetAtt': ['SecretsStoreUser2046EE22', 'Arn'] } } }]),
    },
  });
});

test('to have a session the user of federation-token may call GetFederationToken, and nothing else but what it passes on', () => {
  store({ authentication: AwsAuthentication.federationToken() });

  const ofUser = Object.values(template().findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  expect(ofUser).toHaveLength(2);
  expect(ofUser.filter(({ Resource }) => Resource === '*')).toEqual([{ Action: 'sts:GetFederationToken', Effect: 'Allow', Resource: '*' }]);
});

test('a key that would outlive its replacement is an error, and there is a way to keep all else', () => {
  store({ authentication: AwsAuthentication.secretKey() });
  RemovalPolicies.of(stack).retain();
  expect(() => app.synth()).toThrow(
    'Stack/SecretsStore/AccessKey1: DeletionPolicy "Retain" would keep a replaced credential valid, without anybody to own it. '
    + 'Leave credentials out: ',
  );

  app = new App();
  stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } });
  store({ authentication: AwsAuthentication.secretKey() });
  RemovalPolicies.of(stack).retain({ excludeResourceTypes: ['AWS::IAM::AccessKey'] });
  template().hasResource('AWS::IAM::User', { DeletionPolicy: 'Retain' });
});

describe('a hand-over from another stack, on the way to which the key would be shown', () => {
  const message = 'access key "Stack/SecretsStore/AccessKey1" is of another stack, "Stack", on the way from which it would be shown. '
    + 'Make the WorkspaceConfiguration in the stack of that store.';

  test.each<[string, () => Construct]>([
    ['another stack', () => new Stack(app, 'Other', { env: { account: ACCOUNT, region: REGION } })],
    ['a stack of another region',
      () => new Stack(app, 'Other', { env: { account: ACCOUNT, region: 'us-east-1' }, crossRegionReferences: true })],
    ['a nested stack', () => new NestedStack(stack, 'Other')],
  ])('%s', (_, scope) => {
    const { configuration } = store({ authentication: AwsAuthentication.secretKey(), outputs: false });
    const other = scope();

    expect(() => new WorkspaceConfiguration(other, 'Handoff', { secretsStore: configuration }))
      .toThrow(`${other.node.path}/Handoff: ${message}`);
  });
});

test('there is a warning, which can be acknowledged', () => {
  store({ authentication: AwsAuthentication.secretKey() });
  Annotations.fromStack(stack).hasWarning('/Stack/SecretsStore', Match.stringLikeRegexp(
    'by serial \\[ack: cdk-zenml-secrets-store:accessKey\\]',
  ));
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
    store({ authentication: AwsAuthentication.secretKey(), configurationEncryptionKey: new kms.Key(stack, 'Key') });

    template().hasResourceProperties('AWS::SecretsManager::Secret', { KmsKeyId: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] } });
  });

  test('can be read by whom one says', () => {
    const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
    store({ authentication: AwsAuthentication.secretKey() }).grantReadConfiguration(reader);

    template().hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^Reader') }],
      PolicyDocument: { Statement: [Match.objectLike({ Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'] })] },
    });
  });

  test('can deny', () => {
    store({ authentication: AwsAuthentication.secretKey() }).configurationSecret!.denyAccountRootDelete();

    template().resourceCountIs('AWS::SecretsManager::ResourcePolicy', 1);
  });

  test('is not there where nothing is secret', () => {
    const made = store({});

    expect(made.configurationSecret).toBeUndefined();
    expect(() => made.grantReadConfiguration(new iam.AccountRootPrincipal()))
      .toThrow('Stack/SecretsStore: there is no hand-off secret to read. ');
    expect(count('AWS::SecretsManager::Secret')).toBe(0);
  });

  test('is one for a store and its backup', () => {
    const backup = store({ workspace: ZenmlWorkspace.fromId(OTHER_WORKSPACE_ID), outputs: false }, 'Backup');
    const { configuration } = store({ authentication: AwsAuthentication.secretKey(), outputs: false, region: 'eu-west-1' });
    const handoff = new WorkspaceConfiguration(stack, 'Handoff', {
      secretsStore: backup.configuration, backupSecretsStore: configuration, encryptionKey: new kms.Key(stack, 'Key'),
    });

    expect(handoff.secret).toBeDefined();
    expect(() => handoff.json).toThrow(
      'Stack/Handoff: json holds credentials, which would be shown wherever it is put. Use secret, in which they are kept.',
    );
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
    ['a serial that is none', () => ({ authentication: AwsAuthentication.secretKey({ serial: 0 }) }),
      'serial 0 is not a whole number above 0. Count the access keys of the store: 1, 2, 3.'],
    ['a previous serial that is none', () => ({ authentication: AwsAuthentication.iamRole({ serial: 2, previousSerial: 1.5 }) }),
      'previousSerial 1.5 is not a whole number above 0.'],
    ['one serial twice', () => ({ authentication: AwsAuthentication.iamRole({ serial: 2, previousSerial: 2 }) }),
      'previousSerial 2 is not below serial 2. Raise serial by one, and write the old one as previousSerial.'],
    ['a previous key without a new one', () => ({ authentication: AwsAuthentication.iamRole({ previousSerial: 5 }) }),
      'previousSerial 5 is not below serial 1.'],
    ['a serial that only the deployment knows', () => ({
      authentication: AwsAuthentication.iamRole({ serial: new CfnParameter(stack, 'Serial', { type: 'Number' }).valueAsNumber }),
    }), 'serial "a token" is known only at deployment. Write the number out, since each serial is a resource of its own.'],
    ['a key for a secret that is left out', () => ({
      authentication: AwsAuthentication.secretKey(), configurationEncryptionKey: new kms.Key(stack, 'Key'), outputs: false,
    }), 'configurationEncryptionKey "Stack/Key" would have no effect, as this store hands over nothing secret. Leave it out; '],
    ['a role that would not be assumed', () => ({
      authentication: AwsAuthentication.secretKey(), role: new iam.Role(stack, 'Own', { assumedBy: new iam.AccountRootPrincipal() }),
    }), 'role "Stack/Own" would never be assumed, as the authentication says secretKey(). Leave out one of the two.'],
    ['a name for a role that is not made', () => ({ authentication: AwsAuthentication.sessionToken(), roleName: 'x' }),
      'roleName would have no effect, as the store makes no role here. Leave out roleName, or sessionToken().'],
    ['a trust in a workspace that is not trusted',
      () => ({ authentication: AwsAuthentication.iamRole(), trust: WorkspaceTrust.roleByArn() }),
      'trust would have no effect, as the role trusts the user whose key is handed over, and not the workspace. '
      + 'Leave out trust, or iamRole().'],
    ['a key for a secret that is not made', () => ({ configurationEncryptionKey: new kms.Key(stack, 'Key') }),
      'configurationEncryptionKey "Stack/Key" would have no effect, as this store hands over nothing secret. Leave it out; '],
    ['an id that is none', () => ({ authentication: AwsAuthentication.secretKey(), workspace: ZenmlWorkspace.fromId('x') }),
      'workspace id "x" is not a UUID.'],
  ])('%s', (_, props, message) => {
    expect(() => store(props())).toThrow(`Stack/SecretsStore: ${message}`);
  });
});
