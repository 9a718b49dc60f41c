from aws_cdk import App, Duration, Stack
from aws_cdk.aws_secretsmanager import Secret
from cdk_zenml_secrets_store import (
    VaultAdministrator,
    VaultAuthentication,
    VaultCertificateAuthority,
    VaultConnection,
    VaultSecretsStore,
    ZenmlWorkspace,
)

app = App()
stack = Stack(app, "ZenmlVaultSecretsStore")

connection = VaultConnection(
    stack,
    "Vault",
    address="https://vault.example.com:8200",
    # A secret of AWS Secrets Manager with the JSON {"token": "…"}. The token needs the policy of the output AdministratorPolicy.
    administrator=VaultAdministrator.token(
        Secret.from_secret_name_v2(stack, "Administrator", "vault/zenml/administrator")
    ),
    # A secret with the certificate of your own authority as PEM. Leave it out if the certificate of your Vault is publicly trusted.
    certificate_authority=VaultCertificateAuthority.from_secret(
        Secret.from_secret_name_v2(stack, "CertificateAuthority", "vault/zenml/ca")
    ),
)

VaultSecretsStore(
    stack,
    "SecretsStore",
    # Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
    workspace=ZenmlWorkspace.from_id("123e4567-e89b-12d3-a456-426614174000"),
    connection=connection,
    authentication=VaultAuthentication.aws(token_ttl=Duration.minutes(60)),
)

app.synth()
