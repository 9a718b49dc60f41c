import { App, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSecretsStore, VaultAdministrator, VaultConnection, VaultKvMount, VaultSecretsStore, ZenmlWorkspace } from '../../src';

/** What the library says to the mistakes that the apps in bad-input/ make in the other languages. */
export function messagesInTypeScript(): string[] {
  const stack = new Stack(new App(), 'BadInput');
  const workspace = ZenmlWorkspace.fromId('123e4567-e89b-12d3-a456-426614174000');
  const administrator = VaultAdministrator.token(Secret.fromSecretNameV2(stack, 'Administrator', 'vault/administrator'));
  const connection = new VaultConnection(stack, 'Vault', { address: 'https://vault.example.com:8200', administrator });

  return [
    () => new AwsSecretsStore(stack, 'WorkspaceId', { workspace: ZenmlWorkspace.fromId('my-workspace') }),
    () => new AwsSecretsStore(stack, 'Region', { workspace, region: 'frankfurt' }),
    () => new AwsSecretsStore(stack, 'RolePath', { workspace, rolePath: 'vendors' }),
    () => new VaultConnection(stack, 'Address', { address: 'vault.example.com', administrator }),
    () => new VaultSecretsStore(stack, 'KvMount', { workspace, connection, kvMount: VaultKvMount.existing('secrets/+') }),
  ].map(message);
}

function message(mistake: () => unknown): string {
  try {
    mistake();
    return 'no error';
  } catch (error) {
    return (error as Error).message;
  }
}
