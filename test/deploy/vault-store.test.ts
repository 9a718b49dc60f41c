import { CloudWatchLogsClient, DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { customerAccount } from './customer-account';
import {
  VaultAdministrator, VaultAuthentication, VaultAwsOptions, VaultCertificateAuthority, VaultConnection, VaultSecretsStore,
  VaultSecretsStoreProps, ZenmlWorkspace,
} from '../../src';
import { uploadAssets } from '../emulators/assets';
import { CloudFormation, DeployedStack } from '../emulators/cloudformation';
import { EmbeddedVault } from '../emulators/embedded-vault';
import { useEmbeddedVault } from '../emulators/use-embedded-vault';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { ControlPlane, Principal } from '../emulators/zenml-pro';
import { HashicorpConfiguration, ZenmlVaultStore } from '../emulators/zenml-vault';
import { wipe } from '../lambda/configure-vault/vault-under-test';
import { ACCOUNT, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';

/*
 * The whole chain: a stack is synthesized and deployed; CloudFormation calls CDK's provider framework, that the bundled handler,
 * that Vault; and the workspace, with the JSON of the hand-off and nothing else, lives with what they made.
 */

const CANARY = 'canary-0123456789';
const SECRET_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const workspace = ZenmlWorkspace.fromId(WORKSPACE_ID);
const aws = useEmbeddedAws({ region: REGION });
let cloudFormation: CloudFormation;
let principal: Principal;
let otherPrincipal: Principal;

beforeEach(async () => {
  ({ cloudFormation } = await customerAccount(aws));
  const controlPlane = await ControlPlane.create(aws);
  principal = await controlPlane.createWorkspace(WORKSPACE_ID);
  otherPrincipal = await controlPlane.createWorkspace(OTHER_WORKSPACE_ID);
});

/** Keeps a text in Secrets Manager, as somebody did before the stack, and returns the ARN. */
async function keep(name: string, text: string): Promise<string> {
  const secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
  return (await secrets.send(new CreateSecretCommand({ Name: name, SecretString: text }))).ARN!;
}

type Build = (stack: Stack) => VaultConnection;

/** Synthesizes the stack; the administrator gets the policy that the library renders for it, and no other. */
async function deploy(vault: EmbeddedVault, build: Build): Promise<DeployedStack & { readonly template: object }> {
  const app = new App();
  const stack = new Stack(app, 'Zenml', { env: { account: ACCOUNT, region: REGION } });
  const connection = build(stack);
  await vault.call('POST', 'sys/policies/acl/zenml-admin', { policy: stack.resolve(connection.administratorPolicy) });
  const artifact = app.synth().getStackByName(stack.stackName);
  await uploadAssets(aws, ACCOUNT, REGION, artifact);
  return { ...await cloudFormation.deploy('Zenml', artifact.template), template: artifact.template };
}

function handedOver({ outputs }: DeployedStack): HashicorpConfiguration {
  const [[, json]] = Object.entries(outputs).filter(([key]) => key.includes('WorkspaceConfiguration'));
  return JSON.parse(json).secrets_store.settings.auth_config;
}

/** Everything that the functions of the stack have logged. */
async function logged(): Promise<string> {
  const client = new CloudWatchLogsClient(aws.client(aws.root(ACCOUNT), REGION));
  const { logGroups: groups = [] } = await client.send(new DescribeLogGroupsCommand({}));
  const events = await Promise.all(groups.map(({ logGroupName }) => client.send(new FilterLogEventsCommand({ logGroupName }))));
  return events.flatMap(({ events: found = [] }) => found.map(({ message }) => message)).join('\n');
}

async function expectLifeOfASecret(store: ZenmlVaultStore) {
  expect(await store.read(SECRET_ID)).toBeUndefined();
  await store.create(SECRET_ID, { password: `${CANARY}-data` });
  await expect(store.create(SECRET_ID, {})).rejects.toThrow('400: check-and-set parameter did not match the current version');
  await store.update(SECRET_ID, { password: `${CANARY}-second` });
  expect(await store.read(SECRET_ID)).toEqual({ password: `${CANARY}-second` });
  await store.delete(SECRET_ID);
  expect(await store.read(SECRET_ID)).toBeUndefined();
}

interface Setting {
  readonly tls: boolean;
  /** Prepares Vault and the account, and returns how the stack connects. */
  readonly connect: (vault: EmbeddedVault) => Promise<Build>;
}

const SETTINGS: [string, Setting][] = [
  ['a token, and a private certificate authority in a secret', {
    tls: true,
    connect: async (vault) => {
      await vault.call('POST', 'auth/token/create', { id: `${CANARY}-token`, policies: ['zenml-admin'], no_default_policy: true });
      const token = await keep('vault/administrator', JSON.stringify({ token: `${CANARY}-token` }));
      const authority = await keep('vault/authority', vault.certificateAuthority);
      return (stack) => new VaultConnection(stack, 'Vault', {
        address: vault.address,
        allowInsecureAddress: true, // for the STS
        administrator: VaultAdministrator.token(secretsmanager.Secret.fromSecretCompleteArn(stack, 'Token', token)),
        certificateAuthority: VaultCertificateAuthority.fromSecret(
          secretsmanager.Secret.fromSecretCompleteArn(stack, 'Authority', authority),
        ),
      });
    },
  }],
  ['an AppRole, and a certificate authority in the environment', {
    tls: true,
    connect: async (vault) => {
      await vault.call('POST', 'sys/auth/approle', { type: 'approle' });
      await vault.call('POST', 'auth/approle/role/admin', { token_policies: ['zenml-admin'] });
      await vault.call('POST', 'auth/approle/role/admin/role-id', { role_id: `${CANARY}-role` });
      await vault.call('POST', 'auth/approle/role/admin/custom-secret-id', { secret_id: `${CANARY}-secret` });
      const secret = await keep('vault/administrator', JSON.stringify({ role_id: `${CANARY}-role`, secret_id: `${CANARY}-secret` }));
      return (stack) => new VaultConnection(stack, 'Vault', {
        address: vault.address,
        allowInsecureAddress: true, // for the STS
        administrator: VaultAdministrator.appRole(secretsmanager.Secret.fromSecretCompleteArn(stack, 'AppRole', secret)),
        certificateAuthority: VaultCertificateAuthority.fromPem(vault.certificateAuthority),
      });
    },
  }],
  ['the function\'s own IAM role', {
    tls: false,
    connect: async (vault) => {
      await vault.call('POST', 'sys/auth/admins', { type: 'aws' });
      await vault.call('POST', 'auth/admins/config/client', {
        iam_server_id_header_value: 'vault.example.com', sts_endpoint: aws.endpoint,
      });
      await vault.call('POST', 'auth/admins/role/zenml-admin', {
        auth_type: 'iam',
        bound_iam_principal_arn: [`arn:aws:iam::${ACCOUNT}:role/configure-vault`],
        resolve_aws_unique_ids: false,
        token_policies: ['zenml-admin'],
      });
      return (stack) => new VaultConnection(stack, 'Vault', {
        address: vault.address,
        allowInsecureAddress: true,
        administrator: VaultAdministrator.aws({ roleName: 'zenml-admin', mountPath: 'admins', headerValue: 'vault.example.com' }),
        role: new iam.Role(stack, 'ConfigureVault', {
          roleName: 'configure-vault',
          assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
        }),
        logGroup: new logs.LogGroup(stack, 'Logs', { removalPolicy: RemovalPolicy.DESTROY }),
      });
    },
  }],
];

describe.each(SETTINGS)('by %s', (_, setting) => {
  const vault = useEmbeddedVault({ tls: setting.tls });
  let connect: Build;

  beforeEach(async () => {
    await wipe(vault);
    connect = await setting.connect(vault);
  });

  const authentication = (options: VaultAwsOptions = {}) => VaultAuthentication.aws({ stsEndpoint: aws.endpoint, ...options });

  const stackWith = (props: Partial<VaultSecretsStoreProps> = {}): Build => (stack) => {
    const connection = connect(stack);
    new VaultSecretsStore(stack, 'Store', { workspace, connection, authentication: authentication(), ...props });
    return connection;
  };

  test('a workspace lives in Vault from the stack\'s creation to its deletion', async () => {
    const created = await deploy(vault, stackWith());
    const configuration = handedOver(created);
    expect(configuration).toEqual({
      vault_addr: vault.address, mount_point: `secrets-${WORKSPACE_ID}`, aws_role: `zenml-${WORKSPACE_ID}`, aws_header_value: WORKSPACE_ID,
    });

    const store = await ZenmlVaultStore.open(vault, configuration, principal.credentials);
    expect(store.login).toMatchObject({ policies: ['default', `zenml-${WORKSPACE_ID}`], lease_duration: 3600 });
    await expectLifeOfASecret(store);

    await expect(ZenmlVaultStore.open(vault, configuration, otherPrincipal.credentials)).rejects.toThrow(/^400: IAM Principal .* does not belong to the role/);
    const forged = { ...principal.credentials, secretAccessKey: 'forged' };
    await expect(ZenmlVaultStore.open(vault, configuration, forged)).rejects.toThrow(/^400: error making upstream request: received error code/);
    await expect(ZenmlVaultStore.open(vault, { ...configuration, aws_header_value: OTHER_WORKSPACE_ID }, principal.credentials))
      .rejects.toThrow('400: error validating X-Vault-AWS-IAM-Server-ID header: expected');
    await expect(ZenmlVaultStore.open(vault, { ...configuration, aws_header_value: undefined }, principal.credentials))
      .rejects.toThrow('missing header');
    await expect(store.create(SECRET_ID, {}, 'production')).rejects.toThrow('403');
    await expect(store.read(SECRET_ID, 'production')).rejects.toThrow('403');

    const updated = await deploy(vault, stackWith({ authentication: authentication({ tokenTtl: Duration.minutes(10) }) }));
    expect((await ZenmlVaultStore.open(vault, handedOver(updated), principal.credentials)).login.lease_duration).toBe(600);
    await store.create(SECRET_ID, { password: `${CANARY}-data` });

    const log = await logged(); // before the stack takes it along
    await cloudFormation.delete('Zenml');
    await expect(ZenmlVaultStore.open(vault, configuration, principal.credentials)).rejects.toThrow('400: entry for role');
    await expect(store.read(SECRET_ID)).rejects.toThrow('403');
    const { body: stored } = await vault.call('GET', `${configuration.mount_point}/data/zenml/${SECRET_ID}`);
    expect(stored.data.data.zenml_secret_values.password).toBe(`${CANARY}-data`);

    expect(log).toContain(`"object":"role zenml-${WORKSPACE_ID} on auth mount aws"`);
    expect(JSON.stringify([created, updated, log, await logged()])).not.toContain('canary');
  }, 120_000);

  test('a deployment that fails leaves Vault as it was, and says why', async () => {
    await vault.call('POST', 'sys/auth/aws', { type: 'aws' });
    await vault.call('POST', 'auth/aws/config/client', { iam_server_id_header_value: 'others', sts_endpoint: aws.endpoint });
    await vault.call('POST', 'auth/aws/role/others', {
      auth_type: 'iam', bound_iam_principal_arn: [workspace.principalArn], resolve_aws_unique_ids: false,
    });

    await expect(deploy(vault, stackWith())).rejects.toThrow(
      'others log in there: others. There are two ways out: an auth mount of your own, or headerValue: \'others\'');
    expect((await vault.call('GET', 'sys/mounts')).body.data).not.toHaveProperty(`secrets-${WORKSPACE_ID}/`);
    expect((await vault.call('GET', `sys/policies/acl/zenml-${WORKSPACE_ID}`)).status).toBe(404);
  }, 60_000);

  test('an update that fails is rolled back by CloudFormation, and the workspace still logs in', async () => {
    const configuration = handedOver(await deploy(vault, stackWith()));
    await vault.call('POST', 'sys/auth/aws/tune', { max_lease_ttl: '24h' });
    await expect(deploy(vault, stackWith({ authentication: authentication({ tokenMaxTtl: Duration.days(2) }) })))
      .rejects.toThrow('asks for tokens of up to 172800 seconds, but the mount allows 86400');

    expect((await ZenmlVaultStore.open(vault, configuration, principal.credentials)).login.lease_duration).toBe(3600);
  }, 60_000);
});
