import { App, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  AwsSecretsStoreFleet, VaultAdministrator, VaultAuthentication, VaultAuthMount, VaultConnection, VaultSecretsStoreFleet, ZenmlWorkspace,
} from '../../../src';

/* The app of many-workspaces.test.ts, which says by the context what is in it. */

const app = new App();
const context = (name: string): string | undefined => app.node.tryGetContext(name);
const workspaces = context('workspaces')!.split(',').map((id) => ZenmlWorkspace.fromId(id));
const shardDigits = Number(context('shardDigits') ?? 1);
const address = context('vaultAddress');

if (address === undefined) {
  new AwsSecretsStoreFleet(app, 'SecretsStores', { workspaces, shardDigits });
} else {
  const stack = new Stack(app, 'Vault');
  const connection = new VaultConnection(stack, 'Connection', {
    address,
    allowInsecureAddress: true,
    administrator: VaultAdministrator.token(secretsmanager.Secret.fromSecretNameV2(stack, 'Token', 'vault/administrator')),
  });
  const [stsEndpoint, mountPath] = [context('stsEndpoint'), context('mountPath')];
  const authentication = VaultAuthentication.aws({ stsEndpoint, mount: VaultAuthMount.managed(mountPath), headerValue: mountPath });
  new VaultSecretsStoreFleet(app, 'SecretsStores', {
    workspaces, shardDigits, connection, authentication,
  });
}
