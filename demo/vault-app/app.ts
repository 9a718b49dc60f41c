import { App, Duration, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  VaultAdministrator, VaultAuthentication, VaultCertificateAuthority, VaultConnection, VaultSecretsStore, ZenmlWorkspace,
} from 'cdk-zenml-secrets-store';

/*
 * The stack of examples/vault-secrets-store, for the Vault and the STS of the demonstration, which it names by the context. That STS
 * is an emulator on http, hence allowInsecureAddress and stsEndpoint, which an app of yours does not need.
 */

const app = new App();
const context = (name: string): string => app.node.getContext(name);
const stack = new Stack(app, 'ZenmlVaultSecretsStore');

const connection = new VaultConnection(stack, 'Vault', {
  address: context('vaultAddress'),
  administrator: VaultAdministrator.token(Secret.fromSecretNameV2(stack, 'Administrator', 'vault/zenml/administrator')),
  certificateAuthority: VaultCertificateAuthority.fromSecret(Secret.fromSecretNameV2(stack, 'CertificateAuthority', 'vault/zenml/ca')),
  allowInsecureAddress: true,
});

new VaultSecretsStore(stack, 'SecretsStore', {
  workspace: ZenmlWorkspace.fromId('123e4567-e89b-12d3-a456-426614174000'),
  connection,
  authentication: VaultAuthentication.aws({
    stsEndpoint: context('stsEndpoint'),
    tokenTtl: Duration.minutes(Number(context('tokenMinutes'))),
  }),
});
