using Amazon.CDK;
using Amazon.CDK.AWS.SecretsManager;
using CdkZenmlSecretsStore;

var app = new App();
var stack = new Stack(app, "ZenmlVaultSecretsStore");

var connection = new VaultConnection(stack, "Vault", new VaultConnectionProps
{
    Address = "https://vault.example.com:8200",
    // A secret of AWS Secrets Manager with the JSON {"token": "…"}. The token needs the policy of the output AdministratorPolicy.
    Administrator = VaultAdministrator.Token(Secret.FromSecretNameV2(stack, "Administrator", "vault/zenml/administrator")),
    // A secret with the certificate of your own authority as PEM. Leave it out if the certificate of your Vault is publicly trusted.
    CertificateAuthority = VaultCertificateAuthority.FromSecret(
        Secret.FromSecretNameV2(stack, "CertificateAuthority", "vault/zenml/ca")),
});

new VaultSecretsStore(stack, "SecretsStore", new VaultSecretsStoreProps
{
    // Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
    Workspace = ZenmlWorkspace.FromId("123e4567-e89b-12d3-a456-426614174000"),
    Connection = connection,
    Authentication = VaultAuthentication.Aws(new VaultAwsOptions { TokenTtl = Duration.Minutes(60) }),
});

app.Synth();
