import {
  CloudFormationClient, DescribeStackEventsCommand, DescribeStacksCommand, GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand, SecretsManagerClient, UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { App, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { AZURE_FIELDS, customerAccount, GCP_KEY_FILE } from './customer-account';
import {
  AzureAuthentication, CredentialOptions, GcpAuthentication, SecretsStoreConfiguration, WorkspaceConfiguration, WorkspaceConfigurationProps,
} from '../../src';
import { CloudFormation } from '../emulators/cloudformation';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { ACCOUNT, AZURE_SECRET, GCP_KEY_SECRET, REGION } from '../scenarios';

/* CloudFormation puts credentials of other clouds from the customer's secrets into the hand-off secret, and shows them nowhere. */

const STACK = 'Stack';
const ID = '11111111-aaaa-4bbb-8ccc-222222222222';
const PROJECT = 'my-project-123456';
const ACCOUNT_EMAIL = `zenml-secrets@${PROJECT}.iam.gserviceaccount.com`;
const KEY = JSON.parse(GCP_KEY_FILE);

const aws = useEmbeddedAws({ region: REGION });
let cloudFormation: CloudFormation;
let secrets: SecretsManagerClient;

beforeEach(async () => {
  ({ cloudFormation } = await customerAccount(aws));
  secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
});

type Make = (secret: secretsmanager.ISecret, options?: CredentialOptions) => SecretsStoreConfiguration;

const gcp = (authentication: GcpAuthentication) => SecretsStoreConfiguration.gcp({ projectId: PROJECT, authentication });
const azure = (authentication: AzureAuthentication) => SecretsStoreConfiguration.azure({ keyVaultName: 'zenml-secrets', authentication });
const keyOf: Make = (secret, options) => gcp(GcpAuthentication.serviceAccount(secret, options));

async function deploy(secretName: string, make: Make, options?: CredentialOptions) {
  const { deployed, json } = await handOver(secretName, (secret) => ({ secretsStore: make(secret, options) }));
  return { deployed, settings: json.secrets_store.settings };
}

async function handOver(secretName: string, props: (secret: secretsmanager.ISecret) => WorkspaceConfigurationProps) {
  const app = new App();
  const stack = new Stack(app, STACK);
  new WorkspaceConfiguration(stack, 'Handoff', props(secretsmanager.Secret.fromSecretNameV2(stack, 'Credentials', secretName)));
  const deployed = await cloudFormation.deploy(STACK, app.synth().getStackByName(STACK).template);
  const [arn] = Object.values(deployed.outputs);
  const { SecretString: json } = await secrets.send(new GetSecretValueCommand({ SecretId: arn }));
  return { deployed, json: JSON.parse(json!) };
}

test.each<[string, string, Make, object]>([
  ['service-account', GCP_KEY_SECRET, keyOf, { project_id: PROJECT, service_account_json: KEY }],
  ['impersonation', GCP_KEY_SECRET, (secret) => gcp(GcpAuthentication.impersonation(secret, { targetPrincipal: ACCOUNT_EMAIL })),
    { project_id: PROJECT, service_account_json: KEY, target_principal: ACCOUNT_EMAIL }],
  ['user-account', GCP_KEY_SECRET, (secret) => gcp(GcpAuthentication.userAccount(secret)), { project_id: PROJECT, user_account_json: KEY }],
  ['oauth2-token', AZURE_SECRET, (secret) => gcp(GcpAuthentication.oauth2Token(secret, { field: 'token' })),
    { project_id: PROJECT, token: AZURE_FIELDS.token }],
  ['service-principal', AZURE_SECRET,
    (secret) => azure(AzureAuthentication.servicePrincipal(secret, { tenantId: ID, clientId: ID, field: 'client_secret' })),
    { tenant_id: ID, client_id: ID, client_secret: AZURE_FIELDS.client_secret }],
])('%s is handed over whole, and shown nowhere else', async (method, secretName, make, fields) => {
  const { deployed, settings } = await deploy(secretName, make);

  expect(settings.auth_method).toBe(method);
  expect(settings.auth_config).toEqual(fields);
  const client = new CloudFormationClient(aws.client(aws.root(ACCOUNT), REGION));
  const shown = JSON.stringify([
    deployed,
    await client.send(new GetTemplateCommand({ StackName: STACK })),
    await client.send(new DescribeStacksCommand({ StackName: STACK })),
    await client.send(new DescribeStackEventsCommand({ StackName: STACK })),
  ]);
  expect(shown).toContain('{{resolve:secretsmanager:');
  expect(shown).not.toMatch(/canary|PRIVATE KEY|na\\*ry/);
}, 60_000);

test('a key file is taken out of a field that holds its text', async () => {
  await secrets.send(new UpdateSecretCommand({ SecretId: GCP_KEY_SECRET, SecretString: JSON.stringify({ key: GCP_KEY_FILE }) }));

  expect((await deploy(GCP_KEY_SECRET, keyOf, { field: 'key' })).settings.auth_config.service_account_json).toEqual(KEY);
}, 60_000);

test('a new value is handed over when its version is named', async () => {
  const first = await deploy(GCP_KEY_SECRET, keyOf);
  const changed = { ...KEY, private_key_id: 'second' };
  const { VersionId: versionId } = await secrets.send(new UpdateSecretCommand({
    SecretId: GCP_KEY_SECRET, SecretString: JSON.stringify(changed),
  }));
  const second = await deploy(GCP_KEY_SECRET, keyOf, { versionId });

  expect(first.settings.auth_config.service_account_json).toEqual(KEY);
  expect(second.settings.auth_config.service_account_json).toEqual(changed);
}, 60_000);

/** Ends the three objects around its place, says what it likes, and opens as many for what follows. */
const INJECTION = '{}}}},"secrets_store":{"type":"hashicorp","settings":{"auth_method":"token"}},'
  + '"backup_secrets_store":{"type":"gcp","settings":{"auth_config":{"service_account_json":{}';

// Nothing here keeps it from doing so: SECURITY.md and the guides say it.
test.each<[string, (attacked: SecretsStoreConfiguration) => WorkspaceConfigurationProps]>([
  ['a store', (secretsStore) => ({ secretsStore })],
  ['a backup', (backupSecretsStore) => ({ secretsStore: SecretsStoreConfiguration.aws({ region: REGION }), backupSecretsStore })],
])('whoever may write the secret of %s can replace the whole hand-off', async (_, props) => {
  await secrets.send(new UpdateSecretCommand({ SecretId: GCP_KEY_SECRET, SecretString: INJECTION }));
  const handedOver = await handOver(GCP_KEY_SECRET, (secret) => props(keyOf(secret)));

  expect(handedOver.json).toEqual({
    secrets_store: { type: 'hashicorp', settings: { auth_method: 'token' } },
    backup_secrets_store: { type: 'gcp', settings: { auth_config: { service_account_json: {}, project_id: PROJECT } } },
  });
}, 60_000);

test('a secret that is not there fails the deployment', async () => {
  await expect(deploy('credentials/absent', keyOf)).rejects.toThrow(/credentials\/absent/);
}, 60_000);
