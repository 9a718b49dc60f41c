package com.example;

import io.github.cdkzenmlsecretsstore.VaultAwsAdministratorOptions;
import io.github.cdkzenmlsecretsstore.VaultAdministrator;
import io.github.cdkzenmlsecretsstore.VaultAuthMount;
import io.github.cdkzenmlsecretsstore.VaultAuthentication;
import io.github.cdkzenmlsecretsstore.VaultAwsOptions;
import io.github.cdkzenmlsecretsstore.VaultCertificateAuthority;
import io.github.cdkzenmlsecretsstore.VaultConnection;
import io.github.cdkzenmlsecretsstore.VaultSecretsStore;
import io.github.cdkzenmlsecretsstore.ZenmlWorkspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;

public final class ZenmlApp {
    public static void main(final String[] args) throws IOException {
        App app = new App();
        Stack stack = new Stack(app, "ZenmlVaultInVpc", StackProps.builder()
                .env(Environment.builder().account("111122223333").region("eu-central-1").build())
                .build());

        // The network from which Vault can be reached. Replace all of this by yours.
        IVpc vpc = Vpc.fromVpcAttributes(stack, "Vpc", VpcAttributes.builder()
                .vpcId("vpc-0123456789abcdef0")
                .availabilityZones(List.of("eu-central-1a", "eu-central-1b"))
                .privateSubnetIds(List.of("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"))
                .privateSubnetRouteTableIds(List.of("rtb-0123456789abcdef0", "rtb-0123456789abcdef1"))
                .build());
        SecurityGroup securityGroup = SecurityGroup.Builder.create(stack, "FunctionSecurityGroup")
                .vpc(vpc)
                .description("The function that configures Vault for ZenML")
                .allowAllOutbound(false)
                .build();
        securityGroup.addEgressRule(Peer.ipv4("10.20.0.0/16"), Port.tcp(8200), "Vault");

        // The function logs in to Vault as this role, which Vault has to know before the first deployment; so it has a name.
        Role role = Role.Builder.create(stack, "FunctionRole")
                .roleName("zenml-vault-administrator")
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .build();

        // No secret is read: neither for the login nor for the certificate authority. So the function needs the way to Vault and no other.
        VaultConnection connection = VaultConnection.Builder.create(stack, "Vault")
                .address("https://vault.internal.example.com:8200")
                .administrator(VaultAdministrator.aws(VaultAwsAdministratorOptions.builder()
                        .roleName("zenml-admin")
                        .mountPath("admins")
                        .headerValue("vault.internal.example.com")
                        .build()))
                .certificateAuthority(VaultCertificateAuthority.fromPem(Files.readString(Path.of("ca.pem"))))
                .role(role)
                .vpc(vpc)
                .securityGroups(List.of(securityGroup))
                .build();

        VaultSecretsStore.Builder.create(stack, "SecretsStore")
                // Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
                .workspace(ZenmlWorkspace.fromId("123e4567-e89b-12d3-a456-426614174000"))
                .connection(connection)
                .authentication(VaultAuthentication.aws(VaultAwsOptions.builder()
                        .mount(VaultAuthMount.managed("zenml-aws"))
                        .build()))
                .build();

        app.synth();
    }
}
