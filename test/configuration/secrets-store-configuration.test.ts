import { App, Stack } from 'aws-cdk-lib';
import { SecretsStoreConfiguration, WorkspaceConfiguration } from '../../src';

const ROLE_ARN = 'arn:aws:iam::111122223333:role/zenml';

function outputConfiguration(secretsStore: SecretsStoreConfiguration) {
  const stack = new Stack(new App(), 'Stack');
  return stack.resolve(new WorkspaceConfiguration(stack, 'Handoff', { secretsStore }).json);
}

describe('aws', () => {
  test('is ZenML\'s form, key for key', () => {
    expect(JSON.parse(outputConfiguration(SecretsStoreConfiguration.aws({ region: 'eu-central-1', roleArn: ROLE_ARN })))).toEqual({
      secrets_store: { type: 'aws', settings: { auth_method: 'implicit', auth_config: { region: 'eu-central-1', role_arn: ROLE_ARN } } },
    });
  });

  test('names no role where none is assumed', () => {
    expect(SecretsStoreConfiguration.aws({ region: 'eu-central-1' }).authConfig).toEqual({ region: 'eu-central-1' });
  });

  test('refuses a region that is none', () => {
    expect(() => outputConfiguration(SecretsStoreConfiguration.aws({ region: 'Ohio' })))
      .toThrow('Stack/Handoff: region "Ohio" is not an AWS region.');
  });

  test('refuses a role ARN that is none', () => {
    expect(() => outputConfiguration(SecretsStoreConfiguration.aws({ region: 'us-east-2', roleArn: 'zenml' })))
      .toThrow('Stack/Handoff: roleArn "zenml" is not the ARN of one IAM role.');
  });
});

describe('hashicorp', () => {
  const options = { address: 'https://vault.example.com', mountPoint: 'secrets', role: 'zenml' };

  test('is ZenML\'s form, key for key', () => {
    const configuration = SecretsStoreConfiguration.hashicorp({
      ...options, vaultNamespace: 'admin/zenml', headerValue: 'vault.example.com', authMountPoint: 'zenml-aws',
    });

    expect(JSON.parse(outputConfiguration(configuration))).toEqual({
      secrets_store: {
        type: 'hashicorp',
        settings: {
          auth_method: 'aws',
          auth_config: {
            vault_addr: 'https://vault.example.com',
            vault_namespace: 'admin/zenml',
            mount_point: 'secrets',
            auth_mount_point: 'zenml-aws',
            aws_role: 'zenml',
            aws_header_value: 'vault.example.com',
          },
        },
      },
    });
  });

  test('says nothing of what is ZenML\'s default or is not there', () => {
    expect(SecretsStoreConfiguration.hashicorp({ ...options, headerValue: '', authMountPoint: 'aws' }).authConfig).toEqual({
      vault_addr: 'https://vault.example.com', mount_point: 'secrets', aws_role: 'zenml',
    });
  });

  test.each([
    [{ address: 'vault.example.com' },
      'address "vault.example.com" is not an https or http address of a server, as it does not begin with a scheme and ://.'],
    [{ vaultNamespace: '/zenml' }, 'vaultNamespace "/zenml" is not a namespace of Vault.'],
    [{ mountPoint: 'sys' }, 'mountPoint "sys" is not the path of a KV mount.'],
    [{ role: 'Zenml' }, 'role "Zenml" is not a name for a role or policy of Vault.'],
    [{ headerValue: 'a b' }, 'headerValue "a b" is not a value for the header'],
    [{ authMountPoint: 'auth/aws' }, 'authMountPoint "auth/aws" is not the path of an auth method.'],
  ])('refuses %j', (change, message) => {
    expect(() => outputConfiguration(SecretsStoreConfiguration.hashicorp({ ...options, ...change }))).toThrow(`Stack/Handoff: ${message}`);
  });
});
