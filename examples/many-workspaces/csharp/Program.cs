using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using CdkZenmlSecretsStore;

// Replace these by the ids of your workspaces, as ZenML Pro shows them in each workspace's settings.
var workspaces = new[]
{
    (Team: "fraud", Id: "123e4567-e89b-12d3-a456-426614174000"),
    (Team: "pricing", Id: "9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b"),
    (Team: "vision", Id: "0f8fad5b-d9cb-469f-a165-70867728950e"),
};

var app = new App();
var stack = new Stack(app, "ZenmlSecretsStores");

// A managed policy of your account that no role may exceed. It has to allow the Secrets Manager actions itself.
var boundary = ManagedPolicy.FromManagedPolicyName(stack, "Boundary", "security-team-boundary");

foreach (var (team, id) in workspaces)
{
    var store = new AwsSecretsStore(stack, team, new AwsSecretsStoreProps
    {
        Workspace = ZenmlWorkspace.FromId(id),
        // Every store of the account and region needs it: it limits what this role reaches, not who else reaches these secrets.
        Isolation = SecretsIsolation.Workspace(),
        Description = $"Secrets of the ZenML workspace of team {team}",
        PermissionsBoundary = boundary,
    });
    Tags.Of(store).Add("team", team);
}

app.Synth();
