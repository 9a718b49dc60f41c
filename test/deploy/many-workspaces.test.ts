import { resolve } from 'node:path';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ACCOUNT, prepareAccount, REGION, SECRET } from '../../demo/account';
import { Cdk, Context, Outputs } from '../emulators/cdk-cli';
import { useEmbeddedVault } from '../emulators/use-embedded-vault';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { ControlPlane } from '../emulators/zenml-pro';
import { ZenmlVaultStore } from '../emulators/zenml-vault';
import { snapshot, wipe } from '../lambda/configure-vault/vault-under-test';
import { workspaceIds } from '../workspaces';

/*
 * An app of several stacks, deployed by the CDK CLI as fast as it will go; then one workspace more, beside which the others stay as
 * they are.
 */

const APP = resolve(__dirname, 'many-workspaces');
const IDS = ['1', '1', '1', '5', '5', '9', '9', 'c'].map((digit, index) => workspaceIds(8, digit)[index]);
const [FIRST] = IDS;
const STACKS = ['1', '5', '9', 'c'].map((digit) => `SecretsStores-${digit}`);
/** In Vault, where each takes its time, in three stacks. */
const [FEW, FEW_STACKS] = [[IDS[0], IDS[1], IDS[3], IDS[5]], STACKS.slice(0, 3)];
const [NEWCOMER] = workspaceIds(20, '1').slice(-1);
const { signal } = new AbortController();
const aws = useEmbeddedAws({ region: REGION });
let cdk: Cdk;
let said: string;

beforeEach(async () => {
  await aws.reset();
  await prepareAccount(aws);
  said = '';
});

afterEach(() => cdk.cleanUp());

function cdkWith(context: Context): Cdk {
  return new Cdk(APP, aws, ACCOUNT, REGION, {
    context, deployOptions: ['--all', '--concurrency', '10'], onOutput: (text) => { said += text; },
  });
}

const workspaces = (ids: string[]) => ({ workspaces: ids.join(',') });

/** What support is told of a workspace. */
function handedOver(outputs: Outputs, id: string): any {
  const [json] = Object.values(outputs).flatMap((stack) => Object.entries(stack))
    .filter(([name]) => name.startsWith(`Workspace${id.replaceAll('-', '')}`) && name.includes('WorkspaceConfiguration'))
    .map(([, value]) => value);
  return JSON.parse(json).secrets_store.settings.auth_config;
}

describe('in AWS Secrets Manager', () => {
  /** IAM gives a role another id when it is made anew. */
  async function roleIds(ids: string[]) {
    const iam = new IAMClient(aws.client(aws.root(ACCOUNT), REGION));
    return Promise.all(ids.map(async (id) => (await iam.send(new GetRoleCommand({ RoleName: `zenml-${id}` }))).Role!.RoleId));
  }

  test('each workspace has its store, also while others come and go', async () => {
    cdk = cdkWith({});
    const workspace = await (await ControlPlane.create(aws)).createWorkspace(FIRST);
    const outputs = await cdk.deploy(signal, workspaces(IDS));
    expect(Object.keys(outputs).sort()).toEqual(STACKS);
    const { role_arn: roleArn, region } = handedOver(outputs, FIRST);
    const store = await workspace.openSecretsStore(FIRST, roleArn, region);
    await store.create(SECRET, { password: 'kept' });
    const before = await roleIds(IDS);

    said = '';
    const newcomers = [NEWCOMER, workspaceIds(1, 'f')[0]];
    const extended = await cdk.deploy(signal, workspaces([newcomers[0], ...IDS, newcomers[1]]));
    expect(Object.keys(extended).sort()).toEqual([...STACKS, 'SecretsStores-f']);
    expect(await roleIds(IDS)).toEqual(before);
    expect(await roleIds(newcomers)).toHaveLength(2);
    expect(said.match(/SecretsStores-\w\) \(no changes\)/g)!.sort()).toEqual(['5', '9', 'c'].map((digit) => `SecretsStores-${digit}) (no changes)`));

    expect(await (await workspace.openSecretsStore(FIRST, roleArn, region)).read(SECRET)).toEqual({ password: 'kept' });

    const [oneOfTwo, theOnlyOne] = IDS.slice(-2);
    await cdk.deploy(signal, workspaces(IDS.slice(0, -2)));
    await expect(roleIds([oneOfTwo])).rejects.toMatchObject({ name: expect.stringMatching(/^NoSuchEntity/) });
    expect(await roleIds([...IDS.slice(0, -2), theOnlyOne])).toEqual([
      ...before.slice(0, -2), ...before.slice(-1), // its stack has left the app
    ]);
  }, 120_000);
});

