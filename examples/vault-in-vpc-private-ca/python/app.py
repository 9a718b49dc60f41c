from pathlib import Path

from aws_cdk import App, Environment, Stack
from aws_cdk.aws_ec2 import Peer, Port, SecurityGroup, Vpc
from aws_cdk.aws_iam import Role, ServicePrincipal
from cdk_zenml_secrets_store import (
    VaultAdministrator,
    VaultAuthentication,
    VaultAuthMount,
    VaultCertificateAuthority,
    VaultConnection,
    VaultSecretsStore,
    ZenmlWorkspace,
)

app = App()
stack = Stack(app, "ZenmlVaultInVpc", env=Environment(account="111122223333", region="eu-central-1"))

# The network from which Vault can be reached. Replace all of this by yours.
vpc = Vpc.from_vpc_attributes(
    stack,
    "Vpc",
    vpc_id="vpc-0123456789abcdef0",
    availability_zones=["eu-central-1a", "eu-central-1b"],
    private_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    private_subnet_route_table_ids=["rtb-0123456789abcdef0", "rtb-0123456789abcdef1"],
)
security_group = SecurityGroup(
    stack,
    "FunctionSecurityGroup",
    vpc=vpc,
    description="The function that configures Vault for ZenML",
    allow_all_outbound=False,
)
security_group.add_egress_rule(Peer.ipv4("10.20.0.0/16"), Port.tcp(8200), "Vault")

# The function logs in to Vault as this role, which Vault has to know before the first deployment; so it has a name.
role = Role(
    stack,
    "FunctionRole",
    role_name="zenml-vault-administrator",
    assumed_by=ServicePrincipal("lambda.amazonaws.com"),
)

# No secret is read: neither for the login nor for the certificate authority. So the function needs the way to Vault and no other.
connection = VaultConnection(
    stack,
    "Vault",
    address="https://vault.internal.example.com:8200",
    administrator=VaultAdministrator.aws(
        role_name="zenml-admin",
        mount_path="admins",
        header_value="vault.internal.example.com",
    ),
    certificate_authority=VaultCertificateAuthority.from_pem(Path(__file__).with_name("ca.pem").read_text()),
    role=role,
    vpc=vpc,
    security_groups=[security_group],
)

VaultSecretsStore(
    stack,
    "SecretsStore",
    # Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
    workspace=ZenmlWorkspace.from_id("123e4567-e89b-12d3-a456-426614174000"),
    connection=connection,
    authentication=VaultAuthentication.aws(mount=VaultAuthMount.managed("zenml-aws")),
)

app.synth()
