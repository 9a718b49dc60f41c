from aws_cdk import App, Stack
from cdk_zenml_secrets_store import AwsSecretsStore, ZenmlWorkspace

app = App()
stack = Stack(app, "ZenmlSecretsStore")

AwsSecretsStore(
    stack,
    "SecretsStore",
    # Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
    workspace=ZenmlWorkspace.from_id("123e4567-e89b-12d3-a456-426614174000"),
)

app.synth()
