package com.example;

import io.github.cdkzenmlsecretsstore.AwsConfigurationOptions;
import io.github.cdkzenmlsecretsstore.AwsSecretsStore;
import io.github.cdkzenmlsecretsstore.SecretsStoreConfiguration;
import io.github.cdkzenmlsecretsstore.WorkspaceConfiguration;
import io.github.cdkzenmlsecretsstore.ZenmlWorkspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.BootstraplessSynthesizer;
import software.amazon.awscdk.CfnMapping;
import software.amazon.awscdk.CfnStackSet;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Stage;

public final class ZenmlApp {
    private record Member(String account, String region, String workspaceId) {
    }

    // Replace these by your organizational unit, your accounts and the workspace of each. An account stands here once, with one
    // region: the name of a role is global to its account, so a second region would want the same role again.
    private static final String ORGANIZATIONAL_UNIT = "ou-ab12-cdefgh34";
    private static final List<Member> MEMBERS = List.of(
            new Member("222233334444", "eu-central-1", "123e4567-e89b-12d3-a456-426614174000"),
            new Member("333344445555", "us-east-1", "9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b"));
    private static final String STANDALONE_WORKSPACE = "0f8fad5b-d9cb-469f-a165-70867728950e";

    public static void main(final String[] args) throws IOException {
        App app = new App();

        // To be deployed in the management account of the organization.
        Stack organization = new Stack(app, "ZenmlStackSet", StackProps.builder()
                .synthesizer(new BootstraplessSynthesizer())
                .build());
        CfnStackSet.Builder.create(organization, "SecretsStores")
                .stackSetName("zenml-secrets-stores")
                .description("The role of a ZenML workspace, in the account of its secrets")
                .permissionModel("SERVICE_MANAGED")
                .autoDeployment(CfnStackSet.AutoDeploymentProperty.builder().enabled(false).build())
                .capabilities(List.of("CAPABILITY_NAMED_IAM"))
                .templateBody(memberTemplate(app))
                .stackInstancesGroup(MEMBERS.stream().map(ZenmlApp::instance).toList())
                .build();
        // The outputs of the members stay in their accounts. The roles' names are known here, so this stack can hand over all of them.
        for (Member member : MEMBERS) {
            WorkspaceConfiguration.Builder.create(organization, "Handoff" + member.account())
                    .secretsStore(SecretsStoreConfiguration.aws(AwsConfigurationOptions.builder()
                            .region(member.region())
                            .roleArn("arn:aws:iam::" + member.account() + ":role/zenml-" + member.workspaceId())
                            .build()))
                    .build();
        }

        // An account outside of the organization, which was never bootstrapped: the same store in a stack of its own.
        Stack standalone = new Stack(app, "ZenmlSecretsStore", StackProps.builder()
                .synthesizer(new BootstraplessSynthesizer())
                .build());
        AwsSecretsStore.Builder.create(standalone, "SecretsStore")
                .workspace(ZenmlWorkspace.fromId(STANDALONE_WORKSPACE))
                .build();

        app.synth();
    }

    // The template for every member. It has no assets, so that it deploys where nobody ever ran `cdk bootstrap`. An account that is
    // not in the mapping fails to deploy, rather than trusting the workspace of another.
    private static String memberTemplate(final App app) throws IOException {
        Stage stage = new Stage(app, "Member");
        Stack stack = new Stack(stage, "SecretsStore", StackProps.builder()
                .synthesizer(new BootstraplessSynthesizer())
                .analyticsReporting(false)
                .build());
        Map<String, Map<String, String>> mapping = new TreeMap<>();
        for (Member member : MEMBERS) {
            mapping.put(member.account(), Map.of("Id", member.workspaceId()));
        }
        CfnMapping workspaces = CfnMapping.Builder.create(stack, "Workspaces")
                .mapping(mapping)
                .build();
        AwsSecretsStore.Builder.create(stack, "SecretsStore")
                .workspace(ZenmlWorkspace.fromId(workspaces.findInMap(Aws.ACCOUNT_ID, "Id")))
                .build();
        return Files.readString(Path.of(stage.synth().getStackArtifact(stack.getArtifactId()).getTemplateFullPath()));
    }

    // One region for each account.
    private static CfnStackSet.StackInstancesProperty instance(final Member member) {
        return CfnStackSet.StackInstancesProperty.builder()
                .deploymentTargets(CfnStackSet.DeploymentTargetsProperty.builder()
                        .accounts(List.of(member.account()))
                        .accountFilterType("INTERSECTION")
                        .organizationalUnitIds(List.of(ORGANIZATIONAL_UNIT))
                        .build())
                .regions(List.of(member.region()))
                .build();
    }
}
