package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/jsii-runtime-go"
	zenml "github.com/cdk-zenml-secrets-store/cdk-zenml-secrets-store-go/cdkzenmlsecretsstore"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("ZenmlVaultSecretsStore"), nil)

	connection := zenml.NewVaultConnection(stack, jsii.String("Vault"), &zenml.VaultConnectionProps{
		Address: jsii.String("https://vault.example.com:8200"),
		// A secret of AWS Secrets Manager with the JSON {"token": "…"}. The token needs the policy of the output AdministratorPolicy.
		Administrator: zenml.VaultAdministrator_Token(secret(stack, "Administrator", "vault/zenml/administrator"), nil),
		// A secret with the certificate of your own authority as PEM. Leave it out if the certificate of your Vault is publicly trusted.
		CertificateAuthority: zenml.VaultCertificateAuthority_FromSecret(secret(stack, "CertificateAuthority", "vault/zenml/ca")),
	})

	zenml.NewVaultSecretsStore(stack, jsii.String("SecretsStore"), &zenml.VaultSecretsStoreProps{
		// Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
		Workspace:  zenml.ZenmlWorkspace_FromId(jsii.String("123e4567-e89b-12d3-a456-426614174000"), nil),
		Connection: connection,
		Authentication: zenml.VaultAuthentication_Aws(&zenml.VaultAwsOptions{
			TokenTtl: awscdk.Duration_Minutes(jsii.Number(60)),
		}),
	})

	app.Synth(nil)
}

func secret(stack awscdk.Stack, id string, name string) awssecretsmanager.ISecret {
	return awssecretsmanager.Secret_FromSecretNameV2(stack, jsii.String(id), jsii.String(name))
}
