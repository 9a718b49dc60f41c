import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSecretsStore, WorkspaceTrust, ZenmlWorkspace } from '../../src';
import { WORKSPACE_ID } from '../scenarios';

const principalArn = `arn:aws:iam::715803424590:role/zenml-${WORKSPACE_ID}`;

function trustPolicy(trust: WorkspaceTrust, workspace = (_: Stack) => ZenmlWorkspace.fromId(WORKSPACE_ID)) {
  const stack = new Stack(new App(), 'Stack');
  new AwsSecretsStore(stack, 'SecretsStore', { workspace: workspace(stack), trust });
  const [role] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
  return role.Properties.AssumeRolePolicyDocument;
}

test('pinnedRole names the role as the principal', () => {
  expect(trustPolicy(WorkspaceTrust.pinnedRole())).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: principalArn } }],
  });
});

test('roleByArn names the account and demands the role, letter by letter', () => {
  expect(trustPolicy(WorkspaceTrust.roleByArn())).toEqual({
    Version: '2012-10-17',
    Statement: [{
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::715803424590:root']] } },
      Condition: { StringEquals: { 'aws:PrincipalArn': principalArn } },
    }],
  });
});

test('roleByArn keeps the path of the role', () => {
  const arn = 'arn:aws:iam::111122223333:role/eks/cluster/pod';

  const workspace = ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, arn);
  const { Statement: [statement] } = trustPolicy(WorkspaceTrust.roleByArn(), () => workspace);
  expect(statement.Condition).toEqual({ StringEquals: { 'aws:PrincipalArn': arn } });
});

test('roleByArn takes the account out of an ARN that only the deployment knows', () => {
  const { Statement: [statement] } = trustPolicy(WorkspaceTrust.roleByArn(), (stack) => (
    ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, new CfnParameter(stack, 'Arn').valueAsString)
  ));

  expect(statement.Principal).toEqual({
    AWS: {
      'Fn::Join': ['', [
        'arn:', { Ref: 'AWS::Partition' }, ':iam::', { 'Fn::Select': [4, { 'Fn::Split': [':', { Ref: 'Arn' }] }] }, ':root',
      ]],
    },
  });
  expect(statement.Condition).toEqual({ StringEquals: { 'aws:PrincipalArn': { Ref: 'Arn' } } });
});
