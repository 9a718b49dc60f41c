import { GetRoleCommand, GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand, NoSuchEntityException, Role } from '@aws-sdk/client-iam';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { customerAccount } from './customer-account';
import { AwsSecretsStore, AwsSecretsStoreProps, SecretsIsolation, WorkspaceTrust, ZenmlWorkspace } from '../../src';
import { CloudFormation, DeployedStack } from '../emulators/cloudformation';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { ACCOUNT, BOUNDARY, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';

/*
 * A deployed store of defaults, with one prop changed at a time. Whether CloudFormation replaces a role is told by the "Update
 * requires" of https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
 */

const workspace = ZenmlWorkspace.fromId(WORKSPACE_ID);
const NAME = `zenml-${WORKSPACE_ID}`;
const aws = useEmbeddedAws({ region: REGION });
let client: IAMClient;
let cloudFormation: CloudFormation;

beforeEach(async () => {
  ({ iam: client, cloudFormation } = await customerAccount(aws));
});

type Change = (stack: Stack) => Partial<AwsSecretsStoreProps>;

async function deploy(change: Change): Promise<DeployedStack> {
  const stack = new Stack(new App(), 'Zenml');
  new AwsSecretsStore(stack, 'SecretsStore', { workspace, ...change(stack) });
  return cloudFormation.deploy('Zenml', Template.fromStack(stack).toJSON());
}

async function role(name: string): Promise<Role | undefined> {
  return client.send(new GetRoleCommand({ RoleName: name })).then(({ Role: found }) => found, (error) => {
    if (error instanceof NoSuchEntityException) {
      return undefined;
    }
    throw error;
  });
}

async function policies(name: string): Promise<{ [policy: string]: any }> {
  const { PolicyNames: names } = await client.send(new ListRolePoliciesCommand({ RoleName: name }));
  return Object.fromEntries(await Promise.all(names!.map(async (policy) => {
    const { PolicyDocument: document } = await client.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: policy }));
    return [policy, JSON.parse(decodeURIComponent(document!)).Statement];
  })));
}

