import { readFileSync } from 'node:fs';
import { App, CfnWaitConditionHandle, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  VaultAdministrator, VaultAuthentication, VaultConnection, VaultKvMount, VaultManagedKvMountOptions, VaultSecretsStore, ZenmlWorkspace,
} from '../../../src';

/* The app of ownership-guide.test.ts, which writes into a file what an engineer would write into the code. */

export interface StoreInApp {
  readonly roleName?: string;
  readonly kvMount?: string | VaultManagedKvMountOptions;
  readonly forget?: boolean;
}

export interface Stores {
  readonly [stack: string]: { readonly [id: string]: StoreInApp };
}

const app = new App();
const [address, stsEndpoint] = [process.env.VAULT_ADDR!, process.env.STS_ENDPOINT!];
const stack = new Stack(app, 'Vault');
const connection = new VaultConnection(stack, 'Connection', {
  address,
  allowInsecureAddress: true,
  administrator: VaultAdministrator.token(secretsmanager.Secret.fromSecretNameV2(stack, 'Token', 'vault/administrator')),
});

for (const [name, stores] of Object.entries<Stores[string]>(JSON.parse(readFileSync('stores.json', 'utf8')))) {
  const parent = new Stack(app, name);
  // It has resources also when its store has left.
  new CfnWaitConditionHandle(parent, 'Other');
  for (const [id, { kvMount = {}, ...props }] of Object.entries(stores)) {
    new VaultSecretsStore(parent, id, {
      workspace: ZenmlWorkspace.fromId('123e4567-e89b-12d3-a456-426614174000'),
      connection,
      authentication: VaultAuthentication.aws({ stsEndpoint, stsRegion: 'eu-central-1' }),
      kvMount: typeof kvMount === 'string' ? VaultKvMount.existing(kvMount) : VaultKvMount.managed(kvMount),
      takeOver: app.node.tryGetContext('takeOver') === 'true',
      ...props,
    });
  }
}
