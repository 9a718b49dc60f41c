import { App, Aws, CfnParameter, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsSecretsStore, ZenmlWorkspace } from '../../src';
import { ACCOUNT, WORKSPACE_ID } from '../scenarios';

const stackIn = (region?: string) => new Stack(new App(), 'Stack', {
  env: region === undefined ? undefined : { account: ACCOUNT, region },
});
const use = (workspace: ZenmlWorkspace, stack = stackIn()) => new AwsSecretsStore(stack, 'SecretsStore', { workspace });

describe('fromId', () => {
  test('knows the role under which ZenML runs the workspace', () => {
    const workspace = ZenmlWorkspace.fromId(WORKSPACE_ID);

    expect(workspace.id).toBe(WORKSPACE_ID);
    expect(workspace.principalArn).toBe(`arn:aws:iam::715803424590:role/zenml-${WORKSPACE_ID}`);
    expect(workspace.role).toBeUndefined();
  });

  test('takes another control plane', () => {
    expect(ZenmlWorkspace.fromId(WORKSPACE_ID, { controlPlaneAccount: '339712793861' }).principalArn).toBe(
      `arn:aws:iam::339712793861:role/zenml-${WORKSPACE_ID}`,
    );
  });

  test('lowers an id in upper case, as ZenML writes it', () => {
    const workspace = ZenmlWorkspace.fromId(WORKSPACE_ID.toUpperCase());
    const stack = stackIn();
    use(workspace, stack);

    expect(workspace.id).toBe(WORKSPACE_ID);
    expect(workspace.principalArn).toBe(`arn:aws:iam::715803424590:role/zenml-${WORKSPACE_ID}`);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', { RoleName: `zenml-${WORKSPACE_ID}` });
  });

  test('lets a token pass', () => {
    const stack = stackIn();
    const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;
    use(ZenmlWorkspace.fromId(parameter('Id'), { controlPlaneAccount: parameter('Account') }), stack);

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      RoleName: { 'Fn::Join': ['', ['zenml-', { Ref: 'Id' }]] },
      AssumeRolePolicyDocument: {
        Statement: [Match.objectLike({
          Principal: { AWS: { 'Fn::Join': ['', ['arn:aws:iam::', { Ref: 'Account' }, ':role/zenml-', { Ref: 'Id' }]] } },
        })],
      },
    });
  });

  test.each([
    'my-workspace', '', '123e4567-e89b-12d3-a456-42661417400', '123e4567e89b12d3a456426614174000', ` ${WORKSPACE_ID}`,
    `${WORKSPACE_ID}\n`, '123e4567-e89b-12d3-a456-42661417400g', `{${WORKSPACE_ID}}`,
  ])('refuses %j where a store uses it', (id) => {
    expect(() => use(ZenmlWorkspace.fromId(id))).toThrow(
      `Stack/SecretsStore: workspace id ${JSON.stringify(id)} is not a UUID. `
      + 'Copy the id from the workspace\'s settings in ZenML Pro; it looks like 123e4567-e89b-12d3-a456-426614174000.',
    );
  });

  test.each(['71580342459', '7158034245900', 'zenml', '7158-0342-4590', ''])('refuses control plane account %j', (controlPlaneAccount) => {
    expect(() => use(ZenmlWorkspace.fromId(WORKSPACE_ID, { controlPlaneAccount }))).toThrow(
      `Stack/SecretsStore: controlPlaneAccount ${JSON.stringify(controlPlaneAccount)} is not an AWS account id. `
      + 'Write its 12 digits as a string, leading zeros included, such as \'012345678901\'.',
    );
  });
});

describe('fromRole', () => {
  test('trusts a role of the app', () => {
    const stack = stackIn();
    const pod = new iam.Role(stack, 'Pod', { assumedBy: new iam.ServicePrincipal('pods.eks.amazonaws.com') });
    const workspace = ZenmlWorkspace.fromRole(WORKSPACE_ID, pod);
    use(workspace, stack);

    expect(workspace.role).toBe(pod);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: { Statement: [Match.objectLike({ Principal: { AWS: stack.resolve(pod.roleArn) } })] },
    });
  });

  test('checks the ARN of an imported role', () => {
    const stack = stackIn('us-gov-west-1');
    const pod = iam.Role.fromRoleArn(stack, 'Pod', `arn:aws:iam::${ACCOUNT}:role/pod`);

    expect(() => use(ZenmlWorkspace.fromRole(WORKSPACE_ID, pod), stack)).toThrow(/is not in partition aws-us-gov/);
  });
});

