import { CloudFormationClient, DescribeStackEventsCommand } from '@aws-sdk/client-cloudformation';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { App, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { customerAccount } from './customer-account';
import { VaultAdministrator, VaultAuthentication, VaultAuthMount, VaultConnection, VaultSecretsStore, ZenmlWorkspace } from '../../src';
import { uploadAssets } from '../emulators/assets';
import { CloudFormation } from '../emulators/cloudformation';
import { useEmbeddedVault } from '../emulators/use-embedded-vault';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { wipe } from '../lambda/configure-vault/vault-under-test';
import { ACCOUNT, REGION } from '../scenarios';
import { workspaceIds } from '../workspaces';

/*
 * The stores of a stack that share an auth mount, in the order that their dependencies give them. The embedded CloudFormation has one
 * resource in work at a time, and of those that may come next it takes the first by name; so the names are such that without
 * dependencies it would take the first store last.
 */

const STORES = workspaceIds(12).map((id, index): [string, string] => [`Store${99 - index}`, id]);
const [[FIRST]] = STORES;
const STACK = 'Zenml';
const aws = useEmbeddedAws({ region: REGION });
const vault = useEmbeddedVault();
let cloudFormation: CloudFormation;
let tokenArn: string;

beforeEach(async () => {
  ({ cloudFormation } = await customerAccount(aws));
  await wipe(vault);
  await vault.call('POST', 'auth/token/create', { id: 'administrator', policies: ['zenml-admin'], no_default_policy: true });
  const secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
  tokenArn = (await secrets.send(new CreateSecretCommand({ Name: 'vault/administrator', SecretString: '{"token":"administrator"}' }))).ARN!;
});

async function deploy(): Promise<void> {
  const app = new App();
  const stack = new Stack(app, STACK, { env: { account: ACCOUNT, region: REGION } });
  const connection = new VaultConnection(stack, 'Vault', {
    address: vault.address,
    allowInsecureAddress: true,
    outputs: false, // with the policy of so many stores the template is too long for a request
    administrator: VaultAdministrator.token(secretsmanager.Secret.fromSecretCompleteArn(stack, 'Token', tokenArn)),
  });
  const authentication = VaultAuthentication.aws({ mount: VaultAuthMount.managed('zenml'), headerValue: 'vault.example.com' });
  STORES.forEach(([name, id]) => new VaultSecretsStore(stack, name, { workspace: ZenmlWorkspace.fromId(id), connection, authentication }));
  await vault.call('POST', 'sys/policies/acl/zenml-admin', { policy: stack.resolve(connection.administratorPolicy) });
  const artifact = app.synth().getStackByName(STACK);
  await uploadAssets(aws, ACCOUNT, REGION, artifact);
  await cloudFormation.deploy(STACK, artifact.template);
}

/** The stores with such an event, in the order of the events. */
async function storesThat(status: string): Promise<string[]> {
  const client = new CloudFormationClient(aws.client(aws.root(ACCOUNT), REGION));
  const { StackEvents: events = [] } = await client.send(new DescribeStackEventsCommand({ StackName: STACK }));
  return events.reverse().flatMap(({ LogicalResourceId: id, ResourceStatus: found, ResourceType: type }) => (
    type === 'Custom::ZenmlVaultSecretsStore' && found === status ? [id!] : []
  ));
}

const authMounts = async () => Object.keys((await vault.call('GET', 'sys/auth')).body.data);

test('created: the first before all others; deleted: the first after all others, and the mount with it', async () => {
  await deploy();
  const created = await storesThat('CREATE_COMPLETE');
  expect(created).toHaveLength(STORES.length);
  expect(created[0]).toBe(FIRST);
  const [[second], [twelfth]] = [STORES[1], STORES[11]];
  expect(created.indexOf(second)).toBeLessThan(created.indexOf(twelfth));
  expect(await authMounts()).toContain('zenml/');

  await cloudFormation.delete(STACK);
  const deleted = await storesThat('DELETE_COMPLETE');
  expect(deleted).toHaveLength(STORES.length);
  expect(deleted.at(-1)).toBe(FIRST);
  expect(deleted.indexOf(twelfth)).toBeLessThan(deleted.indexOf(second));
  expect(await authMounts()).not.toContain('zenml/');
}, 120_000);

test('the first fails: no other is started', async () => {
  await vault.call('POST', 'sys/auth/zenml', { type: 'approle' });

  await expect(deploy()).rejects.toThrow('The auth mount zenml is of type approle, not aws');
  expect(await storesThat('CREATE_IN_PROGRESS')).toEqual([FIRST]);
}, 60_000);
