import { App, Aws, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import {
  AwsAuthentication, AwsSecretsStore, AzureAuthentication, GcpAuthentication, SecretsStoreConfiguration, WorkspaceConfiguration,
  ZenmlWorkspace,
} from '../../src';
import { ACCOUNT, REGION, WORKSPACE_ID } from '../scenarios';

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });
});

const aws = (region = REGION, roleArn?: string) => SecretsStoreConfiguration.aws({ region, roleArn });
const vault = (address = 'https://vault.example.com', mountPoint = 'zenml', vaultNamespace?: string) => (
  SecretsStoreConfiguration.hashicorp({ address, mountPoint, role: 'zenml', vaultNamespace })
);
const gcp = (projectId = 'my-project') => SecretsStoreConfiguration.gcp({ projectId, authentication: GcpAuthentication.implicit() });
const azure = (keyVaultName = 'zenml') => (
  SecretsStoreConfiguration.azure({ keyVaultName, authentication: AzureAuthentication.implicit() })
);
const role = (account: string, name = 'zenml') => `arn:aws:iam::${account}:role/${name}`;
const handOver = (secretsStore: SecretsStoreConfiguration, backupSecretsStore: SecretsStoreConfiguration) => (
  new WorkspaceConfiguration(stack, 'Handoff', { secretsStore, backupSecretsStore })
);
const warnings = () => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('backupPlace'));
const storeOf = (authentication?: AwsAuthentication, region?: string, own = stack) => (
  new AwsSecretsStore(own, 'Store', { workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), authentication, region }).configuration
);

test.each<[string, () => [SecretsStoreConfiguration, SecretsStoreConfiguration], string]>([
  ['one region of one account', () => [aws(REGION, role(ACCOUNT)), aws(REGION, role(ACCOUNT, 'other'))],
    `account ${ACCOUNT}, region ${REGION}`],
  ['one region with the role of the workspace', () => [aws(), aws()], `region ${REGION}`],
  ['a store and the same store by hand', () => [storeOf(), aws(REGION, role(ACCOUNT))], `account ${ACCOUNT}, region ${REGION}`],
  ['a store with an access key', () => [storeOf(AwsAuthentication.secretKey()), aws(REGION, role(ACCOUNT))], `account ${ACCOUNT}`],
  ['one mount of one Vault', () => [vault(), vault('https://VAULT.example.com:443')],
    'address https://vault.example.com, namespace , mount zenml'],
  ['one project', () => [gcp(), gcp()], 'project my-project'],
  ['one Key Vault', () => [azure(), azure('ZenML')], 'Key Vault zenml'],
])('a backup in the place of the store is refused: %s', (_, stores, place) => {
  const [secretsStore, backupSecretsStore] = stores();
  const make = (id: string) => () => new WorkspaceConfiguration(stack, id, { secretsStore, backupSecretsStore });

  expect(make('Handoff')).toThrow(/^Stack\/Handoff: backupSecretsStore ".*" is the place of secretsStore, so that it would hold no second copy, and zenml secret backup --delete-secrets would destroy every secret\. Name a store in another region, /);
  expect(make('Again')).toThrow(place);
});

test.each<[string, () => [SecretsStoreConfiguration, SecretsStoreConfiguration]]>([
  ['another region', () => [storeOf(), aws('eu-west-1', role(ACCOUNT))]],
  ['another account', () => [storeOf(), aws(REGION, role('444455556666'))]],
  ['another mount', () => [vault(), vault(undefined, 'backup')]],
  ['another namespace', () => [vault(), vault(undefined, undefined, 'admin')]],
  ['another Vault', () => [vault(), vault('https://vault.example.org')]],
  ['another project', () => [gcp(), gcp('my-backup')]],
  ['another Key Vault', () => [azure(), azure('backup')]],
  ['another back end', () => [aws(), gcp()]],
])('a backup in another place passes without a warning: %s', (_, stores) => {
  handOver(...stores());

  expect(warnings()).toEqual([]);
});

test.each<[string, () => [SecretsStoreConfiguration, SecretsStoreConfiguration]]>([
  ['the region', () => [aws(REGION, role(ACCOUNT)), aws(Aws.REGION, role(ACCOUNT))]],
  ['the account', () => [storeOf(undefined, REGION, new Stack(new App(), 'Agnostic')), aws(REGION, role(ACCOUNT))]],
  ['the account of the workspace\'s own role', () => [aws(), aws(REGION, role(ACCOUNT))]],
  ['the address', () => [vault(), vault(Aws.STACK_NAME)]],
  ['the project', () => [gcp(), gcp(Aws.STACK_NAME)]],
  ['the Key Vault', () => [azure(), azure(Aws.STACK_NAME)]],
])('a token that hides whether it is another place is warned of: %s', (_, stores) => {
  handOver(...stores());

  expect(warnings().map(({ entry }) => entry.data)).toEqual([
    expect.stringMatching(/^Whether backupSecretsStore is in another place than secretsStore is known only at deployment .*\. In the same place it would hold no second copy, .*\[ack: cdk-zenml-secrets-store:backupPlace\]$/),
  ]);
});
