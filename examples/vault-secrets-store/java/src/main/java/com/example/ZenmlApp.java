package com.example;

import io.github.cdkzenmlsecretsstore.VaultAdministrator;
import io.github.cdkzenmlsecretsstore.VaultAuthentication;
import io.github.cdkzenmlsecretsstore.VaultAwsOptions;
import io.github.cdkzenmlsecretsstore.VaultCertificateAuthority;
import io.github.cdkzenmlsecretsstore.VaultConnection;
import io.github.cdkzenmlsecretsstore.VaultSecretsStore;
import io.github.cdkzenmlsecretsstore.ZenmlWorkspace;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.secretsmanager.Secret;

public final class ZenmlApp {
    public static void main(final String[] args) {
        App app = new App();
        Stack stack = new Stack(app, "ZenmlVaultSecretsStore");

        VaultConnection connection = VaultConnection.Builder.create(stack, "Vault")
                .address("https://vault.example.com:8200")
                // A secret of AWS Secrets Manager with the JSON {"token": "…"}. The token needs the policy of the output AdministratorPolicy.
                .administrator(VaultAdministrator.token(
                        Secret.fromSecretNameV2(stack, "Administrator", "vault/zenml/administrator")))
                // A secret with the certificate of your own authority as PEM. Leave it out if the certificate of your Vault is publicly trusted.
                .certificateAuthority(VaultCertificateAuthority.fromSecret(
                        Secret.fromSecretNameV2(stack, "CertificateAuthority", "vault/zenml/ca")))
                .build();

        VaultSecretsStore.Builder.create(stack, "SecretsStore")
                // Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
                .workspace(ZenmlWorkspace.fromId("123e4567-e89b-12d3-a456-426614174000"))
                .connection(connection)
                .authentication(VaultAuthentication.aws(VaultAwsOptions.builder()
                        .tokenTtl(Duration.minutes(60))
                        .build()))
                .build();

        app.synth();
    }
}