describe('in Vault', () => {
  const vault = useEmbeddedVault();

  beforeEach(async () => {
    await wipe(vault);
    await vault.call('POST', 'auth/token/create', { id: 'administrator', policies: ['zenml-admin'], no_default_policy: true });
    const secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
    await secrets.send(new CreateSecretCommand({ Name: 'vault/administrator', SecretString: '{"token":"administrator"}' }));
  });

  /** As an engineer does it: synthesize, have the policy written that the synthesis put into a file, deploy. */
  async function deploy(ids: string[]): Promise<Outputs> {
    await cdk.synth(signal, workspaces(ids));
    await vault.call('POST', 'sys/policies/acl/zenml-admin', { policy: cdk.assembled('Vault.Connection.hcl') });
    return cdk.deploy(signal, workspaces(ids));
  }

  const connectTo = (context: Context) => cdkWith({ vaultAddress: vault.address, stsEndpoint: aws.endpoint, ...context });

  test('a mount for each workspace; one comes, and another number of digits is refused', async () => {
    cdk = connectTo({});
    const workspace = await (await ControlPlane.create(aws)).createWorkspace(FIRST);
    const outputs = await deploy(FEW);
    expect(Object.keys(outputs).sort()).toEqual([...FEW_STACKS, 'Vault']);
    const store = await ZenmlVaultStore.open(vault, handedOver(outputs, FIRST), workspace.credentials);
    await store.create(SECRET, { password: 'kept' });
    const { 'sys/policies/acl/zenml-admin': _old, ...before } = await snapshot(vault);

    const extended = await deploy([NEWCOMER, ...FEW]);
    expect(handedOver(extended, NEWCOMER)).toMatchObject({ mount_point: `secrets-${NEWCOMER}` });
    const { 'sys/policies/acl/zenml-admin': _new, ...after } = await snapshot(vault);
    expect(Object.keys(before).filter((path) => path.includes(FIRST)).length).toBeGreaterThan(2);
    expect(after).toMatchObject(before);
    const isOfNewcomer = (path: string) => path.includes(NEWCOMER);
    expect(Object.keys(after).filter((path) => !(path in before)).every(isOfNewcomer)).toBe(true);

    await expect(cdk.deploy(signal, { ...workspaces([NEWCOMER, ...FEW]), shardDigits: '2' })).rejects.toThrow(/The policy zenml-.* is there already, and belongs to/);
    const { 'sys/policies/acl/zenml-admin': _same, ...still } = await snapshot(vault);
    expect(still).toEqual(after);
    expect(await store.read(SECRET)).toEqual({ password: 'kept' });
  }, 300_000);

  test('one mount with one header, in several stacks', async () => {
    cdk = connectTo({ mountPath: 'zenml' });
    const [one, another, other] = FEW;
    const controlPlane = await ControlPlane.create(aws);
    const outputs = await deploy([one, another, other]);

    for (const id of [one, other]) {
      const { credentials } = await controlPlane.createWorkspace(id);
      const configuration = handedOver(outputs, id);
      expect(configuration).toMatchObject({ auth_mount_point: 'zenml', aws_header_value: 'zenml' });
      await (await ZenmlVaultStore.open(vault, configuration, credentials)).create(SECRET, {});
    }
  }, 300_000);
});
