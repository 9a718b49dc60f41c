import { App, Duration, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  VaultAdministrator, VaultAuthentication, VaultCertificateAuthority, VaultConnection, VaultSecretsStore, ZenmlWorkspace,
} from 'cdk-zenml-secrets-store';

const app = new App();
const stack = new Stack(app, 'ZenmlVaultSecretsStore');

const connection = new VaultConnection(stack, 'Vault', {
  address: 'https://vault.example.com:8200',
  // A secret of AWS Secrets Manager with the JSON {"token": "…"}. The token needs the policy of the output AdministratorPolicy.
  administrator: VaultAdministrator.token(Secret.fromSecretNameV2(stack, 'Administrator', 'vault/zenml/administrator')),
  // A secret with the certificate of your own authority as PEM. Leave it out if the certificate of your Vault is publicly trusted.
  certificateAuthority: VaultCertificateAuthority.fromSecret(Secret.fromSecretNameV2(stack, 'CertificateAuthority', 'vault/zenml/ca')),
});

new VaultSecretsStore(stack, 'SecretsStore', {
  // Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
  workspace: ZenmlWorkspace.fromId('123e4567-e89b-12d3-a456-426614174000'),
  connection,
  authentication: VaultAuthentication.aws({ tokenTtl: Duration.minutes(60) }),
});
