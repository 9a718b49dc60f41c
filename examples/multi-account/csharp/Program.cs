using System.Collections.Generic;
using System.IO;
using System.Linq;
using Amazon.CDK;
using CdkZenmlSecretsStore;

// Replace these by your organizational unit, your accounts and the workspace of each. An account stands here once, with one
// region: the name of a role is global to its account, so a second region would want the same role again.
const string OrganizationalUnit = "ou-ab12-cdefgh34";
var members = new[]
{
    (Account: "222233334444", Region: "eu-central-1", WorkspaceId: "123e4567-e89b-12d3-a456-426614174000"),
    (Account: "333344445555", Region: "us-east-1", WorkspaceId: "9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b"),
};
const string StandaloneWorkspace = "0f8fad5b-d9cb-469f-a165-70867728950e";

var app = new App();

// The template for every member. It has no assets, so that it deploys where nobody ever ran `cdk bootstrap`. An account that is not
// in the mapping fails to deploy, rather than trusting the workspace of another.
var stage = new Stage(app, "Member");
var memberStack = new Stack(stage, "SecretsStore", new StackProps
{
    Synthesizer = new BootstraplessSynthesizer(),
    AnalyticsReporting = false,
});
var workspaces = new CfnMapping(memberStack, "Workspaces", new CfnMappingProps
{
    Mapping = members.ToDictionary(
        member => member.Account,
        member => (IDictionary<string, object>)new Dictionary<string, object> { ["Id"] = member.WorkspaceId }),
});
new AwsSecretsStore(memberStack, "SecretsStore", new AwsSecretsStoreProps
{
    Workspace = ZenmlWorkspace.FromId(workspaces.FindInMap(Aws.ACCOUNT_ID, "Id")),
});
var template = File.ReadAllText(stage.Synth().GetStackArtifact(memberStack.ArtifactId).TemplateFullPath);

// To be deployed in the management account of the organization.
var organization = new Stack(app, "ZenmlStackSet", new StackProps { Synthesizer = new BootstraplessSynthesizer() });
new CfnStackSet(organization, "SecretsStores", new CfnStackSetProps
{
    StackSetName = "zenml-secrets-stores",
    Description = "The role of a ZenML workspace, in the account of its secrets",
    PermissionModel = "SERVICE_MANAGED",
    AutoDeployment = new CfnStackSet.AutoDeploymentProperty { Enabled = false },
    Capabilities = new[] { "CAPABILITY_NAMED_IAM" },
    TemplateBody = template,
    StackInstancesGroup = members.Select(member => new CfnStackSet.StackInstancesProperty
    {
        DeploymentTargets = new CfnStackSet.DeploymentTargetsProperty
        {
            Accounts = new[] { member.Account },
            AccountFilterType = "INTERSECTION",
            OrganizationalUnitIds = new[] { OrganizationalUnit },
        },
        Regions = new[] { member.Region },
    }).ToArray<object>(),
});
// The outputs of the members stay in their accounts. The roles' names are known here, so this stack can hand over all of them.
foreach (var member in members)
{
    new WorkspaceConfiguration(organization, $"Handoff{member.Account}", new WorkspaceConfigurationProps
    {
        SecretsStore = SecretsStoreConfiguration.Aws(new AwsConfigurationOptions
        {
            Region = member.Region,
            RoleArn = $"arn:aws:iam::{member.Account}:role/zenml-{member.WorkspaceId}",
        }),
    });
}

// An account outside of the organization, which was never bootstrapped: the same store in a stack of its own.
var standalone = new Stack(app, "ZenmlSecretsStore", new StackProps { Synthesizer = new BootstraplessSynthesizer() });
new AwsSecretsStore(standalone, "SecretsStore", new AwsSecretsStoreProps
{
    Workspace = ZenmlWorkspace.FromId(StandaloneWorkspace),
});

app.Synth();
