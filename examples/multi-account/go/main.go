package main

import (
	"log"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	zenml "github.com/cdk-zenml-secrets-store/cdk-zenml-secrets-store-go/cdkzenmlsecretsstore"
)

type member struct{ account, region, workspaceId string }

// Replace these by your organizational unit, your accounts and the workspace of each. An account stands here once, with one
// region: the name of a role is global to its account, so a second region would want the same role again.
const organizationalUnit = "ou-ab12-cdefgh34"

var members = []member{
	{"222233334444", "eu-central-1", "123e4567-e89b-12d3-a456-426614174000"},
	{"333344445555", "us-east-1", "9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b"},
}

const standaloneWorkspace = "0f8fad5b-d9cb-469f-a165-70867728950e"

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)

	// To be deployed in the management account of the organization.
	organization := awscdk.NewStack(app, jsii.String("ZenmlStackSet"), &awscdk.StackProps{
		Synthesizer: awscdk.NewBootstraplessSynthesizer(nil),
	})
	awscdk.NewCfnStackSet(organization, jsii.String("SecretsStores"), &awscdk.CfnStackSetProps{
		StackSetName:        jsii.String("zenml-secrets-stores"),
		Description:         jsii.String("The role of a ZenML workspace, in the account of its secrets"),
		PermissionModel:     jsii.String("SERVICE_MANAGED"),
		AutoDeployment:      &awscdk.CfnStackSet_AutoDeploymentProperty{Enabled: jsii.Bool(false)},
		Capabilities:        jsii.Strings("CAPABILITY_NAMED_IAM"),
		TemplateBody:        jsii.String(memberTemplate(app)),
		StackInstancesGroup: instances(),
	})
	// The outputs of the members stay in their accounts. The roles' names are known here, so this stack can hand over all of them.
	for _, member := range members {
		zenml.NewWorkspaceConfiguration(organization, jsii.String("Handoff"+member.account), &zenml.WorkspaceConfigurationProps{
			SecretsStore: zenml.SecretsStoreConfiguration_Aws(&zenml.AwsConfigurationOptions{
				Region:  jsii.String(member.region),
				RoleArn: jsii.String("arn:aws:iam::" + member.account + ":role/zenml-" + member.workspaceId),
			}),
		})
	}

	// An account outside of the organization, which was never bootstrapped: the same store in a stack of its own.
	standalone := awscdk.NewStack(app, jsii.String("ZenmlSecretsStore"), &awscdk.StackProps{
		Synthesizer: awscdk.NewBootstraplessSynthesizer(nil),
	})
	zenml.NewAwsSecretsStore(standalone, jsii.String("SecretsStore"), &zenml.AwsSecretsStoreProps{
		Workspace: zenml.ZenmlWorkspace_FromId(jsii.String(standaloneWorkspace), nil),
	})

	app.Synth(nil)
}

// The template for every member. It has no assets, so that it deploys where nobody ever ran `cdk bootstrap`. An account that is not
// in the mapping fails to deploy, rather than trusting the workspace of another.
func memberTemplate(app awscdk.App) string {
	stage := awscdk.NewStage(app, jsii.String("Member"), nil)
	stack := awscdk.NewStack(stage, jsii.String("SecretsStore"), &awscdk.StackProps{
		Synthesizer:        awscdk.NewBootstraplessSynthesizer(nil),
		AnalyticsReporting: jsii.Bool(false),
	})
	mapping := map[string]*map[string]interface{}{}
	for _, member := range members {
		mapping[member.account] = &map[string]interface{}{"Id": member.workspaceId}
	}
	workspaces := awscdk.NewCfnMapping(stack, jsii.String("Workspaces"), &awscdk.CfnMappingProps{Mapping: &mapping})
	zenml.NewAwsSecretsStore(stack, jsii.String("SecretsStore"), &zenml.AwsSecretsStoreProps{
		Workspace: zenml.ZenmlWorkspace_FromId(workspaces.FindInMap(awscdk.Aws_ACCOUNT_ID(), jsii.String("Id"), nil), nil),
	})

	template, err := os.ReadFile(*stage.Synth(nil).GetStackArtifact(stack.ArtifactId()).TemplateFullPath())
	if err != nil {
		log.Fatal(err)
	}
	return string(template)
}

// One region for each account.
func instances() *[]interface{} {
	var groups []interface{}
	for _, member := range members {
		groups = append(groups, &awscdk.CfnStackSet_StackInstancesProperty{
			DeploymentTargets: &awscdk.CfnStackSet_DeploymentTargetsProperty{
				Accounts:              jsii.Strings(member.account),
				AccountFilterType:     jsii.String("INTERSECTION"),
				OrganizationalUnitIds: jsii.Strings(organizationalUnit),
			},
			Regions: jsii.Strings(member.region),
		})
	}
	return &groups
}
