import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSecretsStore, SecretsIsolation, ZenmlWorkspace } from '../../src';
import { ACCOUNT, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';

const UUID_NAMES = {
  'Fn::Join': ['', [
    'arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:${REGION}:${ACCOUNT}:secret:zenml/????????-????-????-????-????????????*`,
  ]],
};
const TAG_KEYS = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['zenml', 'zenml_secret_id'] } };

function statements(isolation: SecretsIsolation) {
  const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });
  new AwsSecretsStore(stack, 'SecretsStore', { workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), isolation });
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  return policy.Properties.PolicyDocument.Statement;
}

test('zenmlSecrets allows the six calls of ZenML on names that hold a UUID', () => {
  expect(statements(SecretsIsolation.zenmlSecrets())).toEqual([
    {
      Sid: 'ReadAndWriteZenmlSecrets',
      Effect: 'Allow',
      Action: [
        'secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret', 'secretsmanager:PutSecretValue', 'secretsmanager:DeleteSecret',
      ],
      Resource: UUID_NAMES,
    },
    {
      Sid: 'CreateAndTagZenmlSecrets',
      Effect: 'Allow',
      Action: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
      Resource: UUID_NAMES,
      Condition: TAG_KEYS,
    },
  ]);
});

test.each([
  ['the workspace\'s id', SecretsIsolation.workspace(), WORKSPACE_ID],
  ['another server id', SecretsIsolation.workspace({ serverId: OTHER_WORKSPACE_ID }), OTHER_WORKSPACE_ID],
  ['another server id in upper case', SecretsIsolation.workspace({ serverId: OTHER_WORKSPACE_ID.toUpperCase() }), OTHER_WORKSPACE_ID],
])('workspace demands %s in the tag', (_, isolation, tag) => {
  expect(statements(isolation)).toEqual([
    {
      Sid: 'ReadAndWriteSecretsOfWorkspace',
      Effect: 'Allow',
      Action: [
        'secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret', 'secretsmanager:PutSecretValue', 'secretsmanager:DeleteSecret',
      ],
      Resource: UUID_NAMES,
      Condition: { StringEqualsIfExists: { 'aws:ResourceTag/zenml': tag } },
    },
    {
      Sid: 'CreateAndTagSecretsOfWorkspace',
      Effect: 'Allow',
      Action: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
      Resource: UUID_NAMES,
      Condition: {
        ...TAG_KEYS,
        StringEquals: { 'aws:RequestTag/zenml': tag },
        StringEqualsIfExists: { 'aws:ResourceTag/zenml': tag },
      },
    },
  ]);
});

test('a server id that is no UUID is refused where a store uses it', () => {
  expect(() => statements(SecretsIsolation.workspace({ serverId: 'my-server' })))
    .toThrow('Stack/SecretsStore: serverId "my-server" is not a UUID.');
});
