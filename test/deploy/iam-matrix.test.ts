import { GetRoleCommand, GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CallCell, CALLS, ISOLATIONS, Isolation, TRUSTS, Trust, trustCells, TrustCell } from './iam-matrix';
import { perform } from './secrets-manager-calls';
import { isCallAllowed, isTrusted, RolePolicies } from './simulated-iam';
import { AwsSecretsStore, SecretsIsolation, WorkspaceTrust, ZenmlWorkspace } from '../../src';
import { CloudFormation } from '../emulators/cloudformation';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { ControlPlane, Principal } from '../emulators/zenml-pro';
import { ACCOUNT, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';

/*
 * Who may do what under each isolation and each trust. The roles are deployed, and what IAM then holds (not what we meant to
 * write) is judged twice: by an evaluator of IAM policies that knows conditions, resource types and cross-account rules, and by
 * the embedded AWS through real calls with real credentials, wherever that can tell.
 */

interface Role extends RolePolicies {
  readonly arn: string;
}

const THIRD_ACCOUNT = '444455556666';
const roles = new Map<string, Role>();
const principals: { [who in TrustCell['who']]?: Principal } = {};
const aws = useEmbeddedAws({ region: REGION });
let vendor: ControlPlane;

const key = (isolation: Isolation, trust: Trust) => `${isolation}-${trust}`;
const role = (isolation: Isolation, trust: Trust) => roles.get(key(isolation, trust))!;

beforeAll(async () => {
  vendor = await ControlPlane.create(aws);
  const third = await ControlPlane.create(aws, THIRD_ACCOUNT);
  principals.workspace = await vendor.createWorkspace(WORKSPACE_ID);
  principals['other workspace'] = await vendor.createWorkspace(OTHER_WORKSPACE_ID);
  principals['role of the vendor\'s account'] = await vendor.createRole('administrator');
  principals['user of the vendor\'s account'] = new Principal(aws, vendor.insider);
  principals['role of the same name in a third account'] = await third.createWorkspace(WORKSPACE_ID);

  for (const isolation of ISOLATIONS) {
    for (const trust of TRUSTS) {
      roles.set(key(isolation, trust), await deploy(isolation, trust));
    }
  }
}, 60_000);

async function deploy(isolation: Isolation, trust: Trust): Promise<Role> {
  const stack = new Stack(new App(), `Zenml-${key(isolation, trust)}`);
  new AwsSecretsStore(stack, 'SecretsStore', {
    workspace: ZenmlWorkspace.fromId(WORKSPACE_ID),
    roleName: key(isolation, trust),
    isolation: SecretsIsolation[isolation](),
    trust: WorkspaceTrust[trust](),
  });
  const cloudFormation = new CloudFormation(aws, ACCOUNT, REGION);
  await cloudFormation.pretendBootstrap();
  await cloudFormation.deploy(stack.stackName, Template.fromStack(stack).toJSON());

  const iam = new IAMClient(aws.client(aws.root(ACCOUNT), REGION));
  const RoleName = key(isolation, trust);
  const { Role: deployed } = await iam.send(new GetRoleCommand({ RoleName }));
  const { PolicyNames: names } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  expect(names).toEqual([`zenml-${WORKSPACE_ID}-${REGION}`]);
  const { PolicyDocument: policy } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: names![0] }));
  return {
    arn: deployed!.Arn!,
    trust: JSON.parse(decodeURIComponent(deployed!.AssumeRolePolicyDocument!)),
    policy: JSON.parse(decodeURIComponent(policy!)),
  };
}

const verdict = (allowed: boolean) => allowed ? 'allowed' : 'denied';

describe.each(TRUSTS)('who assumes the role: %s', (trust) => {
  describe.each(ISOLATIONS)('%s', (isolation) => {
    test.each(trustCells().map((cell) => ({ ...cell, expected: verdict(cell.allowed) })))('$name: $expected', async (cell) => {
      const { arn, trust: document } = role(isolation, trust);

      expect(verdict(await isTrusted(document, arn, cell))).toBe(cell.expected);
      if (cell.mayAssume) {
        const session = principals[cell.who]!.openSecretsStore(WORKSPACE_ID, arn, REGION);
        expect(await outcome(session)).toBe(cell.expected);
      }
    });
  });
});

describe('the workspace, once its own account no longer lets it call sts:AssumeRole,', () => {
  beforeAll(() => vendor.forbidAssumingRoles(`zenml-${WORKSPACE_ID}`));
  afterAll(() => vendor.allowAssumingRoles(`zenml-${WORKSPACE_ID}`));

  test.each(TRUSTS)('is refused by the embedded AWS too: %s', async (trust) => {
    const session = principals.workspace!.openSecretsStore(WORKSPACE_ID, role('documented', trust).arn, REGION);
    expect(await outcome(session)).toBe('denied');
  });
});

describe.each(ISOLATIONS)('what the role may do: %s', (isolation) => {
  const cells = CALLS.map((cell) => ({ ...cell, expected: verdict(cell.allowed.includes(isolation)) }));

  describe.each(TRUSTS)('%s', (trust) => {
    test.each(cells)('$name: $expected', async (cell) => {
      const { arn, policy } = role(isolation, trust);

      expect(verdict(await isCallAllowed(policy, arn, cell))).toBe(cell.expected);
      if (cell.notEmulated === undefined) {
        expect(await callForReal(arn, cell)).toBe(cell.expected);
      }
    });
  });
});

/** Puts the secret of a cell in place, makes the call under the role, and clears up. */
async function callForReal(roleArn: string, cell: CallCell): Promise<string> {
  const owner = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), cell.region));
  if (cell.exists) {
    await owner.send(new CreateSecretCommand({
      Name: cell.secret,
      SecretString: 'before',
      Tags: Object.entries(cell.resourceTags ?? {}).map(([Key, Value]) => ({ Key, Value })),
    }));
  }
  try {
    const store = await principals.workspace!.openSecretsStore(WORKSPACE_ID, roleArn, cell.region);
    return await outcome(perform(store.client, cell));
  } finally {
    await owner.send(new DeleteSecretCommand({ SecretId: cell.secret, ForceDeleteWithoutRecovery: true })).catch((error) => {
      if (error.name !== 'ResourceNotFoundException') {
        throw error;
      }
    });
  }
}

/** A look-up in vain was allowed; any other failure than a denial is a failure of the test. */
async function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(() => 'allowed', (error) => {
    switch (error.name) {
      case 'ResourceNotFoundException': return 'allowed';
      case 'AccessDenied':
      case 'AccessDeniedException': return 'denied';
      default: throw error;
    }
  });
}
