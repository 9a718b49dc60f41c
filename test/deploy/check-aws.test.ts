import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, CreateChangeSetCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateAccessKeyCommand, CreatePolicyCommand, CreateRoleCommand, CreateUserCommand, DeleteAccessKeyCommand, DeleteRoleCommand,
  DeleteRolePolicyCommand, DeleteUserPolicyCommand, IAMClient, ListAccessKeysCommand, ListRolePoliciesCommand, ListUserPoliciesCommand,
  ListUsersCommand,
  PutRolePermissionsBoundaryCommand, PutRolePolicyCommand, PutUserPolicyCommand, UpdateAccessKeyCommand, UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { App, NestedStack, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { customerAccount } from './customer-account';
import {
  AwsAuthentication, AwsSecretsStore, AwsSecretsStoreProps, AzureAuthentication, GcpAuthentication, SecretsIsolation,
  SecretsStoreConfiguration, WorkspaceConfiguration, WorkspaceTrust, ZenmlWorkspace,
} from '../../src';
import { check, Outcome, problems, run } from '../cli/command';
import { uploadAssets } from '../emulators/assets';
import { CloudFormation, DeployedStack } from '../emulators/cloudformation';
import { Credentials } from '../emulators/embedded-aws';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { ControlPlane } from '../emulators/zenml-pro';
import { ROOT } from '../package/packed-library';
import { ACCOUNT, AZURE_SECRET, HAND_MADE_ROLE, OTHER_WORKSPACE_ID, REGION, SCENARIOS, synthesize, WORKSPACE_ID } from '../scenarios';

/*
 * The command on stacks that are really deployed, then broken one thing at a time. Whoever runs it is a user with the policy of
 * docs/check.md and no other.
 */

jest.setTimeout(120_000); // on a loaded machine

const STACK = 'ZenmlSecretsStore';
const ROLE = `zenml-${WORKSPACE_ID}`;
const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/${ROLE}`;
const WORKSPACE_ARN = `arn:aws:iam::715803424590:role/${ROLE}`;
const SETTINGS = ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
const workspace = ZenmlWorkspace.fromId(WORKSPACE_ID);

interface Policy {
  readonly Version: string;
  readonly Statement: { readonly Effect: string; readonly Action: string | string[]; readonly Resource: string }[];
}

const [, policyText] = /```json\n([^]*?)```/.exec(readFileSync(join(ROOT, 'docs/check.md'), 'utf8'))!;
const POLICY: Policy = JSON.parse(policyText);
const before = Object.fromEntries(SETTINGS.map((name) => [name, process.env[name]]));

const aws = useEmbeddedAws({ region: REGION });
let cloudFormation: CloudFormation;
let administrator: IAMClient;

beforeEach(async () => {
  ({ iam: administrator, cloudFormation } = await customerAccount(aws));
  const controlPlane = await ControlPlane.create(aws);
  await controlPlane.createWorkspace(WORKSPACE_ID);
  await administrator.send(new CreateUserCommand({ UserName: 'checker' }));
  await permit(POLICY);
  const { AccessKey: key } = await administrator.send(new CreateAccessKeyCommand({ UserName: 'checker' }));
  configure({ accessKeyId: key!.AccessKeyId!, secretAccessKey: key!.SecretAccessKey! });
});

afterAll(async () => {
  SETTINGS.forEach((name) => before[name] === undefined ? delete process.env[name] : process.env[name] = before[name]);
});

/** What the command finds in the environment, as whoever runs it has configured AWS. */
function configure({ accessKeyId, secretAccessKey }: Credentials) {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: REGION, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
}

async function permit(policy: Policy) {
  await administrator.send(new PutUserPolicyCommand({ UserName: 'checker', PolicyName: 'check', PolicyDocument: JSON.stringify(policy) }));
}

async function deploy(build: (stack: Stack) => void): Promise<DeployedStack> {
  const app = new App();
  const stack = new Stack(app, STACK);
  build(stack);
  return cloudFormation.deploy(STACK, app.synth().getStackByName(STACK).template);
}

const storeWith = (props: Partial<AwsSecretsStoreProps> = {}) => (stack: Stack) =>
  void new AwsSecretsStore(stack, 'SecretsStore', { workspace, ...props });

async function writeTrust(statement: object) {
  await administrator.send(new UpdateAssumeRolePolicyCommand({
    RoleName: ROLE, PolicyDocument: document({ Action: 'sts:AssumeRole', ...statement }),
  }));
}

async function deleteRole() {
  await deletePolicies();
  await administrator.send(new DeleteRoleCommand({ RoleName: ROLE }));
}

async function deletePolicies() {
  const { PolicyNames: names = [] } = await administrator.send(new ListRolePoliciesCommand({ RoleName: ROLE }));
  await Promise.all(names.map(async (name) => administrator.send(new DeleteRolePolicyCommand({ RoleName: ROLE, PolicyName: name }))));
}

async function putPolicy(name: string, ...statements: object[]) {
  await administrator.send(new PutRolePolicyCommand({ RoleName: ROLE, PolicyName: name, PolicyDocument: document(...statements) }));
}

/** The user whose access key is handed over. */
async function keyUser() {
  const { Users: users = [] } = await administrator.send(new ListUsersCommand({}));
  const { UserName: name } = users.find(({ UserName: user }) => user !== 'checker')!;
  const { AccessKeyMetadata: [key] = [] } = await administrator.send(new ListAccessKeysCommand({ UserName: name }));
  return { UserName: name!, AccessKeyId: key.AccessKeyId! };
}

function document(...statements: object[]) {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })) });
}

function actionsOf({ Statement: statements }: Policy): string[] {
  return statements.flatMap(({ Action: action }) => action);
}

function without(action: string): Policy {
  const left = POLICY.Statement.map((statement) => ({
    ...statement, Action: [statement.Action].flat().filter((other) => other !== action),
  }));
  return { ...POLICY, Statement: left.filter(({ Action: actions }) => actions.length > 0) };
}

function expectAllWell(outcome: Outcome, checks: string[]) {
  expect(problems(outcome)).toEqual([]);
  expect(outcome.exitCode).toBe(0);
  expect(outcome.results.map(({ check: name }) => name)).toEqual(['deployment', 'form', 'region', ...checks]);
}

describe('a store that can work', () => {
  test.each([
    ['documented', SecretsIsolation.documented()],
    ['zenmlSecrets', SecretsIsolation.zenmlSecrets()],
    ['workspace', SecretsIsolation.workspace()],
  ])('of the isolation %s', async (_, isolation) => {
    await deploy(storeWith({ isolation }));

    expectAllWell(await check([STACK]), ['role', 'trust', 'permissions']);
  });

  test.each([
    ['secretKey', AwsAuthentication.secretKey(), ['access key', 'access key', 'permissions']],
    ['iamRole', AwsAuthentication.iamRole(), ['access key', 'access key', 'access key', 'role', 'trust', 'permissions']],
    ['sessionToken', AwsAuthentication.sessionToken(), ['access key', 'access key', 'permissions', 'session']],
    ['federationToken', AwsAuthentication.federationToken(), ['access key', 'access key', 'permissions', 'federation']],
  ])('with an access key, by %s, without a word of the key', async (_, authentication, checks) => {
    const { outputs } = await deploy(storeWith({ authentication, isolation: SecretsIsolation.workspace() }));
    const outcome = await check([STACK]);

    expectAllWell(outcome, checks);
    const secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
    const [[, arn]] = Object.entries(outputs).filter(([name]) => name.includes('WorkspaceConfigurationSecret'));
    const { SecretString: json } = await secrets.send(new GetSecretValueCommand({ SecretId: arn }));
    const { aws_secret_access_key: key } = JSON.parse(json!).secrets_store.settings.auth_config;
    expect(key.length).toBeGreaterThan(20);
    expect(outcome.said).not.toContain(key);
    expect(outcome.said).not.toContain(process.env.AWS_SECRET_ACCESS_KEY);
  });

  test('that trusts by ARN, and has a path and a boundary', async () => {
    await deploy((stack) => storeWith({
      trust: WorkspaceTrust.roleByArn(),
      permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'security-team-boundary'),
    })(stack));

    expectAllWell(await check([STACK]), ['role', 'trust', 'permissions']);
  });

  test('of a plain template', async () => {
    const template = synthesize(SCENARIOS.find(({ name }) => name === 'plain template, documented')!);
    await cloudFormation.deploy(STACK, template, { WorkspaceId: WORKSPACE_ID });

    expectAllWell(await check([STACK]), ['role', 'trust', 'permissions']);
  });

  test('with a key of KMS', async () => {
    const { KeyMetadata: key } = await new KMSClient(aws.client(aws.root(ACCOUNT), REGION)).send(new CreateKeyCommand({}));
    await deploy((stack) => storeWith({ encryptionKeys: [kms.Key.fromKeyArn(stack, 'Key', key!.Arn!)] })(stack));

    expectAllWell(await check([STACK]), ['role', 'trust', 'permissions', 'key']);
  });

  test('of a workspace with a role in this account, which the template tells', async () => {
    await deploy((stack) => storeWith({
      workspace: ZenmlWorkspace.fromRole(WORKSPACE_ID, iam.Role.fromRoleName(stack, 'Pod', HAND_MADE_ROLE)),
    })(stack));

    const outcome = await check([STACK]);
    expectAllWell(outcome, ['role', 'trust', 'permissions']);
    expect(outcome.said).toContain(`admits arn:aws:iam::${ACCOUNT}:role/${HAND_MADE_ROLE}`);
  });

  test('on the workspace\'s own role', async () => {
    await deploy((stack) => storeWith({
      workspace: ZenmlWorkspace.fromRole(WORKSPACE_ID, iam.Role.fromRoleName(stack, 'Pod', HAND_MADE_ROLE)),
      authentication: AwsAuthentication.implicit({ assumeRole: false }),
      isolation: SecretsIsolation.workspace(),
    })(stack));

    expectAllWell(await check([STACK]), ['permissions']);
    expectAllWell(await check([STACK, '--principal', `arn:aws:iam::${ACCOUNT}:role/${HAND_MADE_ROLE}`]), ['permissions']);
  });

  test('and its backup, under the role of the first', async () => {
    await deploy((stack) => {
      const store = new AwsSecretsStore(stack, 'SecretsStore', { workspace, outputs: false });
      const backup = new AwsSecretsStore(stack, 'Backup', { workspace, role: store.role, region: 'eu-west-1', outputs: false });
      new WorkspaceConfiguration(stack, 'Handoff', { secretsStore: store.configuration, backupSecretsStore: backup.configuration });
    });

    const outcome = await check([STACK]);
    expectAllWell(outcome, ['role', 'trust', 'permissions', 'form', 'region', 'role', 'trust', 'permissions']);
    expect(outcome.results.slice(1).map(({ store }) => store))
      .toEqual([...Array(5).fill('secrets_store'), ...Array(5).fill('backup_secrets_store')]);
  });

  test('by the bundle that is shipped', async () => {
    await deploy(storeWith());
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'assets/check/index.js'), 'check', STACK], {
      encoding: 'utf8', env: process.env,
    });

    expect(stderr).toBe('');
    expect(stdout).toContain('6 ok, 0 with a finding, 0 not checked\n');
    expect(status).toBe(0);
  });
});

describe('what is broken is found', () => {
  const cases: [string, () => Promise<unknown>, (string | RegExp)[]][] = [
    ['the role was deleted', deleteRole, [`finding role: ${ROLE_ARN} does not exist`]],
    ['the role was made anew, elsewhere', async () => {
      await deleteRole();
      await administrator.send(new CreateRoleCommand({
        RoleName: ROLE,
        Path: '/other/',
        AssumeRolePolicyDocument: document({ Principal: { AWS: WORKSPACE_ARN }, Action: 'sts:AssumeRole' }),
      }));
    }, [`finding role: the role ${ROLE} is arn:aws:iam::${ACCOUNT}:role/other/${ROLE}, but ${ROLE_ARN} is handed over`]],
    ['the trust policy names another role',
      async () => writeTrust({ Principal: { AWS: `arn:aws:iam::715803424590:role/zenml-${OTHER_WORKSPACE_ID}` } }),
      [`finding trust: ${WORKSPACE_ARN} cannot assume the role: no statement names it`]],
    ['the trust policy names a role that is gone', async () => writeTrust({ Principal: { AWS: 'AROAEXAMPLEEXAMPLE' } }), [/^finding trust: it names AROAEXAMPLEEXAMPLE, the id of a role/]],
    ['the trust policy demands an external id',
      async () => writeTrust({ Principal: { AWS: WORKSPACE_ARN }, Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }),
      [`finding trust: ${WORKSPACE_ARN} cannot assume the role: it demands StringEquals sts:ExternalId x`]],
    ['the trust policy demands what is not known',
      async () => writeTrust({ Principal: { AWS: WORKSPACE_ARN }, Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }),
      [`not checked trust: whether ${WORKSPACE_ARN} is let in depends: it demands IpAddress aws:SourceIp 192.0.2.0/24`]],
    ['the trust policy admits everybody', async () => writeTrust({ Principal: '*' }),
      ['finding trust: it admits everybody: any account of AWS can assume the role and read the secrets']],
    ['the trust policy admits everybody beside the workspace', async () => administrator.send(new UpdateAssumeRolePolicyCommand({
      RoleName: ROLE,
      PolicyDocument: document(
        { Action: 'sts:AssumeRole', Principal: { AWS: WORKSPACE_ARN } }, { Action: 'sts:AssumeRole', Principal: { AWS: '*' } },
      ),
    })), ['finding trust: it admits everybody: any account of AWS can assume the role and read the secrets']],
    ['the trust policy admits another account beside the workspace',
      async () => writeTrust({ Principal: { AWS: [WORKSPACE_ARN, 'arn:aws:iam::444455556666:root'] } }),
      ['not checked trust: it also admits arn:aws:iam::444455556666:root; whether that is on purpose is not known to this check']],
    ['the policy is gone', deletePolicies,
      ['CreateSecret', 'TagResource', 'GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'DeleteSecret']
        .map((action) => `finding permissions: secretsmanager:${action} in ${REGION}: no policy allows it`)],
    ['a statement denies', async () => putPolicy('denial', { Effect: 'Deny', Action: 'secretsmanager:DeleteSecret', Resource: '*' }),
      [`finding permissions: secretsmanager:DeleteSecret in ${REGION}: a statement denies it`]],
    ['the boundary does not allow it', async () => {
      const { Policy: boundary } = await administrator.send(new CreatePolicyCommand({
        PolicyName: 'narrow',
        PolicyDocument: document(
          { Action: 'secretsmanager:*', Resource: '*' },
          { Effect: 'Deny', Action: 'secretsmanager:PutSecretValue', Resource: '*' },
        ),
      }));
      await administrator.send(new PutRolePermissionsBoundaryCommand({ RoleName: ROLE, PermissionsBoundary: boundary!.Arn }));
    }, [`finding permissions: secretsmanager:PutSecretValue in ${REGION}: the permissions boundary does not allow it`]],
    ['the policy is for another region', async () => {
      await deletePolicies();
      await putPolicy(
        'elsewhere',
        { Action: 'secretsmanager:*', Resource: `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:zenml/*` },
        { NotAction: 'iam:*', NotResource: '*' },
      );
    }, Array(6).fill(/no policy allows it; the policy is for eu-west-1, but eu-central-1 is handed over$/)],
  ];

  test.each(cases)('%s', async (_, harm, expected) => {
    await deploy(storeWith());
    await harm();
    const outcome = await check([STACK]);

    const found = problems(outcome);
    expect(found).toEqual(expected.map((text) => typeof text === 'string' ? text : expect.stringMatching(text)));
    expect(outcome.exitCode).toBe(found[0].startsWith('finding') ? 1 : 3);
    expect(outcome.results.filter(({ status }) => status !== 'ok').map(({ remedy }) => remedy)).not.toContain(undefined);
  });

  test('ZenML has another server id than the policy allows', async () => {
    await deploy(storeWith({ isolation: SecretsIsolation.workspace({ serverId: OTHER_WORKSPACE_ID }) }));

    expect(problems(await check([STACK])).length).toBeGreaterThan(0);
    expectAllWell(await check([STACK, '--server-id', OTHER_WORKSPACE_ID]), ['role', 'trust', 'permissions']);
  });

  test('a key of KMS is disabled, or gone', async () => {
    const keys = new KMSClient(aws.client(aws.root(ACCOUNT), REGION));
    const { KeyMetadata: key } = await keys.send(new CreateKeyCommand({}));
    const gone = `arn:aws:kms:${REGION}:${ACCOUNT}:key/00000000-0000-4000-8000-000000000000`;
    await deploy((stack) => storeWith({
      encryptionKeys: [kms.Key.fromKeyArn(stack, 'Key', key!.Arn!), kms.Key.fromKeyArn(stack, 'Gone', gone)],
    })(stack));
    await keys.send(new DisableKeyCommand({ KeyId: key!.KeyId }));

    expect(problems(await check([STACK]))).toEqual([
      `finding key: ${key!.Arn} is Disabled, so the secrets under it cannot be used`,
      `finding key: ${gone} is gone, so the secrets under it cannot be used`,
    ]);
  });

  describe('with an access key', () => {
    test('it is not active', async () => {
      await deploy(storeWith({ authentication: AwsAuthentication.secretKey() }));
      const key = await keyUser();
      await administrator.send(new UpdateAccessKeyCommand({ ...key, Status: 'Inactive' }));

      expect(problems(await check([STACK]))).toEqual([
        `finding access key: ${key.AccessKeyId} of the user ${key.UserName} is Inactive`,
        expect.stringMatching(new RegExp(`^finding access key: AWS does not accept ${key.AccessKeyId} with what is handed over`)),
        'not checked permissions: the user is not known',
      ]);
    });

    test('it was deleted', async () => {
      await deploy(storeWith({ authentication: AwsAuthentication.iamRole() }));
      const key = await keyUser();
      await administrator.send(new DeleteAccessKeyCommand(key));

      expect(problems(await check([STACK]))).toEqual([
        `finding access key: ${key.AccessKeyId} is not a key of this account any more`,
        expect.stringContaining('AWS does not accept'),
        'not checked trust: who the role has to trust is not known',
      ]);
    });

    test('its user may not assume the role, or get sessions', async () => {
      for (const [authentication, expected] of [
        [AwsAuthentication.iamRole(), `finding access key: sts:AssumeRole on ${ROLE_ARN}: no policy allows it`],
        [AwsAuthentication.federationToken(), expect.stringMatching(/^finding federation: sts:GetFederationToken on .*: no policy allows it$/)],
      ]) {
        await deploy(storeWith({ authentication: authentication as AwsAuthentication }));
        const { UserName: user } = await keyUser();
        const { PolicyNames: names = [] } = await administrator.send(new ListUserPoliciesCommand({ UserName: user }));
        await Promise.all(names.map(async (name) => administrator.send(new DeleteUserPolicyCommand({ UserName: user, PolicyName: name }))));

        expect(problems(await check([STACK]))).toContainEqual(expected);
        await cloudFormation.delete(STACK);
      }
    });

    test('its user may not call sts:GetSessionToken', async () => {
      await deploy(storeWith({ authentication: AwsAuthentication.sessionToken() }));
      const { UserName: user } = await keyUser();
      await administrator.send(new PutUserPolicyCommand({
        UserName: user,
        PolicyName: 'denial',
        PolicyDocument: document({ Effect: 'Deny', Action: 'sts:GetSessionToken', Resource: '*' }),
      }));
      const outcome = await check([STACK]);

      expect(problems(outcome)).toEqual(['finding session: sts:GetSessionToken on *: a statement denies it']);
      expect(outcome.exitCode).toBe(1);
    });

    test('the role does not trust it', async () => {
      await deploy(storeWith({ authentication: AwsAuthentication.iamRole() }));
      await writeTrust({ Principal: { AWS: WORKSPACE_ARN } });

      expect(problems(await check([STACK]))).toEqual([expect.stringMatching(/^finding trust: arn:aws:iam::111122223333:user\/.* cannot assume the role: no statement names it$/)]);
    });
  });

  test('STS of the region does not answer', async () => {
    await deploy(storeWith());
    process.env.AWS_ENDPOINT_URL_STS = 'http://127.0.0.1:9';
    try {
      expect(problems(await check([STACK]))).toEqual([expect.stringMatching(/^finding region: STS of eu-central-1 does not know this account/)]);
    } finally {
      delete process.env.AWS_ENDPOINT_URL_STS;
    }
  });

  test('the last deployment failed, and what is handed over is no region of AWS', async () => {
    const handOff = (region: string) => ({
      Type: 'AWS::IAM::User',
      Output: JSON.stringify({ secrets_store: { type: 'aws', settings: { auth_method: 'implicit', auth_config: { region } } } }),
    });
    const template = (region: string, more = {}) => ({
      Resources: { User: { Type: 'AWS::IAM::User' }, ...more },
      Outputs: { Handoff: { Value: handOff(region).Output } },
    });
    await cloudFormation.deploy(STACK, template('nowhere'));
    const failing = {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'failing',
        Users: ['nobody'],
        PolicyDocument: JSON.parse(document({ Action: '*', Resource: '*' })),
      },
    };
    await expect(cloudFormation.deploy(STACK, template('nowhere', { Failing: failing }))).rejects.toThrow('nobody');

    expect(problems(await check([STACK]))).toEqual([
      'finding deployment: the stack is UPDATE_ROLLBACK_COMPLETE: its last deployment is not done, or did not succeed',
      expect.stringMatching(/^finding region: "nowhere" /),
      'not checked permissions: the role of the workspace is not known, or is of another account',
    ]);
  });
});

describe('what cannot be looked at is said', () => {
  test.each(actionsOf(POLICY).filter((action, index, all) => all.indexOf(action) === index))('without %s', async (action) => {
    const { KeyMetadata: key } = await new KMSClient(aws.client(aws.root(ACCOUNT), REGION)).send(new CreateKeyCommand({}));
    const build = (authentication: AwsAuthentication) => (stack: Stack) => storeWith({
      authentication,
      encryptionKeys: [kms.Key.fromKeyArn(stack, 'Key', key!.Arn!)],
    })(stack);
    const missed: string[] = [];
    for (const authentication of [AwsAuthentication.secretKey(), AwsAuthentication.iamRole()]) {
      await permit(POLICY);
      await deploy(build(authentication));
      expect(problems(await check([STACK]))).toEqual([]);
      await permit(without(action));
      const outcome = await check([STACK]);
      missed.push(...problems(outcome), ...(outcome.exitCode === 2 ? [outcome.said] : []));
      await cloudFormation.delete(STACK);
    }

    if (action === 'cloudformation:GetTemplate') {
      expect(missed).toEqual([]); // the name of the role tells as much here
    } else {
      expect(missed.length).toBeGreaterThan(0);
      expect(missed.join()).not.toContain('finding');
      expect(missed.join()).toContain(action);
    }
  }, 60_000);

  test('a role of another account', async () => {
    const roleArn = 'arn:aws:iam::444455556666:role/elsewhere';
    await deploy((stack) => {
      new iam.User(stack, 'User'); // a stack needs a resource
      new WorkspaceConfiguration(stack, 'Handoff', { secretsStore: SecretsStoreConfiguration.aws({ region: REGION, roleArn }) });
    });

    const outcome = await check([STACK]);
    expect(problems(outcome)).toEqual([`not checked role: ${roleArn} is of another account than the stack`]);
    expect(outcome.exitCode).toBe(3);
  });

  test('opt-in region: whether the account of ZenML has it is not checked, unless the workspace is of this account', async () => {
    const region = 'me-central-1';
    await deploy(storeWith({ region }));
    const outcome = await check([STACK]);
    expect(problems(outcome)).toEqual([
      `not checked region: ${region} is an opt-in region: whether the account of the workspace has it enabled is not known here`,
    ]);
    expect(outcome.exitCode).toBe(3);

    await deploy((stack) => storeWith({
      region,
      workspace: ZenmlWorkspace.fromRole(WORKSPACE_ID, iam.Role.fromRoleName(stack, 'Pod', HAND_MADE_ROLE)),
    })(stack));
    expectAllWell(await check([STACK]), ['role', 'trust', 'permissions']);
  });

  test('role of yours that trusts everybody: found also where the workspace is not known', async () => {
    await administrator.send(new UpdateAssumeRolePolicyCommand({
      RoleName: HAND_MADE_ROLE, PolicyDocument: document({ Principal: '*', Action: 'sts:AssumeRole' }),
    }));
    await deploy((stack) => storeWith({
      role: iam.Role.fromRoleArn(stack, 'HandMade', `arn:aws:iam::${ACCOUNT}:role/${HAND_MADE_ROLE}`),
    })(stack));

    expect(problems(await check([STACK]))).toEqual([
      'finding trust: it admits everybody: any account of AWS can assume the role and read the secrets',
      'not checked trust: who the role has to trust is not known',
    ]);
  });

  test('whom a role of yours trusts, unless it is told', async () => {
    const principal = 'arn:aws:iam::444455556666:role/zenml-pod';
    await administrator.send(new UpdateAssumeRolePolicyCommand({
      RoleName: HAND_MADE_ROLE,
      PolicyDocument: document({ Principal: { AWS: principal }, Action: 'sts:AssumeRole' }),
    }));
    await deploy((stack) => storeWith({
      role: iam.Role.fromRoleArn(stack, 'HandMade', `arn:aws:iam::${ACCOUNT}:role/${HAND_MADE_ROLE}`),
    })(stack));

    expect(problems(await check([STACK]))).toEqual(['not checked trust: who the role has to trust is not known']);
    expectAllWell(await check([STACK, '--principal', principal]), ['role', 'trust', 'permissions']);
  });

  test('a role of the default name that trusts somebody else than ZenML, without the template', async () => {
    await deploy(storeWith());
    await permit(without('cloudformation:GetTemplate'));
    const principal = 'arn:aws:iam::444455556666:role/zenml-pod';
    await writeTrust({ Principal: { AWS: principal } });

    expect(problems(await check([STACK]))).toEqual([
      `not checked trust: it admits ${principal}, and the stack does not say whether that is the workspace`,
    ]);
  });

  test('other clouds, of which only the form is looked at', async () => {
    await deploy((stack) => {
      const clientSecret = secretsmanager.Secret.fromSecretNameV2(stack, 'ClientSecret', AZURE_SECRET);
      new WorkspaceConfiguration(stack, 'Handoff', {
        secretsStore: SecretsStoreConfiguration.gcp({
          projectId: 'my-project-123456',
          authentication: GcpAuthentication.externalAccount({
            workspace, projectNumber: '123456789012', pool: 'zenml-pool', provider: 'zenml-aws',
          }),
        }),
        backupSecretsStore: SecretsStoreConfiguration.azure({
          keyVaultName: 'zenml-secrets',
          authentication: AzureAuthentication.servicePrincipal(clientSecret, {
            tenantId: '11111111-aaaa-4bbb-8ccc-222222222222', clientId: '33333333-aaaa-4bbb-8ccc-444444444444', field: 'client_secret',
          }),
        }),
      });
    });
    const reading = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' };
    await permit({ ...POLICY, Statement: [...POLICY.Statement, reading] });

    const outcome = await check([STACK]);
    expect(problems(outcome)).toEqual([
      'not checked gcp: resources of other clouds are not checked',
      'not checked azure: resources of other clouds are not checked',
    ]);
    expect(outcome.said).not.toContain('canary');
  });
});

describe('nothing to check', () => {
  test('no such stack, and no way to AWS', async () => {
    configure(aws.root(ACCOUNT));
    expect(await run(['check', 'Nothing'])).toEqual({
      exitCode: 2, printed: '', printedErrors: 'ValidationError: Stack with id Nothing does not exist',
    });
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:9';
    const { exitCode, printed } = await run(['check', STACK, '--json']);
    expect({ exitCode, ...JSON.parse(printed) }).toEqual({ exitCode: 2, error: expect.stringContaining('ECONNREFUSED') });
  });

  test('no region', async () => {
    delete process.env.AWS_REGION;
    const { exitCode, printedErrors } = await run(['check', STACK]);
    expect({ exitCode, printedErrors }).toEqual({ exitCode: 2, printedErrors: expect.stringMatching(/^There is no region: give --region /) });
  });

  test('a stack whose first deployment was rolled back', async () => {
    const failing = { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'failing', Users: ['nobody'], PolicyDocument: {} } };
    await expect(cloudFormation.deploy(STACK, { Resources: { Failing: failing } })).rejects.toThrow('nobody');
    const { exitCode, printedErrors } = await run(['check', STACK]);
    expect(printedErrors).toContain('it is ROLLBACK_COMPLETE, so its first deployment failed and nothing of it is left');
    expect(exitCode).toBe(2);
  });

  test('a stack that is not deployed yet', async () => {
    const client = new CloudFormationClient(aws.client(aws.root(ACCOUNT), REGION));
    const template = { Resources: { User: { Type: 'AWS::IAM::User' } } };
    await client.send(new CreateChangeSetCommand({
      StackName: STACK,
      ChangeSetName: 'first',
      ChangeSetType: 'CREATE',
      Capabilities: ['CAPABILITY_IAM'],
      TemplateBody: JSON.stringify(template),
    }));
    const { exitCode, printedErrors } = await run(['check', STACK]);
    expect(printedErrors).toContain('it is REVIEW_IN_PROGRESS. Wait until it is deployed, and if that failed, read its events');
    expect(exitCode).toBe(2);
  });

  test('a parent whose store is in a nested stack', async () => {
    const app = new App();
    const parent = new Stack(app, STACK, { env: { account: ACCOUNT, region: REGION } });
    const nested = new NestedStack(parent, 'Nested');
    new AwsSecretsStore(nested, 'SecretsStore', { workspace });
    const artifact = app.synth().getStackByName(STACK);
    await uploadAssets(aws, ACCOUNT, REGION, artifact);
    const { resources } = await cloudFormation.deploy(STACK, artifact.template);
    const [[id, arn]] = Object.entries(resources).filter(([name]) => name.startsWith('Nested'));
    const { exitCode, printedErrors } = await run(['check', STACK]);

    expect(printedErrors).toContain(
      `it has nested stacks (${id}), and a store in a NestedStack has its outputs there, not in the parent. Run check with the name of `,
    );
    expect(exitCode).toBe(2);
    configure(aws.root(ACCOUNT)); // as the name of that stack is another one
    expectAllWell(await check([arn.split('/')[1]]), ['role', 'trust', 'permissions']);
  });

  test('a stack that hands nothing over', async () => {
    await deploy(storeWith({ outputs: false }));

    const nothing = `The stack ${STACK} in ${REGION} hands nothing over: none of its outputs is a WorkspaceConfiguration.`;
    expect((await run(['check', STACK])).printedErrors).toContain(nothing);
    await permit(without('cloudformation:GetTemplate'));
    expect((await run(['check', STACK])).printedErrors).toContain(nothing);
  });

  test('something else in the place of a store', async () => {
    await cloudFormation.deploy(STACK, {
      Resources: { User: { Type: 'AWS::IAM::User' } },
      Outputs: {
        A: { Value: '{"secrets_store": "cut off' },
        B: { Value: '{"secrets_store": {"type": "aws", "settings": {"auth_method": "implicit"}}}' },
        C: { Value: 'else' },
      },
    });

    expect(problems(await check([STACK]))).toEqual([
      'finding form: what is handed over is not a secrets store of ZenML: its type or its auth_method is none that ZenML takes',
      'finding form: what is handed over is not a secrets store of ZenML: it lacks region',
    ]);
  });
});
