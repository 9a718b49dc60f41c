import { App, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { Dependencies } from './graph';
import { VaultAdministrator, VaultAuthentication, VaultAuthMount, VaultConnection, VaultSecretsStore, ZenmlWorkspace } from '../../src';
import { STORE_TYPE } from '../../src/vault/contract/store-properties';
import { workspaceIds } from '../../test/workspaces';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';
export const AUTH_MOUNT = 'zenml';

export interface SynthesizedStack {
  readonly artifact: CloudFormationStackArtifact;
  /** The policy of the administrator in Vault. */
  readonly administratorPolicy: string;
  /** The logical ids of the stores, in the order in which the app makes them. */
  readonly stores: string[];
}

/** Stores that share one auth mount, in one stack. */
export function synthesize(stores: number, address: string, tokenArn: string): SynthesizedStack {
  const app = new App();
  const stack = new Stack(app, 'Zenml', { env: { account: ACCOUNT, region: REGION } });
  const connection = new VaultConnection(stack, 'Vault', {
    address,
    allowInsecureAddress: true,
    administrator: VaultAdministrator.token(secretsmanager.Secret.fromSecretCompleteArn(stack, 'Token', tokenArn)),
    outputs: false,
  });
  const authentication = VaultAuthentication.aws({ mount: VaultAuthMount.managed(AUTH_MOUNT), headerValue: 'vault.example.com' });
  const ids = workspaceIds(stores).map((id, index) => {
    const store = new VaultSecretsStore(stack, `Store${index + 1}`, {
      workspace: ZenmlWorkspace.fromId(id), connection, authentication, outputs: false,
    });
    return stack.getLogicalId(store.node.findChild('Default').node.defaultChild as any);
  });
  const administratorPolicy = stack.resolve(connection.administratorPolicy);
  return { artifact: app.synth().getStackByName(stack.stackName), administratorPolicy, stores: ids };
}

/** What each store of a template depends on, other stores only. */
export function dependenciesOf(template: any): Dependencies {
  const stores = Object.entries<any>(template.Resources).filter(([, { Type: type }]) => type === STORE_TYPE);
  const ids = new Set(stores.map(([id]) => id));
  return Object.fromEntries(stores.map(([id, { DependsOn: before = [] }]) => [id, before.filter((other: string) => ids.has(other))]));
}

/** The template as it was before there were lanes: each store depends on the one before it, and on no other. */
export function chained({ artifact, stores }: SynthesizedStack): any {
  const template = structuredClone(artifact.template);
  stores.forEach((id, index) => {
    template.Resources[id].DependsOn = stores.slice(Math.max(0, index - 1), index);
  });
  return template;
}