describe('fromPrincipalArn', () => {
  test.each([
    `arn:aws:iam::${ACCOUNT}:role/pod`,
    `arn:aws:iam::${ACCOUNT}:role/eks/cluster-a/pod`,
    `arn:aws-us-gov:iam::${ACCOUNT}:role/pod`,
    `arn:aws-iso-b:iam::${ACCOUNT}:role/pod`,
  ])('takes %s', (arn) => {
    expect(use(ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, arn)).role).toBeDefined();
  });

  test('lets a token pass', () => {
    const arn = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/pod`;

    expect(use(ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, arn), stackIn('cn-north-1')).role).toBeDefined();
  });

  test.each([
    'zenml-pod',
    '*',
    ACCOUNT,
    `arn:aws:iam::${ACCOUNT}:root`,
    `arn:aws:iam::${ACCOUNT}:user/pod`,
    `arn:aws:iam::${ACCOUNT}:role/*`,
    `arn:aws:iam::${ACCOUNT}:role/zenml-?`,
    `arn:aws:iam::${ACCOUNT}:role/a*/pod`,
    `arn:aws:iam::${ACCOUNT}:role/`,
    'arn:aws:iam::1234:role/pod',
    'arn:aws:iam:::role/pod',
    `arn:aws:sts::${ACCOUNT}:assumed-role/pod/session`,
    `arn:gcp:iam::${ACCOUNT}:role/pod`,
  ])('refuses %s', (arn) => {
    expect(() => use(ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, arn))).toThrow(
      `Stack/SecretsStore: workspace principal "${arn}" is not the ARN of one IAM role. `
      + 'Write the ARN of the role itself, such as arn:aws:iam::111122223333:role/zenml-pod: '
      + 'not of a session, a user or a whole account, and without wildcards.',
    );
  });
});

describe('partitions', () => {
  test.each([
    ['us-gov-west-1', 'aws-us-gov'], ['cn-north-1', 'aws-cn'], ['us-iso-east-1', 'aws-iso'], ['us-isob-east-1', 'aws-iso-b'],
    ['eusc-de-east-1', 'aws-eusc'],
  ])('no role in %s can trust ZenML\'s account', (region, partition) => {
    expect(() => use(ZenmlWorkspace.fromId(WORKSPACE_ID), stackIn(region))).toThrow(
      `Stack/SecretsStore: region "${region}" is in partition ${partition}, `
      + 'from which no role can trust ZenML\'s own account in partition aws. '
      + 'Run the workspace under a role of yours in that partition and name it by ZenmlWorkspace.fromRole or fromPrincipalArn.',
    );
  });

  test('the region of the secrets tells the partition where the stack does not', () => {
    const store = () => new AwsSecretsStore(stackIn(), 'SecretsStore', {
      workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), region: 'cn-north-1',
    });

    expect(store).toThrow(
      'Stack/SecretsStore: region "cn-north-1" is in partition aws-cn, from which no role can trust ZenML\'s own account in partition aws.',
    );
  });

  test('a principal of the same partition is trusted', () => {
    const workspace = ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, `arn:aws-cn:iam::${ACCOUNT}:role/pod`);

    expect(use(workspace, stackIn('cn-north-1')).role).toBeDefined();
  });

  test('a principal of another partition is refused', () => {
    const arn = `arn:aws-cn:iam::${ACCOUNT}:role/pod`;

    expect(() => use(ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, arn), stackIn('eu-central-1'))).toThrow(
      `Stack/SecretsStore: workspace principal "${arn}" is not in partition aws of region eu-central-1. `
      + 'Name a role of partition aws; IAM trusts no principal across partitions.',
    );
  });

  test.each([undefined, 'eu-nowhere-7'])('a region of which no partition is known (%s) is not judged', (region) => {
    expect(use(ZenmlWorkspace.fromId(WORKSPACE_ID), stackIn(region)).role).toBeDefined();
  });
});
