using Amazon.CDK;
using CdkZenmlSecretsStore;

var app = new App();
var stack = new Stack(app, "ZenmlSecretsStore");

new AwsSecretsStore(stack, "SecretsStore", new AwsSecretsStoreProps
{
    // Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
    Workspace = ZenmlWorkspace.FromId("123e4567-e89b-12d3-a456-426614174000"),
});

app.Synth();
