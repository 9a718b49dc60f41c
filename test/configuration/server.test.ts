import { App, Aws, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  AwsAuthentication, AwsSecretsStore, AzureAuthentication, SecretsStoreConfiguration, VaultAdministrator, VaultAuthentication,
  VaultConnection, VaultSecretsStore, WorkspaceConfiguration, WorkspaceConfigurationProps, ZenmlWorkspace,
} from '../../src';
import { WORKSPACE_ID } from '../scenarios';

/* Whoever runs the server. What ZenML reads of it: test/zenml/. */

const KEY_VAULT = { keyVaultName: 'zenml-secrets', tenantId: '11111111-aaaa-4bbb-8ccc-222222222222' };
const vault = SecretsStoreConfiguration.hashicorp({
  address: 'https://vault.example.com:8200', mountPoint: 'zenml', role: 'zenml', headerValue: 'vault.example.com', authMountPoint: 'zenml-aws',
});
const aws = SecretsStoreConfiguration.aws({ region: 'eu-central-1' });
const azure = SecretsStoreConfiguration.azure({
  keyVaultName: KEY_VAULT.keyVaultName, authentication: AzureAuthentication.implicit({ tenantId: KEY_VAULT.tenantId }),
});

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const configure = (props: WorkspaceConfigurationProps) => new WorkspaceConfiguration(stack, 'Zenml', props);

function withAccessKey(encryptionKey?: kms.IKey) {
  const store = new AwsSecretsStore(stack, 'Store', {
    workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), authentication: AwsAuthentication.secretKey(), outputs: false,
  });
  return configure({ secretsStore: store.configuration, encryptionKey });
}

describe('helmValues', () => {
  const values = (props: WorkspaceConfigurationProps) => JSON.parse(configure(props).helmValues);

  test('of a Vault: the address also where the chart has an example as its default', () => {
    expect(values({ secretsStore: vault })).toEqual({
      server: {
        secretsStore: {
          enabled: true,
          type: 'hashicorp',
          hashicorp: {
            authMethod: 'aws',
            vault_addr: 'https://vault.example.com:8200',
            authConfig: {
              vault_addr: 'https://vault.example.com:8200',
              mount_point: 'zenml',
              auth_mount_point: 'zenml-aws',
              aws_role: 'zenml',
              aws_header_value: 'vault.example.com',
            },
          },
        },
      },
    });
  });

  test('of a store and its backup', () => {
    expect(values({ secretsStore: aws, backupSecretsStore: vault }).server).toMatchObject({
      secretsStore: { enabled: true, type: 'aws', aws: { authMethod: 'implicit', authConfig: { region: 'eu-central-1' } } },
      backupSecretsStore: { enabled: true, type: 'hashicorp' },
    });
  });

  test('of Azure: the Key Vault beside the method, and implicit methods enabled', () => {
    expect(values({ secretsStore: azure })).toEqual({
      server: {
        secretsStore: {
          enabled: true,
          type: 'azure',
          azure: { authMethod: 'implicit', key_vault_name: 'zenml-secrets', authConfig: { tenant_id: KEY_VAULT.tenantId } },
        },
        enableImplicitAuthMethods: true,
      },
    });
  });

  test('with what only the deployment knows: as a text, and parsed for a chart in CDK', () => {
    const { helmValues } = configure({ secretsStore: SecretsStoreConfiguration.aws({ region: Aws.REGION }) });

    expect(stack.resolve(JSON.parse(helmValues)).server.secretsStore.aws.authConfig).toEqual({ region: { Ref: 'AWS::Region' } });
    expect(JSON.stringify(stack.resolve(helmValues))).toContain('{"Ref":"AWS::Region"}');
  });

  test('with credentials: refused, as they would be shown', () => {
    const configuration = withAccessKey();

    expect(() => configuration.helmValues)
      .toThrow('Stack/Zenml: helmValues holds credentials, which would be shown wherever it is put. Use serverEnvironment');
  });
});

