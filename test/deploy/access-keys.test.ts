import {
  CloudFormationClient, DescribeStackEventsCommand, DescribeStacksCommand, GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  AssumeRoleCommand, AssumeRoleCommandOutput, GetFederationTokenCommand, GetSessionTokenCommand, GetSessionTokenCommandOutput, STSClient,
} from '@aws-sdk/client-sts';
import { App, Stack } from 'aws-cdk-lib';
import {
  AwsAccessKeyOptions, AwsAuthentication, AwsSecretsStore, SecretsIsolation, WorkspaceConfiguration, ZenmlWorkspace,
} from '../../src';
import { CloudFormation, DeployedStack } from '../emulators/cloudformation';
import { Credentials } from '../emulators/embedded-aws';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { ZenmlSecretsStore } from '../emulators/zenml-pro';
import { ACCOUNT, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';

const STACK = 'Stack';
const SECRET_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const METHODS = {
  'secret-key': AwsAuthentication.secretKey,
  'iam-role': AwsAuthentication.iamRole,
  'session-token': AwsAuthentication.sessionToken,
  'federation-token': AwsAuthentication.federationToken,
};
interface Settings {
  readonly auth_method: string;
  readonly auth_config: { readonly [field: string]: string };
}

type Method = keyof typeof METHODS;

const aws = useEmbeddedAws({ region: REGION });
let cloudFormation: CloudFormation;

beforeEach(async () => {
  await aws.reset();
  cloudFormation = new CloudFormation(aws, ACCOUNT, REGION);
  await cloudFormation.pretendBootstrap();
});

function template(method: Method, options: AwsAccessKeyOptions = {}, isolation = SecretsIsolation.documented()): object {
  const app = new App();
  const stack = new Stack(app, STACK);
  new AwsSecretsStore(stack, 'SecretsStore', {
    workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), authentication: METHODS[method](options), isolation,
  });
  return app.synth().getStackByName(STACK).template;
}

function configurationSecret({ outputs }: DeployedStack): string {
  const [arn] = Object.entries(outputs).filter(([name]) => name.includes('WorkspaceConfigurationSecret')).map(([, value]) => value);
  return arn;
}

/** What support is handed: the text of the secret that the output names, read by whoever administers the account. */
async function handedOver(deployed: DeployedStack) {
  const administrator = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
  const { SecretString: json } = await administrator.send(new GetSecretValueCommand({ SecretId: configurationSecret(deployed) }));
  return JSON.parse(json!).secrets_store.settings;
}

/** Authenticates as ZenML's service connector does, with what was handed over and nothing else. */
async function openAsZenml(settings: Settings): Promise<ZenmlSecretsStore> {
  const {
    region, aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, role_arn: RoleArn, policy: Policy,
  } = settings.auth_config;
  const key: Credentials = { accessKeyId, secretAccessKey };
  const sts = new STSClient(aws.client(key, region));
  const session = async (): Promise<Credentials> => {
    switch (settings.auth_method) {
      case 'iam-role': return credentials(await sts.send(new AssumeRoleCommand({
        RoleArn, RoleSessionName: 'zenml-connector', DurationSeconds: 3600,
      })));
      case 'session-token': return credentials(await sts.send(new GetSessionTokenCommand({ DurationSeconds: 43200 })));
      case 'federation-token': return credentials(await sts.send(new GetFederationTokenCommand({
        Name: 'zenml-connector', DurationSeconds: 43200, Policy,
      })));
      default: return key;
    }
  };
  return new ZenmlSecretsStore(aws, await session(), region, WORKSPACE_ID);
}

function credentials({ Credentials: session }: AssumeRoleCommandOutput | GetSessionTokenCommandOutput): Credentials {
  return { accessKeyId: session!.AccessKeyId!, secretAccessKey: session!.SecretAccessKey!, sessionToken: session!.SessionToken! };
}

async function liveWithASecret(store: ZenmlSecretsStore) {
  await store.create(SECRET_ID, { password: 'first' });
  expect(await store.read(SECRET_ID)).toEqual({ password: 'first' });
  await store.describe(SECRET_ID);
  await store.update(SECRET_ID, { password: 'second' });
  await store.tag(SECRET_ID);
  expect(await store.read(SECRET_ID)).toEqual({ password: 'second' });
  await store.delete(SECRET_ID);
}

const isRefused = { name: expect.stringMatching(/AccessDenied|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId/) };

