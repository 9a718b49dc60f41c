import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { customersSecret, handedOver } from './handed-over';
import { conforms, conformsToExternalAccount } from './schemas';
import {
  AwsAuthentication, AwsSecretsStore, AzureAuthentication, GcpAuthentication, SecretsStoreConfiguration,
  VaultAdministrator, VaultAuthentication, VaultAuthMount, VaultConnection, VaultSecretsStore, WorkspaceConfiguration, ZenmlWorkspace,
} from '../../src';
import { ACCOUNT, REGION, WORKSPACE_ID } from '../scenarios';

/*
 * What is handed over, of each back end and method, beside a file that says what it has to be. The files are read by people: change one
 * only by hand.
 */

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
const GOLDEN: [name: string, make: Make, optional: string[]][] = [
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

const golden = (name: string) => readFileSync(join(__dirname, `${name}.json`), 'utf8');

test.each(GOLDEN)('%s is handed over as its file says', (name, make) => {
  const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });

  expect(`${JSON.stringify(JSON.parse(handedOver(make(stack))), null, 2)}\n`).toBe(golden(name));
});

test('there is no file without its test', () => {
  expect(readdirSync(__dirname).filter((file) => file.endsWith('.json')).sort()).toEqual(GOLDEN.map(([name]) => `${name}.json`).sort());
});

type Json = { [key: string]: any };

/** The object itself, its stores, their settings and their configurations, each by the way to it. */
function levels(handOff: Json): string[][] {
  return [[], ...Object.keys(handOff).flatMap((name) => [[name], [name, 'settings'], [name, 'settings', 'auth_config']])];
}

function changed(handOff: Json, way: string[], change: (level: Json) => void): Json {
  const copy = structuredClone(handOff);
  change(way.reduce((level, name) => level[name], copy));
  return copy;
}

describe('ZenML\'s schema', () => {
  test.each(GOLDEN)('admits %s', (name) => {
    expect([conforms(JSON.parse(golden(name))), conforms.errors]).toEqual([true, null]);
  });

  test.each(GOLDEN)('refuses %s without any key but those that are optional', (name, _, optional) => {
    const handOff = JSON.parse(golden(name));
    const keys = levels(handOff).flatMap((way) => (
      Object.keys(way.reduce((level, step) => level[step], handOff)).map((key) => [way, key] as const)
    ));

    const spared = keys.filter(([way, key]) => conforms(changed(handOff, way, (level) => delete level[key])));
    expect(spared.map(([, key]) => key).sort()).toEqual([...optional].sort());
  });

  test.each(GOLDEN)('refuses %s with a key that ZenML does not know, wherever it stands', (name) => {
    const handOff = JSON.parse(golden(name));

    expect(levels(handOff).filter((way) => conforms(changed(handOff, way, (level) => (level.unknown = 'x'))))).toEqual([]);
  });

  test('refuses a method that the back end does not have', () => {
    const handOff = JSON.parse(golden('aws.implicit'));

    expect(conforms(changed(handOff, ['secrets_store', 'settings'], (level) => (level.auth_method = 'sts-token')))).toBe(false);
    expect(conforms(changed(handOff, ['secrets_store'], (level) => (level.type = 'gcp')))).toBe(false);
  });

  test('of an external account admits what is handed over, and nothing less', () => {
    const account = JSON.parse(JSON.parse(golden('gcp.external-account')).secrets_store.settings.auth_config.external_account_json);

    expect(conformsToExternalAccount(account)).toBe(true);
    const spared = Object.keys(account)
      .filter((key) => conformsToExternalAccount(changed(account, [], (level) => delete level[key])));
    expect(spared).toEqual(['service_account_impersonation_url']);
    expect(conformsToExternalAccount({ ...account, unknown: 'x' })).toBe(false);
  });
});
