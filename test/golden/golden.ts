import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { customersSecret } from './handed-over';
import {
  AwsAuthentication, AwsSecretsStore, AzureAuthentication, GcpAuthentication, SecretsStoreConfiguration,
  VaultAdministrator, VaultAuthentication, VaultAuthMount, VaultConnection, VaultSecretsStore, WorkspaceConfiguration, ZenmlWorkspace,
} from '../../src';
import { ACCOUNT, REGION, WORKSPACE_ID } from '../scenarios';

type Make = (stack: Stack) => IConstruct;

const workspace = ZenmlWorkspace.fromId(WORKSPACE_ID);
const PROJECT = 'my-project-123456';
const EMAIL = `zenml-secrets@${PROJECT}.iam.gserviceaccount.com`;
const TENANT = '11111111-aaaa-4bbb-8ccc-222222222222';
const CLIENT = '33333333-aaaa-4bbb-8ccc-444444444444';
const OF_EACH = { subscriptionId: '55555555-aaaa-4bbb-8ccc-666666666666', resourceGroup: 'platform', storageAccount: 'zenmlartifacts' };
const KEY_FILE = { field: 'key_file' };
const TOKEN = { field: 'token' };

const store = (authentication: AwsAuthentication): Make => (stack) => new AwsSecretsStore(stack, 'Store', { workspace, authentication });
const configuration = (secretsStore: (stack: Stack) => SecretsStoreConfiguration): Make => (
  (stack) => new WorkspaceConfiguration(stack, 'Handoff', { secretsStore: secretsStore(stack) })
);
const vault = (authentication: VaultAuthentication): Make => (stack) => {
  const connection = new VaultConnection(stack, 'Vault', {
    address: 'https://vault.example.com:8200',
    vaultNamespace: 'admin/zenml',
    administrator: VaultAdministrator.aws({ roleName: 'zenml-admin' }),
    outputs: false,
  });
  return new VaultSecretsStore(stack, 'Store', { workspace, connection, authentication });
};
const gcp = (authentication: GcpAuthentication) => SecretsStoreConfiguration.gcp({ projectId: PROJECT, authentication });
const azure = (authentication: AzureAuthentication, options = OF_EACH) => (
  SecretsStoreConfiguration.azure({ keyVaultName: 'zenml-secrets', authentication, ...options })
);

/** Name of the file, how to make it, and which of its keys ZenML can do without. */
export const GOLDEN: [name: string, make: Make, optional: string[]][] = [
  ['aws.implicit', configuration(() => SecretsStoreConfiguration.aws({ region: REGION, roleArn: `arn:aws:iam::${ACCOUNT}:role/zenml` })),
    ['role_arn']],
  ['aws.implicit.without-role', configuration(() => SecretsStoreConfiguration.aws({ region: REGION })), []],
  ['aws.secret-key', store(AwsAuthentication.secretKey()), []],
  ['aws.iam-role', store(AwsAuthentication.iamRole()), []],
  ['aws.session-token', store(AwsAuthentication.sessionToken()), []],
  ['aws.federation-token', store(AwsAuthentication.federationToken()), []],
  ['hashicorp.aws', configuration(() => SecretsStoreConfiguration.hashicorp({
    address: 'https://vault.example.com:8200', vaultNamespace: 'admin/zenml', mountPoint: 'zenml-secrets', role: 'zenml', headerValue: 'vault.example.com', authMountPoint: 'zenml-aws',
  })), ['vault_namespace', 'mount_point', 'auth_mount_point', 'aws_header_value']],
  [
    'hashicorp.app_role',
    vault(VaultAuthentication.appRole({ mount: VaultAuthMount.managed('zenml-approle') })),
    ['vault_namespace', 'mount_point', 'auth_mount_point'],
  ],
  ['hashicorp.token', vault(VaultAuthentication.token()), ['vault_namespace', 'mount_point']],
  ['gcp.implicit', configuration(() => gcp(GcpAuthentication.implicit())), []],
  ['gcp.service-account', configuration((stack) => gcp(GcpAuthentication.serviceAccount(customersSecret(stack), KEY_FILE))), []],
  ['gcp.external-account', configuration(() => gcp(GcpAuthentication.externalAccount({
    workspace, projectNumber: '123456789012', pool: 'zenml-workspace', provider: 'zenml-aws', serviceAccountEmail: EMAIL,
  }))), []],
  ['gcp.impersonation',
    configuration((stack) => gcp(GcpAuthentication.impersonation(customersSecret(stack), { ...KEY_FILE, targetPrincipal: EMAIL }))), []],
  ['gcp.user-account', configuration((stack) => gcp(GcpAuthentication.userAccount(customersSecret(stack), { field: 'user_file' }))), []],
  ['gcp.oauth2-token',
    configuration((stack) => gcp(GcpAuthentication.oauth2Token(customersSecret(stack), { ...TOKEN, serviceAccountEmail: EMAIL }))),
    ['service_account_email']],
  ['azure.implicit', configuration(() => azure(AzureAuthentication.implicit({ tenantId: TENANT }))),
    ['tenant_id', 'subscription_id', 'resource_group', 'storage_account']],
  ['azure.service-principal', configuration((stack) => azure(AzureAuthentication.servicePrincipal(customersSecret(stack), {
    tenantId: TENANT, clientId: CLIENT, field: 'client_secret',
  }))), ['subscription_id', 'resource_group', 'storage_account']],
  ['backup', (stack) => new WorkspaceConfiguration(stack, 'Handoff', {
    secretsStore: SecretsStoreConfiguration.aws({ region: REGION }),
    backupSecretsStore: gcp(GcpAuthentication.serviceAccount(customersSecret(stack), KEY_FILE)),
  }), ['backup_secrets_store']],
];

/** What is handed over, as the file says. */
export const golden = (name: string) => readFileSync(join(__dirname, `${name}.json`), 'utf8');