describe.each(Object.keys(METHODS) as Method[])('%s', (method) => {
  test('a secret lives with what was handed over, and nothing else is reached', async () => {
    const settings = await handedOver(await cloudFormation.deploy(STACK, template(method)));
    expect(settings.auth_method).toBe(method);

    const store = await openAsZenml(settings);
    await liveWithASecret(store);
    await expect(store.create(SECRET_ID, {}, `production/${SECRET_ID}`)).rejects.toMatchObject(isRefused);
  }, 60_000);

  test('the isolation of the workspace holds', async () => {
    const settings = await handedOver(await cloudFormation.deploy(STACK, template(method, {}, SecretsIsolation.workspace())));

    await liveWithASecret(await openAsZenml(settings));
    const foreign = new ZenmlSecretsStore(aws, aws.root(ACCOUNT), REGION, OTHER_WORKSPACE_ID);
    await foreign.create(SECRET_ID, {});
    await expect((await openAsZenml(settings)).read(SECRET_ID)).rejects.toMatchObject(isRefused);
    await foreign.delete(SECRET_ID);
  }, 60_000);

  test('the hand-off secret is out of its own reach', async () => {
    const deployed = await cloudFormation.deploy(STACK, template(method));
    const settings = await handedOver(deployed);

    const { client } = await openAsZenml(settings);
    await expect(client.send(new GetSecretValueCommand({ SecretId: configurationSecret(deployed) }))).rejects.toMatchObject(isRefused);
  }, 60_000);

  test('a new key and the one before both work, until a later deployment drops the latter', async () => {
    const first = await handedOver(await cloudFormation.deploy(STACK, template(method)));
    const second = await handedOver(await cloudFormation.deploy(STACK, template(method, { serial: 2, previousSerial: 1 })));
    expect(second.auth_config.aws_access_key_id).not.toBe(first.auth_config.aws_access_key_id);
    await liveWithASecret(await openAsZenml(first));
    await liveWithASecret(await openAsZenml(second));

    const retired = await handedOver(await cloudFormation.deploy(STACK, template(method, { serial: 2 })));
    expect(retired).toEqual(second);
    await liveWithASecret(await openAsZenml(second));
    await expect(openAsZenml(first).then(liveWithASecret)).rejects.toMatchObject(isRefused);
  }, 60_000);

  test('a rotation that is rolled back leaves the key that was there', async () => {
    const first = await handedOver(await cloudFormation.deploy(STACK, template(method)));
    for (const options of [{ serial: 2, previousSerial: 1 }, { serial: 2 }]) {
      const { Resources, ...rest }: any = template(method, options);
      const statement = { Effect: 'Deny', Action: '*', Resource: '*' };
      const failing = {
        Type: 'AWS::IAM::Policy',
        DependsOn: Object.keys(Resources), // so that all else is done by then
        Properties: { PolicyName: 'failing', Roles: ['nobody'], PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
      };
      await expect(cloudFormation.deploy(STACK, { ...rest, Resources: { ...Resources, Failing: failing } })).rejects.toThrow('nobody');
    }
    await liveWithASecret(await openAsZenml(first));
  }, 60_000);

  test('neither the template nor an event nor an output holds the key', async () => {
    const deployed = await cloudFormation.deploy(STACK, template(method));
    const { auth_config: { aws_secret_access_key: key } } = await handedOver(deployed);
    const client = new CloudFormationClient(aws.client(aws.root(ACCOUNT), REGION));
    const { TemplateBody: body } = await client.send(new GetTemplateCommand({ StackName: STACK }));
    const { Stacks: stacks } = await client.send(new DescribeStacksCommand({ StackName: STACK }));
    const { StackEvents: events } = await client.send(new DescribeStackEventsCommand({ StackName: STACK }));

    expect(key.length).toBeGreaterThan(20);
    expect(events!.length).toBeGreaterThan(5);
    expect(JSON.stringify([body, stacks, events, deployed])).not.toContain(key);
  }, 60_000);

  test('it goes with its keys', async () => {
    const settings = await handedOver(await cloudFormation.deploy(STACK, template(method)));
    await cloudFormation.delete(STACK);

    await expect(openAsZenml(settings).then(liveWithASecret)).rejects.toMatchObject(isRefused);
  }, 60_000);
});

test('with iam-role a backup in another region shares the role of the first store, each by a key of its own', async () => {
  const app = new App();
  const stack = new Stack(app, STACK);
  const common = { workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), authentication: AwsAuthentication.iamRole(), outputs: false };
  const store = new AwsSecretsStore(stack, 'SecretsStore', common);
  const backup = new AwsSecretsStore(stack, 'Backup', { ...common, role: store.role, region: 'eu-west-1' });
  new WorkspaceConfiguration(stack, 'Handoff', { secretsStore: store.configuration, backupSecretsStore: backup.configuration });
  const deployed = await cloudFormation.deploy(STACK, app.synth().getStackByName(STACK).template);

  const administrator = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
  const { SecretString: json } = await administrator.send(new GetSecretValueCommand({ SecretId: configurationSecret(deployed) }));
  const { secrets_store: first, backup_secrets_store: second } = JSON.parse(json!);
  await liveWithASecret(await openAsZenml(first.settings));
  await liveWithASecret(await openAsZenml(second.settings));
}, 60_000);
