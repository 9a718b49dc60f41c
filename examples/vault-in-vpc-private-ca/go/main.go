package main

import (
	"log"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
	zenml "github.com/cdk-zenml-secrets-store/cdk-zenml-secrets-store-go/cdkzenmlsecretsstore"
)

func main() {
	defer jsii.Close()

	certificateAuthority, err := os.ReadFile("ca.pem")
	if err != nil {
		log.Fatal(err)
	}

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("ZenmlVaultInVpc"), &awscdk.StackProps{
		Env: &awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("eu-central-1")},
	})

	// The network from which Vault can be reached. Replace all of this by yours.
	vpc := awsec2.Vpc_FromVpcAttributes(stack, jsii.String("Vpc"), &awsec2.VpcAttributes{
		VpcId:                      jsii.String("vpc-0123456789abcdef0"),
		AvailabilityZones:          jsii.Strings("eu-central-1a", "eu-central-1b"),
		PrivateSubnetIds:           jsii.Strings("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"),
		PrivateSubnetRouteTableIds: jsii.Strings("rtb-0123456789abcdef0", "rtb-0123456789abcdef1"),
	})
	securityGroup := awsec2.NewSecurityGroup(stack, jsii.String("FunctionSecurityGroup"), &awsec2.SecurityGroupProps{
		Vpc:              vpc,
		Description:      jsii.String("The function that configures Vault for ZenML"),
		AllowAllOutbound: jsii.Bool(false),
	})
	securityGroup.AddEgressRule(awsec2.Peer_Ipv4(jsii.String("10.20.0.0/16")), awsec2.Port_Tcp(jsii.Number(8200)), jsii.String("Vault"), nil)

	// The function logs in to Vault as this role, which Vault has to know before the first deployment; so it has a name.
	role := awsiam.NewRole(stack, jsii.String("FunctionRole"), &awsiam.RoleProps{
		RoleName:  jsii.String("zenml-vault-administrator"),
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})

	// No secret is read: neither for the login nor for the certificate authority. So the function needs the way to Vault and no other.
	connection := zenml.NewVaultConnection(stack, jsii.String("Vault"), &zenml.VaultConnectionProps{
		Address: jsii.String("https://vault.internal.example.com:8200"),
		Administrator: zenml.VaultAdministrator_Aws(&zenml.VaultAwsAdministratorOptions{
			RoleName:    jsii.String("zenml-admin"),
			MountPath:   jsii.String("admins"),
			HeaderValue: jsii.String("vault.internal.example.com"),
		}),
		CertificateAuthority: zenml.VaultCertificateAuthority_FromPem(jsii.String(string(certificateAuthority))),
		Role:                 role,
		Vpc:                  vpc,
		SecurityGroups:       &[]awsec2.ISecurityGroup{securityGroup},
	})

	zenml.NewVaultSecretsStore(stack, jsii.String("SecretsStore"), &zenml.VaultSecretsStoreProps{
		// Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
		Workspace:  zenml.ZenmlWorkspace_FromId(jsii.String("123e4567-e89b-12d3-a456-426614174000"), nil),
		Connection: connection,
		Authentication: zenml.VaultAuthentication_Aws(&zenml.VaultAwsOptions{
			Mount: zenml.VaultAuthMount_Managed(jsii.String("zenml-aws")),
		}),
	})

	app.Synth(nil)
}
