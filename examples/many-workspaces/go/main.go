package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
	zenml "github.com/cdk-zenml-secrets-store/cdk-zenml-secrets-store-go/cdkzenmlsecretsstore"
)

// Replace these by the ids of your workspaces, as ZenML Pro shows them in each workspace's settings.
var workspaces = []struct{ team, id string }{
	{"fraud", "123e4567-e89b-12d3-a456-426614174000"},
	{"pricing", "9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b"},
	{"vision", "0f8fad5b-d9cb-469f-a165-70867728950e"},
}

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("ZenmlSecretsStores"), nil)

	// A managed policy of your account that no role may exceed. It has to allow the Secrets Manager actions itself.
	boundary := awsiam.ManagedPolicy_FromManagedPolicyName(stack, jsii.String("Boundary"), jsii.String("security-team-boundary"))

	for _, workspace := range workspaces {
		store := zenml.NewAwsSecretsStore(stack, jsii.String(workspace.team), &zenml.AwsSecretsStoreProps{
			Workspace: zenml.ZenmlWorkspace_FromId(jsii.String(workspace.id), nil),
			// Every store of the account and region needs it: it limits what this role reaches, not who else reaches these secrets.
			Isolation:           zenml.SecretsIsolation_Workspace(nil),
			Description:         jsii.String("Secrets of the ZenML workspace of team " + workspace.team),
			PermissionsBoundary: boundary,
		})
		awscdk.Tags_Of(store).Add(jsii.String("team"), jsii.String(workspace.team), nil)
	}

	app.Synth(nil)
}
