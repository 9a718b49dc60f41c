package com.example;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cdkzenmlsecretsstore.AwsSecretsStore;
import io.github.cdkzenmlsecretsstore.VaultAdministrator;
import io.github.cdkzenmlsecretsstore.VaultConnection;
import io.github.cdkzenmlsecretsstore.VaultKvMount;
import io.github.cdkzenmlsecretsstore.VaultSecretsStore;
import io.github.cdkzenmlsecretsstore.ZenmlWorkspace;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.jsii.JsiiException;

public final class ZenmlApp {
    public static void main(final String[] args) throws JsonProcessingException {
        Stack stack = new Stack(new App(), "BadInput");
        ZenmlWorkspace workspace = ZenmlWorkspace.fromId("123e4567-e89b-12d3-a456-426614174000");
        VaultAdministrator administrator = VaultAdministrator.token(
                Secret.fromSecretNameV2(stack, "Administrator", "vault/administrator"));
        VaultConnection connection = VaultConnection.Builder.create(stack, "Vault")
                .address("https://vault.example.com:8200")
                .administrator(administrator)
                .build();

        List<Runnable> mistakes = List.of(
                () -> AwsSecretsStore.Builder.create(stack, "WorkspaceId").workspace(ZenmlWorkspace.fromId("my-workspace")).build(),
                () -> AwsSecretsStore.Builder.create(stack, "Region").workspace(workspace).region("frankfurt").build(),
                () -> AwsSecretsStore.Builder.create(stack, "RolePath").workspace(workspace).rolePath("vendors").build(),
                () -> VaultConnection.Builder.create(stack, "Address").address("vault.example.com").administrator(administrator).build(),
                () -> VaultSecretsStore.Builder.create(stack, "KvMount").workspace(workspace).connection(connection)
                        .kvMount(VaultKvMount.existing("secrets/+")).build());

        System.out.println(new ObjectMapper().writeValueAsString(mistakes.stream().map(ZenmlApp::message).toList()));
    }

    private static String message(final Runnable mistake) {
        try {
            mistake.run();
            return "no error";
        } catch (final JsiiException error) {
            return error.getMessage();
        }
    }
}
