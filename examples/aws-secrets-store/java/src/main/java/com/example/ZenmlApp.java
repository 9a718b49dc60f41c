package com.example;

import io.github.cdkzenmlsecretsstore.AwsSecretsStore;
import io.github.cdkzenmlsecretsstore.ZenmlWorkspace;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;

public final class ZenmlApp {
    public static void main(final String[] args) {
        App app = new App();
        Stack stack = new Stack(app, "ZenmlSecretsStore");

        AwsSecretsStore.Builder.create(stack, "SecretsStore")
                // Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
                .workspace(ZenmlWorkspace.fromId("123e4567-e89b-12d3-a456-426614174000"))
                .build();

        app.synth();
    }
}
