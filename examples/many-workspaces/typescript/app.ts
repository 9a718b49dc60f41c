import { App, Stack, Tags } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { AwsSecretsStore, SecretsIsolation, ZenmlWorkspace } from 'cdk-zenml-secrets-store';

// Replace these by the ids of your workspaces, as ZenML Pro shows them in each workspace's settings.
const WORKSPACES = [
  { team: 'fraud', id: '123e4567-e89b-12d3-a456-426614174000' },
  { team: 'pricing', id: '9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b' },
  { team: 'vision', id: '0f8fad5b-d9cb-469f-a165-70867728950e' },
];

const app = new App();
const stack = new Stack(app, 'ZenmlSecretsStores');

// A managed policy of your account that no role may exceed. It has to allow the Secrets Manager actions itself.
const boundary = ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'security-team-boundary');

for (const { team, id } of WORKSPACES) {
  const store = new AwsSecretsStore(stack, team, {
    workspace: ZenmlWorkspace.fromId(id),
    // Every store of the account and region needs it: it limits what this role reaches, not who else reaches these secrets.
    isolation: SecretsIsolation.workspace(),
    description: `Secrets of the ZenML workspace of team ${team}`,
    permissionsBoundary: boundary,
  });
  Tags.of(store).add('team', team);
}
