import {
  CreateSecretCommand, DeleteSecretCommand, DescribeSecretCommand, GetSecretValueCommand, ListSecretsCommand, PutSecretValueCommand,
  SecretsManagerClient, TagResourceCommand, UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { CallCell } from './iam-matrix';

/** Makes the call of a cell of the matrix. */
export async function perform(client: SecretsManagerClient, cell: CallCell): Promise<unknown> {
  const SecretId = cell.secret;
  const Tags = Object.entries(cell.requestTags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  switch (cell.action) {
    case 'CreateSecret': return client.send(new CreateSecretCommand({
      Name: SecretId, SecretString: 'x', ...(Tags.length > 0 ? { Tags } : {}),
    }));
    case 'GetSecretValue': return client.send(new GetSecretValueCommand({ SecretId }));
    case 'DescribeSecret': return client.send(new DescribeSecretCommand({ SecretId }));
    case 'PutSecretValue': return client.send(new PutSecretValueCommand({ SecretId, SecretString: 'x' }));
    case 'UpdateSecret': return client.send(new UpdateSecretCommand({ SecretId, SecretString: 'x' }));
    case 'TagResource': return client.send(new TagResourceCommand({ SecretId, Tags }));
    case 'DeleteSecret': return client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    case 'ListSecrets': return client.send(new ListSecretsCommand({}));
  }
}
