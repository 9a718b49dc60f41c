from pathlib import Path
from typing import NamedTuple

from aws_cdk import App, Aws, BootstraplessSynthesizer, CfnMapping, CfnStackSet, Stack, Stage
from cdk_zenml_secrets_store import AwsSecretsStore, SecretsStoreConfiguration, WorkspaceConfiguration, ZenmlWorkspace


class Member(NamedTuple):
    account: str
    region: str
    workspace_id: str


# Replace these by your organizational unit, your accounts and the workspace of each. An account stands here once, with one
# region: the name of a role is global to its account, so a second region would want the same role again.
ORGANIZATIONAL_UNIT = "ou-ab12-cdefgh34"
MEMBERS = [
    Member("222233334444", "eu-central-1", "123e4567-e89b-12d3-a456-426614174000"),
    Member("333344445555", "us-east-1", "9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b"),
]
STANDALONE_WORKSPACE = "0f8fad5b-d9cb-469f-a165-70867728950e"

app = App()

# The template for every member. It has no assets, so that it deploys where nobody ever ran `cdk bootstrap`. An account that is not
# in the mapping fails to deploy, rather than trusting the workspace of another.
stage = Stage(app, "Member")
member_stack = Stack(stage, "SecretsStore", synthesizer=BootstraplessSynthesizer(), analytics_reporting=False)
workspaces = CfnMapping(
    member_stack,
    "Workspaces",
    mapping={member.account: {"Id": member.workspace_id} for member in MEMBERS},
)
AwsSecretsStore(
    member_stack,
    "SecretsStore",
    workspace=ZenmlWorkspace.from_id(workspaces.find_in_map(Aws.ACCOUNT_ID, "Id")),
)
template = Path(stage.synth().get_stack_artifact(member_stack.artifact_id).template_full_path).read_text()

# To be deployed in the management account of the organization.
organization = Stack(app, "ZenmlStackSet", synthesizer=BootstraplessSynthesizer())
CfnStackSet(
    organization,
    "SecretsStores",
    stack_set_name="zenml-secrets-stores",
    description="The role of a ZenML workspace, in the account of its secrets",
    permission_model="SERVICE_MANAGED",
    auto_deployment=CfnStackSet.AutoDeploymentProperty(enabled=False),
    capabilities=["CAPABILITY_NAMED_IAM"],
    template_body=template,
    stack_instances_group=[
        CfnStackSet.StackInstancesProperty(
            deployment_targets=CfnStackSet.DeploymentTargetsProperty(
                accounts=[member.account],
                account_filter_type="INTERSECTION",
                organizational_unit_ids=[ORGANIZATIONAL_UNIT],
            ),
            regions=[member.region],
        )
        for member in MEMBERS
    ],
)
# The outputs of the members stay in their accounts. The roles' names are known here, so this stack can hand over all of them.
for member in MEMBERS:
    WorkspaceConfiguration(
        organization,
        f"Handoff{member.account}",
        secrets_store=SecretsStoreConfiguration.aws(
            region=member.region,
            role_arn=f"arn:aws:iam::{member.account}:role/zenml-{member.workspace_id}",
        ),
    )

# An account outside of the organization, which was never bootstrapped: the same store in a stack of its own.
standalone = Stack(app, "ZenmlSecretsStore", synthesizer=BootstraplessSynthesizer())
AwsSecretsStore(standalone, "SecretsStore", workspace=ZenmlWorkspace.from_id(STANDALONE_WORKSPACE))

app.synth()
