package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	zenml "github.com/cdk-zenml-secrets-store/cdk-zenml-secrets-store-go/cdkzenmlsecretsstore"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("ZenmlSecretsStore"), nil)

	zenml.NewAwsSecretsStore(stack, jsii.String("SecretsStore"), &zenml.AwsSecretsStoreProps{
		// Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
		Workspace: zenml.ZenmlWorkspace_FromId(jsii.String("123e4567-e89b-12d3-a456-426614174000"), nil),
	})

	app.Synth(nil)
}
