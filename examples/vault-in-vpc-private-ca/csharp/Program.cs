using System.IO;
using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.IAM;
using CdkZenmlSecretsStore;

var app = new App();
var stack = new Stack(app, "ZenmlVaultInVpc", new StackProps
{
    Env = new Environment { Account = "111122223333", Region = "eu-central-1" },
});

// The network from which Vault can be reached. Replace all of this by yours.
var vpc = Vpc.FromVpcAttributes(stack, "Vpc", new VpcAttributes
{
    VpcId = "vpc-0123456789abcdef0",
    AvailabilityZones = new[] { "eu-central-1a", "eu-central-1b" },
    PrivateSubnetIds = new[] { "subnet-0123456789abcdef0", "subnet-0123456789abcdef1" },
    PrivateSubnetRouteTableIds = new[] { "rtb-0123456789abcdef0", "rtb-0123456789abcdef1" },
});
var securityGroup = new SecurityGroup(stack, "FunctionSecurityGroup", new SecurityGroupProps
{
    Vpc = vpc,
    Description = "The function that configures Vault for ZenML",
    AllowAllOutbound = false,
});
securityGroup.AddEgressRule(Peer.Ipv4("10.20.0.0/16"), Port.Tcp(8200), "Vault");

// The function logs in to Vault as this role, which Vault has to know before the first deployment; so it has a name.
var role = new Role(stack, "FunctionRole", new RoleProps
{
    RoleName = "zenml-vault-administrator",
    AssumedBy = new ServicePrincipal("lambda.amazonaws.com"),
});

// No secret is read: neither for the login nor for the certificate authority. So the function needs the way to Vault and no other.
var connection = new VaultConnection(stack, "Vault", new VaultConnectionProps
{
    Address = "https://vault.internal.example.com:8200",
    Administrator = VaultAdministrator.Aws(new VaultAwsAdministratorOptions
    {
        RoleName = "zenml-admin",
        MountPath = "admins",
        HeaderValue = "vault.internal.example.com",
    }),
    CertificateAuthority = VaultCertificateAuthority.FromPem(File.ReadAllText("ca.pem")),
    Role = role,
    Vpc = vpc,
    SecurityGroups = new ISecurityGroup[] { securityGroup },
});

new VaultSecretsStore(stack, "SecretsStore", new VaultSecretsStoreProps
{
    // Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
    Workspace = ZenmlWorkspace.FromId("123e4567-e89b-12d3-a456-426614174000"),
    Connection = connection,
    Authentication = VaultAuthentication.Aws(new VaultAwsOptions { Mount = VaultAuthMount.Managed("zenml-aws") }),
});

app.Synth();
