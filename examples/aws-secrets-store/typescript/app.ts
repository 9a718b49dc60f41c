import { App, Stack } from 'aws-cdk-lib';
import { AwsSecretsStore, ZenmlWorkspace } from 'cdk-zenml-secrets-store';

const app = new App();
const stack = new Stack(app, 'ZenmlSecretsStore');

new AwsSecretsStore(stack, 'SecretsStore', {
  // Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
  workspace: ZenmlWorkspace.fromId('123e4567-e89b-12d3-a456-426614174000'),
});
