import json

from aws_cdk import App, Stack
from aws_cdk.aws_secretsmanager import Secret
from cdk_zenml_secrets_store import (
    AwsSecretsStore,
    VaultAdministrator,
    VaultConnection,
    VaultKvMount,
    VaultSecretsStore,
    ZenmlWorkspace,
)

stack = Stack(App(), "BadInput")
workspace = ZenmlWorkspace.from_id("123e4567-e89b-12d3-a456-426614174000")
administrator = VaultAdministrator.token(Secret.from_secret_name_v2(stack, "Administrator", "vault/administrator"))
connection = VaultConnection(stack, "Vault", address="https://vault.example.com:8200", administrator=administrator)

mistakes = [
    lambda: AwsSecretsStore(stack, "WorkspaceId", workspace=ZenmlWorkspace.from_id("my-workspace")),
    lambda: AwsSecretsStore(stack, "Region", workspace=workspace, region="frankfurt"),
    lambda: AwsSecretsStore(stack, "RolePath", workspace=workspace, role_path="vendors"),
    lambda: VaultConnection(stack, "Address", address="vault.example.com", administrator=administrator),
    lambda: VaultSecretsStore(
        stack, "KvMount", workspace=workspace, connection=connection, kv_mount=VaultKvMount.existing("secrets/+")
    ),
]


def message(mistake):
    try:
        mistake()
    except RuntimeError as error:
        return str(error)
    return "no error"


print(json.dumps([message(mistake) for mistake in mistakes]))
