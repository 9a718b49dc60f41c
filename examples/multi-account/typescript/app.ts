import { readFileSync } from 'node:fs';
import { App, Aws, BootstraplessSynthesizer, CfnMapping, CfnStackSet, Stack, Stage } from 'aws-cdk-lib';
import { AwsSecretsStore, SecretsStoreConfiguration, WorkspaceConfiguration, ZenmlWorkspace } from 'cdk-zenml-secrets-store';

// Replace these by your organizational unit, your accounts and the workspace of each. An account stands here once, with one
// region: the name of a role is global to its account, so a second region would want the same role again.
const ORGANIZATIONAL_UNIT = 'ou-ab12-cdefgh34';
const MEMBERS = [
  { account: '222233334444', region: 'eu-central-1', workspaceId: '123e4567-e89b-12d3-a456-426614174000' },
  { account: '333344445555', region: 'us-east-1', workspaceId: '9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b' },
];
const STANDALONE_WORKSPACE = '0f8fad5b-d9cb-469f-a165-70867728950e';

const app = new App();

// The template for every member. It has no assets, so that it deploys where nobody ever ran `cdk bootstrap`. An account that is not
// in the mapping fails to deploy, rather than trusting the workspace of another.
const stage = new Stage(app, 'Member');
const member = new Stack(stage, 'SecretsStore', { synthesizer: new BootstraplessSynthesizer(), analyticsReporting: false });
const workspaces = new CfnMapping(member, 'Workspaces', {
  mapping: Object.fromEntries(MEMBERS.map(({ account, workspaceId }) => [account, { Id: workspaceId }])),
});
new AwsSecretsStore(member, 'SecretsStore', {
  workspace: ZenmlWorkspace.fromId(workspaces.findInMap(Aws.ACCOUNT_ID, 'Id')),
});
const template = readFileSync(stage.synth().getStackArtifact(member.artifactId).templateFullPath, 'utf8');

// To be deployed in the management account of the organization.
const organization = new Stack(app, 'ZenmlStackSet', { synthesizer: new BootstraplessSynthesizer() });
new CfnStackSet(organization, 'SecretsStores', {
  stackSetName: 'zenml-secrets-stores',
  description: 'The role of a ZenML workspace, in the account of its secrets',
  permissionModel: 'SERVICE_MANAGED',
  autoDeployment: { enabled: false },
  capabilities: ['CAPABILITY_NAMED_IAM'],
  templateBody: template,
  stackInstancesGroup: MEMBERS.map(({ account, region }) => ({
    deploymentTargets: { accounts: [account], accountFilterType: 'INTERSECTION', organizationalUnitIds: [ORGANIZATIONAL_UNIT] },
    regions: [region],
  })),
});
// The outputs of the members stay in their accounts. The roles' names are known here, so this stack can hand over all of them.
for (const { account, region, workspaceId } of MEMBERS) {
  new WorkspaceConfiguration(organization, `Handoff${account}`, {
    secretsStore: SecretsStoreConfiguration.aws({ region, roleArn: `arn:aws:iam::${account}:role/zenml-${workspaceId}` }),
  });
}

// An account outside of the organization, which was never bootstrapped: the same store in a stack of its own.
const standalone = new Stack(app, 'ZenmlSecretsStore', { synthesizer: new BootstraplessSynthesizer() });
new AwsSecretsStore(standalone, 'SecretsStore', { workspace: ZenmlWorkspace.fromId(STANDALONE_WORKSPACE) });
