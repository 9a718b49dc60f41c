import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { App, BootstraplessSynthesizer, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { customerAccount } from './customer-account';
import { AwsAuthentication, AwsSecretsStore, SecretsIsolation, WorkspaceTrust, ZenmlWorkspace } from '../../src';
import { addSecretsStore, ISOLATIONS } from '../../templates/secrets-store-template';
import { CloudFormation, DeployedStack } from '../emulators/cloudformation';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { ControlPlane, Principal, ZenmlSecretsStore } from '../emulators/zenml-pro';
import { ACCOUNT, BOUNDARY, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';

/* A workspace takes the JSON of the hand-off, and nothing else, and lives with it. */

const SECRET_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const aws = useEmbeddedAws({ region: REGION });
let cloudFormation: CloudFormation;
let iamClient: IAMClient;

beforeEach(async () => {
  ({ cloudFormation, iam: iamClient } = await customerAccount(aws));
});

async function deploy(build: (stack: Stack) => void): Promise<DeployedStack> {
  const stack = new Stack(new App(), 'Zenml');
  build(stack);
  return cloudFormation.deploy('Zenml', Template.fromStack(stack).toJSON());
}

/** The configurations that the stack hands over, in the order of its outputs. */
function handedOver({ outputs }: DeployedStack): { region: string; role_arn?: string }[] {
  const handoffs = Object.entries(outputs).filter(([key]) => key.includes('WorkspaceConfiguration'));
  return handoffs.map(([, json]) => JSON.parse(json).secrets_store.settings.auth_config);
}

async function open(
  principal: Principal, { region, role_arn: roleArn }: { region: string; role_arn?: string },
): Promise<ZenmlSecretsStore> {
  return roleArn === undefined
    ? principal.ownSecretsStore(WORKSPACE_ID, region)
    : principal.openSecretsStore(WORKSPACE_ID, roleArn, region);
}

async function expectLifeOfASecret(store: ZenmlSecretsStore) {
  await expect(store.read(SECRET_ID)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await store.create(SECRET_ID, { password: 'first' });
  expect(await store.read(SECRET_ID)).toEqual({ password: 'first' });
  await store.update(SECRET_ID, { password: 'second' });
  await store.tag(SECRET_ID);
  expect(await store.read(SECRET_ID)).toEqual({ password: 'second' });
  expect((await store.describe(SECRET_ID)).Tags).toEqual(expect.arrayContaining([
    { Key: 'zenml', Value: WORKSPACE_ID }, { Key: 'zenml_secret_id', Value: SECRET_ID },
  ]));
  await store.delete(SECRET_ID);
  await expect(store.read(SECRET_ID)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
}

describe('a workspace that ZenML hosts', () => {
  const workspace = ZenmlWorkspace.fromId(WORKSPACE_ID);
  let principal: Principal;

  beforeEach(async () => {
    principal = await (await ControlPlane.create(aws)).createWorkspace(WORKSPACE_ID);
  });

  test.each(['documented', 'zenmlSecrets', 'workspace'] as const)('keeps its secrets under the isolation %s', async (isolation) => {
    const [configuration] = handedOver(await deploy((stack) => (
      new AwsSecretsStore(stack, 'SecretsStore', { workspace, isolation: SecretsIsolation[isolation]() })
    )));

    await expectLifeOfASecret(await open(principal, configuration));
  });

  describe('and a plain template', () => {
    function template(isolation: SecretsIsolation) {
      const stack = new Stack(new App(), 'Zenml', { synthesizer: new BootstraplessSynthesizer() });
      addSecretsStore(stack, isolation);
      return Template.fromStack(stack).toJSON();
    }

    test.each(Object.entries(ISOLATIONS))('keeps its secrets under the isolation %s', async (_, isolation) => {
      const stack = await cloudFormation.deploy('Zenml', template(isolation()), { WorkspaceId: WORKSPACE_ID });

      expect(stack.outputs).toMatchObject({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/zenml-${WORKSPACE_ID}`, Region: REGION });
      await expectLifeOfASecret(await open(principal, handedOver(stack)[0]));
    });

    test('has the role name and the permissions boundary of the parameters', async () => {
      const boundary = `arn:aws:iam::${ACCOUNT}:policy/${BOUNDARY}`;
      const stack = await cloudFormation.deploy('Zenml', template(SecretsIsolation.documented()), {
        WorkspaceId: WORKSPACE_ID, RoleName: 'ZenmlSecrets', PermissionsBoundaryArn: boundary,
      });

      const { Role: role } = await iamClient.send(new GetRoleCommand({ RoleName: 'ZenmlSecrets' }));
      expect(role!.PermissionsBoundary!.PermissionsBoundaryArn).toBe(boundary);
      await expectLifeOfASecret(await open(principal, handedOver(stack)[0]));
    });
  });

  test('assumes a role that the customer made', async () => {
    const [configuration] = handedOver(await deploy((stack) => {
      const role = new iam.Role(stack, 'Own', { assumedBy: new iam.ArnPrincipal(workspace.principalArn) });
      new AwsSecretsStore(stack, 'SecretsStore', { workspace, role });
    }));

    await expectLifeOfASecret(await open(principal, configuration));
  });

  test('keeps a backup in another region through the same role', async () => {
    const configurations = handedOver(await deploy((stack) => {
      const { role } = new AwsSecretsStore(stack, 'SecretsStore', { workspace });
      new AwsSecretsStore(stack, 'Backup', { workspace, role, region: 'eu-west-1' });
    }));

    expect(configurations.map(({ region }) => region).sort()).toEqual([REGION, 'eu-west-1']);
    expect(new Set(configurations.map(({ role_arn: arn }) => arn)).size).toBe(1);
    for (const configuration of configurations) {
      await expectLifeOfASecret(await open(principal, configuration));
    }
  });

  test('is stopped by a permissions boundary that does not let it through', async () => {
    const [configuration] = handedOver(await deploy((stack) => {
      const permissionsBoundary = new iam.ManagedPolicy(stack, 'Boundary', {
        statements: [new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] })],
      });
      new AwsSecretsStore(stack, 'SecretsStore', { workspace, permissionsBoundary });
    }));

    await expect((await open(principal, configuration)).create(SECRET_ID, {})).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('leaves its secrets behind when the stack is deleted, out of its own reach', async () => {
    const [configuration] = handedOver(await deploy((stack) => new AwsSecretsStore(stack, 'SecretsStore', { workspace })));
    await (await open(principal, configuration)).create(SECRET_ID, { password: 'kept' });
    await cloudFormation.delete('Zenml');

    const owner = new ZenmlSecretsStore(aws, aws.root(ACCOUNT), REGION, WORKSPACE_ID);
    expect(await owner.read(SECRET_ID)).toEqual({ password: 'kept' });
    await expect(open(principal, configuration)).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied|^NoSuchEntity/) });
  });

  test('does not reach the secrets of another one under workspace(), although both have a store', async () => {
    const isolation = SecretsIsolation.workspace();
    const configurations = handedOver(await deploy((stack) => {
      new AwsSecretsStore(stack, 'A', { workspace, isolation });
      new AwsSecretsStore(stack, 'B', { workspace: ZenmlWorkspace.fromId(OTHER_WORKSPACE_ID), isolation });
    }));
    const [own, others] = [WORKSPACE_ID, OTHER_WORKSPACE_ID].map((id) => configurations.find(({ role_arn: arn }) => arn!.endsWith(id))!);
    await new ZenmlSecretsStore(aws, aws.root(ACCOUNT), REGION, OTHER_WORKSPACE_ID).create(SECRET_ID, { password: 'not yours' });

    await expect((await open(principal, own)).read(SECRET_ID)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(open(principal, others)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('a workspace that runs in the account of its secrets', () => {
  let account: ControlPlane;
  let pod: Principal;

  beforeEach(async () => {
    account = await ControlPlane.create(aws, ACCOUNT);
    pod = await account.createRole('pod');
    await account.forbidAssumingRoles('pod');
  });

  const workspaceOf = (stack: Stack) => ZenmlWorkspace.fromRole(WORKSPACE_ID, iam.Role.fromRoleName(stack, 'Pod', 'pod'));

  const build = (trust: WorkspaceTrust, granted: boolean) => (stack: Stack) => {
    const workspace = workspaceOf(stack);
    const store = new AwsSecretsStore(stack, 'SecretsStore', { workspace, trust });
    if (granted) {
      store.role!.grantAssumeRole(workspace.role!);
    }
  };

  // Under pinnedRole AWS does without a policy on the workspace's side within one account; the embedded AWS asks for it always.
  test.each([
    WorkspaceTrust.pinnedRole(), WorkspaceTrust.roleByArn(),
  ])('assumes the role once it is granted sts:AssumeRole (%#)', async (trust) => {
    const [configuration] = handedOver(await deploy(build(trust, true)));

    await expectLifeOfASecret(await open(pod, configuration));
  });

  test('is refused without sts:AssumeRole of its own where the trust names its account', async () => {
    const [configuration] = handedOver(await deploy(build(WorkspaceTrust.roleByArn(), false)));

    await expect(open(pod, configuration)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('reaches the secrets with its own role where it assumes none', async () => {
    const [configuration] = handedOver(await deploy((stack) => new AwsSecretsStore(stack, 'SecretsStore', {
      workspace: workspaceOf(stack),
      authentication: AwsAuthentication.implicit({ assumeRole: false }),
    })));

    expect(configuration).toEqual({ region: REGION });
    await expectLifeOfASecret(await open(pod, configuration));
  });
});
