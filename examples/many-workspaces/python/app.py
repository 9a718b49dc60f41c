from aws_cdk import App, Stack, Tags
from aws_cdk.aws_iam import ManagedPolicy
from cdk_zenml_secrets_store import AwsSecretsStore, SecretsIsolation, ZenmlWorkspace

# Replace these by the ids of your workspaces, as ZenML Pro shows them in each workspace's settings.
WORKSPACES = {
    "fraud": "123e4567-e89b-12d3-a456-426614174000",
    "pricing": "9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b",
    "vision": "0f8fad5b-d9cb-469f-a165-70867728950e",
}

app = App()
stack = Stack(app, "ZenmlSecretsStores")

# A managed policy of your account that no role may exceed. It has to allow the Secrets Manager actions itself.
boundary = ManagedPolicy.from_managed_policy_name(stack, "Boundary", "security-team-boundary")

for team, workspace_id in WORKSPACES.items():
    store = AwsSecretsStore(
        stack,
        team,
        workspace=ZenmlWorkspace.from_id(workspace_id),
        # Every store of the account and region needs it: it limits what this role reaches, not who else reaches these secrets.
        isolation=SecretsIsolation.workspace(),
        description=f"Secrets of the ZenML workspace of team {team}",
        permissions_boundary=boundary,
    )
    Tags.of(store).add("team", team)

app.synth()