describe('serverEnvironment', () => {
  test('without credentials: plain variables, and no secret is made', () => {
    expect(stack.resolve(configure({ secretsStore: vault, backupSecretsStore: azure }).serverEnvironment)).toEqual({
      environment: {
        ZENML_SECRETS_STORE_TYPE: 'hashicorp',
        ZENML_SECRETS_STORE_AUTH_METHOD: 'aws',
        ZENML_SECRETS_STORE_VAULT_ADDR: 'https://vault.example.com:8200',
        ZENML_SECRETS_STORE_MOUNT_POINT: 'zenml',
        ZENML_SECRETS_STORE_AUTH_MOUNT_POINT: 'zenml-aws',
        ZENML_SECRETS_STORE_AWS_ROLE: 'zenml',
        ZENML_SECRETS_STORE_AWS_HEADER_VALUE: 'vault.example.com',
        ZENML_BACKUP_SECRETS_STORE_TYPE: 'azure',
        ZENML_BACKUP_SECRETS_STORE_AUTH_METHOD: 'implicit',
        ZENML_BACKUP_SECRETS_STORE_KEY_VAULT_NAME: 'zenml-secrets',
        ZENML_BACKUP_SECRETS_STORE_AUTH_CONFIG: `{"tenant_id":"${KEY_VAULT.tenantId}"}`,
        ZENML_ENABLE_IMPLICIT_AUTH_METHODS: 'true',
      },
      secrets: {},
    });
    expect(stack.node.findAll().filter((child) => child instanceof secretsmanager.Secret)).toEqual([]);
  });

  test('with credentials in both stores: a secret for each, under the key of the configuration', () => {
    const key = new kms.Key(stack, 'Key');
    const client = secretsmanager.Secret.fromSecretNameV2(stack, 'Client', 'azure-client');
    const store = new AwsSecretsStore(stack, 'Store', {
      workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), authentication: AwsAuthentication.secretKey(), outputs: false,
    });
    const { environment, secrets } = configure({
      secretsStore: store.configuration,
      backupSecretsStore: SecretsStoreConfiguration.azure({
        keyVaultName: 'zenml-secrets',
        authentication: AzureAuthentication.servicePrincipal(client, {
          tenantId: KEY_VAULT.tenantId, clientId: '33333333-aaaa-4bbb-8ccc-444444444444', field: 'client_secret',
        }),
      }),
      encryptionKey: key,
    }).serverEnvironment;

    expect(Object.keys(secrets)).toEqual(['ZENML_SECRETS_STORE_AUTH_CONFIG', 'ZENML_BACKUP_SECRETS_STORE_AUTH_CONFIG']);
    expect(Object.keys(environment)).not.toEqual(expect.arrayContaining([expect.stringMatching(/AUTH_CONFIG/)]));
    const made = Object.values(Template.fromStack(stack).findResources('AWS::SecretsManager::Secret'));
    expect(made.map(({ Properties: { KmsKeyId: id } }) => id)).toEqual(made.map(() => ({ 'Fn::GetAtt': ['Key961B73FD', 'Arn'] })));
    expect(made).toHaveLength(3); // and the one for ZenML support
  });

  test('of a Vault with an AppRole: role id and secret id are fields of one secret, the rest is plain', () => {
    const connection = new VaultConnection(stack, 'Vault', {
      address: 'https://vault.example.com', administrator: VaultAdministrator.aws({ roleName: 'zenml-admin' }),
    });
    const store = new VaultSecretsStore(stack, 'Store', {
      workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), connection, authentication: VaultAuthentication.appRole(),
    });
    const { environment, secrets } = configure({ secretsStore: store.configuration }).serverEnvironment;

    expect(Object.keys(environment)).toEqual([
      'ZENML_SECRETS_STORE_TYPE', 'ZENML_SECRETS_STORE_AUTH_METHOD', 'ZENML_SECRETS_STORE_VAULT_ADDR', 'ZENML_SECRETS_STORE_MOUNT_POINT',
    ]);
    expect(Object.entries(secrets).map(([name, { arn }]) => [name, stack.resolve(arn)['Fn::Join'][1][1]])).toEqual([
      ['ZENML_SECRETS_STORE_APP_ROLE_ID', ':app_role_id::'], ['ZENML_SECRETS_STORE_APP_SECRET_ID', ':app_secret_id::'],
    ]);
  });

  test('read twice: the same', () => {
    const configuration = withAccessKey();

    expect(configuration.serverEnvironment).toBe(configuration.serverEnvironment);
  });

  test('in a task definition: ECS may read the secret', () => {
    const { environment, secrets } = withAccessKey().serverEnvironment;
    const task = new ecs.FargateTaskDefinition(stack, 'Task');
    task.addContainer('Server', { image: ecs.ContainerImage.fromRegistry('zenmldocker/zenml-server'), environment, secrets });

    const template = Template.fromStack(stack);
    const [[secretId]] = Object.entries(template.findResources('AWS::SecretsManager::Secret'))
      .filter(([id]) => id.includes('ServerSecret'));
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [{
          Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Effect: 'Allow', Resource: { Ref: secretId },
        }],
      },
    });
  });
});
