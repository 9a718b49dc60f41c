package main

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/jsii-runtime-go"
	zenml "github.com/cdk-zenml-secrets-store/cdk-zenml-secrets-store-go/cdkzenmlsecretsstore"
)

func main() {
	defer jsii.Close()

	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("BadInput"), nil)
	workspace := zenml.ZenmlWorkspace_FromId(jsii.String("123e4567-e89b-12d3-a456-426614174000"), nil)
	administrator := zenml.VaultAdministrator_Token(
		awssecretsmanager.Secret_FromSecretNameV2(stack, jsii.String("Administrator"), jsii.String("vault/administrator")), nil)
	connection := zenml.NewVaultConnection(stack, jsii.String("Vault"), &zenml.VaultConnectionProps{
		Address: jsii.String("https://vault.example.com:8200"), Administrator: administrator,
	})

	messages := []string{
		message(func() {
			zenml.NewAwsSecretsStore(stack, jsii.String("WorkspaceId"), &zenml.AwsSecretsStoreProps{
				Workspace: zenml.ZenmlWorkspace_FromId(jsii.String("my-workspace"), nil),
			})
		}),
		message(func() {
			zenml.NewAwsSecretsStore(stack, jsii.String("Region"), &zenml.AwsSecretsStoreProps{
				Workspace: workspace, Region: jsii.String("frankfurt"),
			})
		}),
		message(func() {
			zenml.NewAwsSecretsStore(stack, jsii.String("RolePath"), &zenml.AwsSecretsStoreProps{
				Workspace: workspace, RolePath: jsii.String("vendors"),
			})
		}),
		message(func() {
			zenml.NewVaultConnection(stack, jsii.String("Address"), &zenml.VaultConnectionProps{
				Address: jsii.String("vault.example.com"), Administrator: administrator,
			})
		}),
		message(func() {
			zenml.NewVaultSecretsStore(stack, jsii.String("KvMount"), &zenml.VaultSecretsStoreProps{
				Workspace: workspace, Connection: connection, KvMount: zenml.VaultKvMount_Existing(jsii.String("secrets/+")),
			})
		}),
	}

	text, err := json.Marshal(messages)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}

func message(mistake func()) (text string) {
	text = "no error"
	defer func() {
		if failure := recover(); failure != nil {
			text = fmt.Sprint(failure)
		}
	}()
	mistake()
	return
}
