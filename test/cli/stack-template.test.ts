import { Template } from '../../cli/stack-template';

const PSEUDO_PARAMETERS = { account: '111122223333', region: 'eu-central-1', partition: 'aws' };
const template = (body: object | string) => new Template(typeof body === 'string' ? body : JSON.stringify(body), PSEUDO_PARAMETERS);

const trusting = (principal: unknown, name: unknown = 'store') => template({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { RoleName: name, AssumeRolePolicyDocument: { Statement: [{ Principal: { AWS: principal } }] } },
    },
  },
});

test('whom a role trusts, as far as it is known', () => {
  const join = {
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':role/', { Ref: 'AWS::Region' }]],
  };

  expect(trusting('arn').principalOfRole('store')).toBe('arn');
  expect(trusting(join).principalOfRole('store')).toBe('arn:aws:iam::111122223333:role/eu-central-1');
  expect(trusting({ 'Fn::Join': ['', ['arn:', { 'Fn::GetAtt': ['User', 'Arn'] }]] }).principalOfRole('store')).toBeUndefined();
  expect(trusting({ Ref: 'Parameter' }).principalOfRole('store')).toBeUndefined();
  expect(trusting('arn').principalOfRole('another')).toBeUndefined();
  expect(trusting('arn', { Ref: 'Parameter' }).principalOfRole('store')).toBeUndefined();
});

test('what is no template of CDK says nothing', () => {
  const withoutStore = template({ Resources: { Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' } } });
  for (const nothing of [template('Resources: {}'), template({}), withoutStore]) {
    expect([
      nothing.principalOfRole('store'), nothing.roleOfPolicy('eu-central-1'), nothing.workspaceId, nothing.vaultStore('a', 'b').principal,
    ]).toEqual([undefined, undefined, undefined, undefined]);
  }
  const empty = template({
    Resources: { Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'store', AssumeRolePolicyDocument: { Statement: [] } } } },
  });
  expect(empty.principalOfRole('store')).toBeUndefined();
});

test('nested stacks are known by their logical ids', () => {
  const nested = template({ Resources: { Role: { Type: 'AWS::IAM::Role' }, Nested: { Type: 'AWS::CloudFormation::Stack' } } });
  expect([nested.nestedStacks, template('Resources: {}').nestedStacks]).toEqual([['Nested'], []]);
});

test('the policy of a store tells the workspace, and by whom it is used', () => {
  const policy = (name: unknown) => template({
    Resources: { Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: name, Roles: ['pod'] } } },
  });
  const own = policy('zenml-123e4567-e89b-12d3-a456-426614174000-eu-west-1');

  expect([own.workspaceId, own.roleOfPolicy('eu-west-1'), own.roleOfPolicy('eu-central-1')])
    .toEqual(['123e4567-e89b-12d3-a456-426614174000', 'pod', undefined]);
  expect(policy({ Ref: 'Parameter' }).workspaceId).toBeUndefined();
  expect(policy({ Ref: 'Parameter' }).roleOfPolicy('eu-west-1')).toBeUndefined();
});
