package com.example;

import io.github.cdkzenmlsecretsstore.AwsSecretsStore;
import io.github.cdkzenmlsecretsstore.SecretsIsolation;
import io.github.cdkzenmlsecretsstore.ZenmlWorkspace;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.iam.IManagedPolicy;
import software.amazon.awscdk.services.iam.ManagedPolicy;

public final class ZenmlApp {
    private record Workspace(String team, String id) {
    }

    // Replace these by the ids of your workspaces, as ZenML Pro shows them in each workspace's settings.
    private static final List<Workspace> WORKSPACES = List.of(
            new Workspace("fraud", "123e4567-e89b-12d3-a456-426614174000"),
            new Workspace("pricing", "9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b"),
            new Workspace("vision", "0f8fad5b-d9cb-469f-a165-70867728950e"));

    public static void main(final String[] args) {
        App app = new App();
        Stack stack = new Stack(app, "ZenmlSecretsStores");

        // A managed policy of your account that no role may exceed. It has to allow the Secrets Manager actions itself.
        IManagedPolicy boundary = ManagedPolicy.fromManagedPolicyName(stack, "Boundary", "security-team-boundary");

        for (Workspace workspace : WORKSPACES) {
            AwsSecretsStore store = AwsSecretsStore.Builder.create(stack, workspace.team())
                    .workspace(ZenmlWorkspace.fromId(workspace.id()))
                    // Every store of the account and region needs it: it limits what this role reaches, not who else reaches these secrets.
                    .isolation(SecretsIsolation.workspace())
                    .description("Secrets of the ZenML workspace of team " + workspace.team())
                    .permissionsBoundary(boundary)
                    .build();
            Tags.of(store).add("team", workspace.team());
        }

        app.synth();
    }
}
