import { Construct } from 'constructs';
// The compiled library, as it is published: whoever uses it does not compile it.
import { AwsSecretsStore, ZenmlWorkspace } from '../../lib';

export function addStoreOfLibrary(scope: Construct, id: string, workspaceId: string) {
  new AwsSecretsStore(scope, id, { workspace: ZenmlWorkspace.fromId(workspaceId) });
}
