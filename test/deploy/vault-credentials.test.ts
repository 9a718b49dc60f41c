import {
  CloudFormationClient, DescribeStackEventsCommand, DescribeStacksCommand, GetTemplateCommand, ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateSecretCommand, GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { App, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  VaultAdministrator, VaultAuthentication, VaultConnection, VaultKvMount, VaultSecretsStore, VaultSecretsStoreProps, WorkspaceConfiguration,
  ZenmlWorkspace,
} from '../../src';
import { uploadAssets } from '../emulators/assets';
import { CloudFormation, DeployedStack } from '../emulators/cloudformation';
import { useEmbeddedVault } from '../emulators/use-embedded-vault';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { HashicorpConfiguration, ZenmlVaultStore } from '../emulators/zenml-vault';
import { wipe } from '../lambda/configure-vault/vault-under-test';
import { ACCOUNT, REGION, WORKSPACE_ID } from '../scenarios';

/*
 * The methods that hand over a credential of Vault, from the construct to the workspace that lives with what it was handed, and nothing
 * else. The administrator has the policy that the library renders, and no other.
 */

const STACK = 'Zenml';
const SECRET_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const METHODS = { app_role: VaultAuthentication.appRole, token: VaultAuthentication.token };
type Method = keyof typeof METHODS;

const aws = useEmbeddedAws({ region: REGION });
const vault = useEmbeddedVault();
let cloudFormation: CloudFormation;
let administrator: string;
let secrets: SecretsManagerClient;

beforeEach(async () => {
  await aws.reset();
  await wipe(vault);
  cloudFormation = new CloudFormation(aws, ACCOUNT, REGION);
  await cloudFormation.pretendBootstrap();
  const { body } = await vault.call('POST', 'auth/token/create', { policies: ['zenml-admin'], no_default_policy: true });
  secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
  const credential = JSON.stringify({ token: body.auth.client_token });
  administrator = (await secrets.send(new CreateSecretCommand({ Name: 'vault/administrator', SecretString: credential }))).ARN!;
});

type Props = Partial<VaultSecretsStoreProps>;

function build(props: Props, more: (stack: Stack, store: VaultSecretsStore) => void = () => {}) {
  const app = new App();
  const stack = new Stack(app, STACK, { env: { account: ACCOUNT, region: REGION } });
  const connection = new VaultConnection(stack, 'Vault', {
    address: vault.address,
    allowInsecureAddress: true,
    timeout: Duration.seconds(30),
    administrator: VaultAdministrator.token(secretsmanager.Secret.fromSecretCompleteArn(stack, 'Token', administrator)),
  });
  more(stack, new VaultSecretsStore(stack, 'Store', { workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), connection, ...props }));
  return { stack, policy: stack.resolve(connection.administratorPolicy), artifact: app.synth().getStackByName(STACK) };
}

async function deploy(...args: Parameters<typeof build>): Promise<DeployedStack> {
  const { policy, artifact } = build(...args);
  await vault.call('POST', 'sys/policies/acl/zenml-admin', { policy });
  await uploadAssets(aws, ACCOUNT, REGION, artifact);
  return cloudFormation.deploy(STACK, artifact.template);
}

function configurationSecret({ outputs }: DeployedStack): string {
  return Object.entries(outputs).find(([name]) => name.includes('WorkspaceConfigurationSecret'))![1];
}

async function settings(deployed: DeployedStack): Promise<{ readonly auth_method: string; readonly auth_config: HashicorpConfiguration }> {
  const { SecretString: json } = await secrets.send(new GetSecretValueCommand({ SecretId: configurationSecret(deployed) }));
  return JSON.parse(json!).secrets_store.settings;
}

const handedOver = async (deployed: DeployedStack) => (await settings(deployed)).auth_config;
const secretOf = ({ app_secret_id: secretId, vault_token: token }: HashicorpConfiguration) => secretId ?? token!;

async function liveWithASecret(configuration: HashicorpConfiguration) {
  const store = await ZenmlVaultStore.open(vault, configuration);
  await store.create(SECRET_ID, { password: 'first' });
  await store.update(SECRET_ID, { password: 'second' });
  expect(await store.read(SECRET_ID)).toEqual({ password: 'second' });
  await store.delete(SECRET_ID);
  await expect(store.read(SECRET_ID, 'production')).rejects.toThrow('403');
}

const expectRefused = (configuration: HashicorpConfiguration) =>
  expect(liveWithASecret(configuration)).rejects.toThrow(/400: invalid role or secret ID|403: .*(permission denied|invalid token)/s);