describe('the role stays, and is updated in place, by a change of', () => {
  test.each<[string, Change, (changed: Role) => void]>([
    ['description', () => ({ description: 'changed' }), (changed) => expect(changed.Description).toBe('changed')],
    ['permissionsBoundary', (stack) => ({ permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', BOUNDARY) }),
      (changed) => expect(changed.PermissionsBoundary!.PermissionsBoundaryArn).toBe(`arn:aws:iam::${ACCOUNT}:policy/${BOUNDARY}`)],
    ['trust', () => ({ trust: WorkspaceTrust.roleByArn() }),
      (changed) => expect(trustOf(changed)).toMatchObject([{
        Principal: { AWS: 'arn:aws:iam::715803424590:root' },
        Condition: { StringEquals: { 'aws:PrincipalArn': workspace.principalArn } },
      }])],
    ['controlPlaneAccount', () => ({ workspace: ZenmlWorkspace.fromId(WORKSPACE_ID, { controlPlaneAccount: '339712793861' }) }),
      (changed) => expect(trustOf(changed)).toMatchObject([{ Principal: { AWS: `arn:aws:iam::339712793861:role/${NAME}` } }])],
  ])('%s', async (_, change, expectChanged) => {
    await deploy(() => ({}));
    const before = await role(NAME);
    const { resources } = await deploy(change);

    const after = await role(NAME);
    expect(after!.RoleId).toBe(before!.RoleId);
    expectChanged(after!);
    expect(Object.values(resources)).toContain(NAME);
  });
});

describe('the role stays, and its one policy is updated, by a change of', () => {
  test.each<[string, Change, string, object[]]>([
    ['isolation', () => ({ isolation: SecretsIsolation.zenmlSecrets() }), REGION, [
      { Sid: 'ReadAndWriteZenmlSecrets' }, { Sid: 'CreateAndTagZenmlSecrets' },
    ]],
    ['encryptionKeys', (stack) => ({ encryptionKeys: [new kms.Key(stack, 'Key')] }), REGION, [
      {},
      {
        Resource: expect.stringMatching(`^arn:aws:kms:${REGION}:${ACCOUNT}:key/`),
        Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com` } },
      },
    ]],
    ['region', () => ({ region: 'eu-west-1' }), 'eu-west-1', [{ Resource: `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:zenml/*` }]],
  ])('%s', async (_, change, region, statements) => {
    await deploy(() => ({}));
    const before = await role(NAME);
    await deploy(change);

    expect((await role(NAME))!.RoleId).toBe(before!.RoleId);
    const after = await policies(NAME);
    expect(Object.keys(after)).toEqual([`${NAME}-${region}`]);
    expect(after[`${NAME}-${region}`]).toMatchObject(statements);
  });
});

describe('the role is replaced, with its policy, by a change of', () => {
  test.each<[string, Change, string, string]>([
    ['roleName', () => ({ roleName: 'renamed' }), 'renamed', `${NAME}-${REGION}`],
    ['roleName and rolePath', () => ({ roleName: 'moved', rolePath: '/moved/' }), 'moved', `${NAME}-${REGION}`],
    ['workspace', () => ({ workspace: ZenmlWorkspace.fromId(OTHER_WORKSPACE_ID) }),
      `zenml-${OTHER_WORKSPACE_ID}`, `zenml-${OTHER_WORKSPACE_ID}-${REGION}`],
  ])('%s', async (_, change, name, policy) => {
    await deploy(() => ({}));
    const { outputs } = await deploy(change);

    expect(await role(NAME)).toBeUndefined();
    const replacement = await role(name);
    expect(Object.keys(await policies(name))).toEqual([policy]);
    expect(Object.values(outputs)).toContain(replacement!.Arn);
  });

  test('role: the role that the store made gives way to the given one', async () => {
    const own: Change = (stack) => ({
      role: new iam.Role(stack, 'Own', { roleName: 'own', assumedBy: new iam.ArnPrincipal(workspace.principalArn) }),
    });
    await deploy(() => ({}));
    await deploy(own);

    expect(await role(NAME)).toBeUndefined();
    expect(Object.keys(await policies('own'))).toEqual([`${NAME}-${REGION}`]);
  });
});

test('a change of outputs leaves role and policy as they are', async () => {
  await deploy(() => ({}));
  const before = [(await role(NAME))!.RoleId, await policies(NAME)];
  // The embedded AWS takes outputs alone for no change, unlike CloudFormation, so the description changes as well.
  const { outputs } = await deploy(() => ({ outputs: false, description: 'changed' }));

  expect(outputs).toEqual({});
  expect([(await role(NAME))!.RoleId, await policies(NAME)]).toEqual(before);
});

test('a path alone cannot change: CloudFormation refuses to replace what has a name of its own', async () => {
  await deploy(() => ({}));
  const before = await role(NAME);

  await expect(deploy(() => ({ rolePath: '/moved/' }))).rejects.toThrow(/custom-named resource/);
  expect(await role(NAME)).toEqual(before);
});

test('deleting the stack removes role and policy', async () => {
  await deploy(() => ({}));
  await cloudFormation.delete('Zenml');

  expect(await role(NAME)).toBeUndefined();
});

test('a second store on the role of the first overwrites nothing', async () => {
  const stack = new Stack(new App(), 'Zenml');
  const first = new AwsSecretsStore(stack, 'SecretsStore', { workspace });
  new AwsSecretsStore(stack, 'Backup', { workspace, role: first.role, region: 'eu-west-1' });
  await cloudFormation.deploy('Zenml', Template.fromStack(stack).toJSON());

  expect(Object.keys(await policies(NAME)).sort()).toEqual([`${NAME}-${REGION}`, `${NAME}-eu-west-1`]);
});

function trustOf(changed: Role) {
  return JSON.parse(decodeURIComponent(changed.AssumeRolePolicyDocument!)).Statement;
}