/** A resource that fails when all else is done. */
function failLast(stack: Stack) {
  const failing = new CfnResource(stack, 'Failing', {
    type: 'AWS::IAM::Policy',
    properties: {
      PolicyName: 'failing',
      Roles: ['nobody'],
      PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] },
    },
  });
  failing.node.addDependency(stack.node.findChild('Store'));
}

/** The accessors of all credentials that the role has. */
async function accessors(method: Method): Promise<string[]> {
  const path = method === 'app_role' ? `auth/approle/role/zenml-${WORKSPACE_ID}/secret-id` : 'auth/token/accessors';
  const { body } = await vault.call('GET', `${path}?list=true`);
  return (body?.data?.keys ?? []).sort();
}

async function logged(): Promise<string> {
  const client = new CloudWatchLogsClient(aws.client(aws.root(ACCOUNT), REGION));
  const { logGroups: groups = [] } = await client.send(new DescribeLogGroupsCommand({}));
  const events = await Promise.all(groups.map(({ logGroupName }) => client.send(new FilterLogEventsCommand({ logGroupName }))));
  return events.flatMap(({ events: found = [] }) => found.map(({ message }) => message)).join('\n');
}

describe.each(Object.keys(METHODS) as Method[])('%s', (method) => {
  const authentication = METHODS[method];

  test('a secret lives with what was handed over, until the stack goes', async () => {
    const deployed = await deploy({ authentication: authentication() });
    const { auth_method: handedMethod, auth_config: configuration } = await settings(deployed);
    expect(handedMethod).toBe(method);
    expect(configuration).toEqual({
      vault_addr: vault.address,
      mount_point: `secrets-${WORKSPACE_ID}`,
      ...method === 'app_role'
        ? { app_role_id: expect.any(String), app_secret_id: expect.any(String) }
        : { vault_token: expect.any(String) },
    });
    for (let login = 0; login < 3; login++) {
      await liveWithASecret(configuration);
    }

    await cloudFormation.delete(STACK);
    await expectRefused(configuration);
    expect(await accessors('app_role')).toEqual([]);
    expect((await vault.call('GET', 'sys/mounts')).body.data).toHaveProperty(`secrets-${WORKSPACE_ID}/`);
  }, 120_000);

  test('a new credential and the one before both work, until a later deployment drops the latter', async () => {
    const first = await handedOver(await deploy({ authentication: authentication() }));
    const second = await handedOver(await deploy({ authentication: authentication({ serial: 2, previousSerial: 1 }) }));
    expect(secretOf(second)).not.toBe(secretOf(first));
    await liveWithASecret(first);
    await liveWithASecret(second);

    const retired = await handedOver(await deploy({ authentication: authentication({ serial: 2 }) }));
    expect(retired).toEqual(second);
    await liveWithASecret(second);
    await expectRefused(first);
  }, 120_000);

  test.each([
    { serial: 2, previousSerial: 1 }, { serial: 2 },
  ])('a rotation to %j that is rolled back leaves what was there, and nothing else', async (serials) => {
    const deployed = await deploy({ authentication: authentication() });
    const first = await handedOver(deployed);
    const before = await accessors(method);
    await expect(deploy({ authentication: authentication(serials) }, failLast)).rejects.toThrow('nobody');

    expect(await accessors(method)).toEqual(before);
    expect(await handedOver(deployed)).toEqual(first);
    await liveWithASecret(first);
  }, 120_000);

  test('an update of anything else mints nothing', async () => {
    const first = await handedOver(await deploy({ authentication: authentication() }));
    const before = await accessors(method);
    const changed = method === 'token'
      ? authentication()
      : VaultAuthentication.appRole({ tokenTtl: Duration.minutes(5), secretIdBoundCidrs: ['127.0.0.0/8'] });
    const props = method === 'token'
      ? { kvMount: VaultKvMount.managed({ removalPolicy: RemovalPolicy.DESTROY }) }
      : { tokenBoundCidrs: ['127.0.0.0/8'] };
    const updated = await handedOver(await deploy({ authentication: changed, ...props }));

    expect(updated).toEqual(first);
    expect(await accessors(method)).toEqual(before);
    await liveWithASecret(first);
  }, 120_000);

  test('a credential that cannot be put into its secret is destroyed', async () => {
    const deny = (stack: Stack, store: VaultSecretsStore) => {
      const { role } = stack.node.findChild('Vault') as VaultConnection;
      const denial = new iam.Policy(stack, 'Denial', {
        roles: [role],
        statements: [new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['secretsmanager:PutSecretValue'], resources: ['*'] })],
      });
      store.node.findChild('Credential1').node.addDependency(denial);
    };
    const before = await accessors('token');
    await expect(deploy({ authentication: authentication() }, deny)).rejects.toThrow(/AccessDenied|not authorized/i);

    expect(await accessors('app_role')).toEqual([]);
    expect(await accessors('token')).toEqual(before);
  }, 120_000);

  test('neither the template, nor an event, an output, a property, a log nor another secret holds it', async () => {
    const first = secretOf(await handedOver(await deploy({ authentication: authentication() })));
    const deployed = await deploy({ authentication: authentication({ serial: 2, previousSerial: 1 }) });
    const second = secretOf(await handedOver(deployed));
    const client = new CloudFormationClient(aws.client(aws.root(ACCOUNT), REGION));
    const { TemplateBody: body } = await client.send(new GetTemplateCommand({ StackName: STACK }));
    const { Stacks: stacks } = await client.send(new DescribeStacksCommand({ StackName: STACK }));
    const { StackEvents: events } = await client.send(new DescribeStackEventsCommand({ StackName: STACK }));
    const { StackResourceSummaries: resources } = await client.send(new ListStackResourcesCommand({ StackName: STACK }));
    const log = await logged();
    const { SecretList: list = [] } = await secrets.send(new ListSecretsCommand({}));

    expect(log).toContain(`of role zenml-${WORKSPACE_ID}`);
    const shown = JSON.stringify([body, stacks, events, resources, log, list, deployed]);
    expect([first, second].filter((secret) => secret.length < 20 || shown.includes(secret))).toEqual([]);
    const holders = async (secret: string) => (await Promise.all(list.map(async ({ ARN, Description: description }) => {
      const { SecretString: text } = await secrets.send(new GetSecretValueCommand({ SecretId: ARN }));
      return text!.includes(secret) ? [description] : [];
    }))).flat().sort();
    expect(await holders(first)).toEqual(['The credential 1 of ZenML for Vault, as the hand-off takes it from here']);
    expect(await holders(second)).toEqual([
      'For ZenML support: the secrets store in the configuration of the workspace, with its credentials',
      'The credential 2 of ZenML for Vault, as the hand-off takes it from here',
    ]);
  }, 120_000);

  test('the function may put it, and not get it', async () => {
    const { stack } = build({ authentication: authentication() });
    const policies = stack.node.findAll()
      .filter((node): node is CfnResource => CfnResource.isCfnResource(node) && node.cfnResourceType === 'AWS::IAM::Policy');
    const statements = policies.flatMap((policy) => stack.resolve((policy as any).policyDocument).Statement);
    const onSecrets = statements.filter(({ Action }: any) => JSON.stringify(Action).includes('secretsmanager:'));

    expect(onSecrets.map(({ Action, Resource }: any) => [Action, Resource])).toEqual([
      [['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], administrator],
      ['secretsmanager:PutSecretValue', { Ref: expect.stringContaining('Credential1Secret') }],
    ]);
  });

  test('what a token keeps from its creation changes with a new one only, and an old one may stay as it was', async () => {
    const first = await handedOver(await deploy({ authentication: authentication() }));
    const change = method === 'token' ? { tokenBoundCidrs: ['127.0.0.0/8'] } : {};
    const options = method === 'token' ? {} : { secretIdTtl: Duration.days(7) };
    await expect(deploy({ authentication: authentication(options), ...change }))
      .rejects.toThrow('from its creation. Raise serial with this change');
    await liveWithASecret(first);

    const second = await handedOver(await deploy({
      authentication: authentication({ ...options, serial: 2, previousSerial: 1 }), ...change,
    }));
    await liveWithASecret(first);
    await liveWithASecret(second);
    await deploy({ authentication: authentication({ ...options, serial: 2 }), ...change });
    await expectRefused(first);
  }, 120_000);

  test('two of them are handed over together, as a store and its backup', async () => {
    const deployed = await deploy({ authentication: authentication(), outputs: false }, (stack, store) => {
      const backup = new VaultSecretsStore(stack, 'Backup', {
        workspace: ZenmlWorkspace.fromId(WORKSPACE_ID),
        connection: stack.node.findChild('Vault') as VaultConnection,
        authentication: authentication(),
        outputs: false,
        roleName: 'backup',
        kvMount: VaultKvMount.managed({ path: 'backup' }),
      });
      new WorkspaceConfiguration(stack, 'Both', { secretsStore: store.configuration, backupSecretsStore: backup.configuration });
    });

    const { SecretString: json } = await secrets.send(new GetSecretValueCommand({ SecretId: configurationSecret(deployed) }));
    const { secrets_store: one, backup_secrets_store: two } = JSON.parse(json!);
    await liveWithASecret(one.settings.auth_config);
    await liveWithASecret(two.settings.auth_config);
    expect(secretOf(one.settings.auth_config)).not.toBe(secretOf(two.settings.auth_config));
  }, 120_000);
});
