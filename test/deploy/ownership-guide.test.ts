import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { CloudFormationClient, waitUntilStackDeleteComplete } from '@aws-sdk/client-cloudformation';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { RemovalPolicy } from 'aws-cdk-lib';
import { buildSync } from 'esbuild';
import { Stores } from './ownership-guide/app';
import { ACCOUNT, prepareAccount, REGION, SECRET, WORKSPACE } from '../../demo/account';
import { kvClaims } from '../../lambda/configure-vault/claims/mount-descriptions';
import { Owner } from '../../lambda/configure-vault/claims/owner';
import { readPolicyText } from '../../lambda/configure-vault/claims/policy-text';
import { environmentOf } from '../emulators/cdk-cli';
import { run } from '../emulators/child-process';
import { CloudFormation } from '../emulators/cloudformation';
import { EmbeddedVault } from '../emulators/embedded-vault';
import { useEmbeddedVault } from '../emulators/use-embedded-vault';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { ControlPlane, Principal } from '../emulators/zenml-pro';
import { ZenmlVaultStore } from '../emulators/zenml-vault';
import { wipe } from '../lambda/configure-vault/vault-under-test';

/*
 * The commands of docs/vault/ownership.md, run as they stand there by bash, the CDK CLI and the CLI of the Vault's server. After
 * each block the workspace tries whether it still logs in and reads its secret. The blocks are one story; what happens in it besides, an
 * engineer's change of the code or an accident, stands before the block.
 */

const ROOT = resolve(__dirname, '../..');
const PARTS = join(__dirname, 'ownership-guide');
const NAME = `zenml-${WORKSPACE}`;
const KV = `secrets-${WORKSPACE}`;
const aws = useEmbeddedAws({ region: REGION });
const vault = useEmbeddedVault();
let cloudFormation: CloudFormation;
let workspace: Principal;
let folder: string;
let environment: NodeJS.ProcessEnv;

/** The blocks of commands in the guide, by their headings. */
const COMMANDS = new Map<string, readonly string[]>(
  readFileSync(join(ROOT, 'docs/vault/ownership.md'), 'utf8').split(/^## /m).slice(1)
    .map((section): [string, string[]] => [
      section.slice(0, section.indexOf('\n')), [...section.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block]) => block),
    ])
    .filter(([, blocks]) => blocks.length > 0),
);

interface Block {
  readonly before?: () => unknown;
  /** What is in the code by then. */
  readonly stores?: Stores;
  readonly after: (said: string) => unknown;
}

const first = { roleName: 'zenml-first' };
const second = { roleName: 'zenml-second', kvMount: KV };

const STORY: { readonly [heading: string]: readonly Block[] } = {
  'Move from a configuration made by hand': [
    { before: configureByHand, stores: { Zenml: { SecretsStore: {} } }, after: () => expectAccess(NAME, 'Zenml/SecretsStore') },
    { after: () => expectAccess(NAME, 'Zenml/SecretsStore') },
  ],
  'Claims': [
    { after: (said) => expect(said).toMatch(/^# Claims of cdk-zenml-secrets-store on .*\n# {"stackId":"arn:.*"found":{.*\npath "secrets-.*\/config" {\n/) },
  ],
  'A policy whose claims somebody removed': [
    {
      before: async () => {
        await removeClaims();
        write({ Zenml: { SecretsStore: { kvMount: { removalPolicy: RemovalPolicy.DESTROY } } } });
        await expect(bash('npx cdk deploy --all')).rejects.toThrow(/belongs to nobody that we know[^]*UPDATE_ROLLBACK_FAILED/);
      },
      after: () => expectAccess(NAME, 'Zenml/SecretsStore'),
    },
  ],
  'Rename the construct': [
    { stores: { Zenml: { Renamed: {} } }, after: () => expectAccess(NAME, 'Zenml/Renamed') },
  ],
  'Change the name, the auth mount or the policy': [
    {
      stores: { Zenml: { Renamed: first } },
      after: async () => {
        await expectAccess('zenml-first', 'Zenml/Renamed');
        await expectNoAccess(NAME);
      },
    },
  ],
  'Change it without an outage': [
    {
      stores: { Zenml: { Renamed: first, Second: second } },
      after: async () => {
        await expectAccess('zenml-first', 'Zenml/Renamed');
        await expectAccess('zenml-second', 'Zenml/Second');
      },
    },
    {
      stores: { Zenml: { Second: second } },
      after: async () => {
        await expectAccess('zenml-second', 'Zenml/Second');
        await expectNoAccess('zenml-first');
      },
    },
  ],
  'Let a store go: `forget`': [
    {
      stores: { Zenml: { Second: { ...second, forget: true } } },
      after: async () => {
        await expectDeleted('Zenml');
        await expectAccess('zenml-second', 'Zenml/Second');
      },
    },
  ],
  'Move to another stack': [
    {
      before: deployAnew,
      stores: { Zenml: {}, Platform: { SecretsStore: {} } },
      after: async () => {
        await expectAccess(NAME, 'Zenml/SecretsStore', 'Platform/SecretsStore');
        remembered = [await policyText(NAME), await kvDescription()];
      },
    },
    { after: () => expectAccess(NAME, 'Platform/SecretsStore') },
    { after: () => expectAccess(NAME, 'Platform/SecretsStore') },
  ],
  'Claims of stores that are gone': [
    {
      // As if the Delete of the store in Zenml had been lost.
      before: async () => {
        const [policy, description] = remembered;
        await vault.call('POST', `sys/policies/acl/${NAME}`, { policy });
        await vault.call('POST', `sys/mounts/${KV}/tune`, { description });
        const { claims } = kvClaims(KV, await kvDescription())!;
        expect(ownersOf({ claims })).toEqual(['Zenml/SecretsStore', 'Platform/SecretsStore']);
        environment = { ...environment, GONE: claims[0].stackId };
      },
      after: () => expectAccess(NAME, 'Platform/SecretsStore'),
    },
    {
      after: async () => {
        expect(ownersOf(kvClaims(KV, await kvDescription())!)).toEqual(['Platform/SecretsStore']);
        await cloudFormation.delete('Platform');
        await expectNoAccess(NAME);
      },
    },
  ],
  'A Delete that fails with "still lets the workspace in"': [
    {
      before: failToDelete,
      after: async () => {
        await expectDeleted('Zenml');
        await expectNoAccess(NAME);
      },
    },
    {
      before: failToDelete,
      after: async () => {
        await expectDeleted('Zenml');
        await expectAccess(NAME);
      },
    },
  ],
  'Delete': [
    {
      before: deployAnew,
      after: async () => {
        await expectNoAccess(NAME);
        expect((await vault.call('GET', `${KV}/data/zenml/${SECRET}`)).status).toBe(200);
      },
    },
    {
      before: deployAnew,
      stores: { Zenml: { SecretsStore: { kvMount: { removalPolicy: RemovalPolicy.DESTROY, destroySecrets: true } } } },
      after: () => expectAccess(NAME, 'Zenml/SecretsStore'),
    },
    {
      after: async () => {
        await expectNoAccess(NAME);
        expect((await vault.call('GET', 'sys/mounts')).body.data).not.toHaveProperty([`${KV}/`]);
      },
    },
  ],
};

/** The text of the policy and the description of the KV mount, with the claims of two stacks. */
let remembered: [string, string];
/** The administrator's policy and the template of a store of defaults. */
let plain: string[] | undefined;

beforeAll(async () => {
  await prepareAccount(aws);
  cloudFormation = new CloudFormation(aws, ACCOUNT, REGION);
  workspace = await (await ControlPlane.create(aws)).createWorkspace(WORKSPACE);
  const secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
  await secrets.send(new CreateSecretCommand({ Name: 'vault/administrator', SecretString: '{"token":"administrator"}' }));
  await vault.call('POST', 'auth/token/create', { id: 'administrator', policies: ['zenml-admin'], no_default_policy: true });

  // As deep as the sources, so that the app finds the function. In one file it starts in a second, where tsx takes three.
  folder = mkdtempSync(join(ROOT, '.cache', 'ownership-guide-'));
  const entryPoints = ['app.ts', 'aws-cli.ts'].map((name) => join(PARTS, name));
  buildSync({ entryPoints, outdir: folder, bundle: true, packages: 'external', platform: 'node', logLevel: 'error' });
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: 'node app.js', requireApproval: 'never' }));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync((await EmbeddedVault.install()).binary, join(bin, 'vault'));
  writeFileSync(join(bin, 'aws'), `#!/bin/sh\nexec node ${join(folder, 'aws-cli.js')} "$@"\n`);
  chmodSync(join(bin, 'aws'), 0o755);
  environment = {
    ...environmentOf(aws, ACCOUNT, REGION),
    PATH: bin + delimiter + process.env.PATH,
    HOME: folder,
    NODE_OPTIONS: `--require ${join(PARTS, 'impatient.cjs')}`,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    VAULT_ADDR: vault.address,
    VAULT_TOKEN: vault.rootToken,
    STS_ENDPOINT: aws.endpoint,
  };
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bash(commands: string): Promise<string> {
  return run('bash', ['-euo', 'pipefail', '-c', commands], { cwd: folder, env: environment });
}

function write(stores: Stores) {
  writeFileSync(join(folder, 'stores.json'), JSON.stringify(stores));
}

/** As ZenML's documentation has it done, with the policy and the KV mount that it takes for granted, and a secret in use. */
async function configureByHand() {
  writeFileSync(join(folder, 'by-hand.hcl'), `path "${KV}/*" { capabilities = ["create", "read", "update", "delete"] }`);
  await bash(`
    vault auth enable aws
    vault write auth/aws/config/client iam_server_id_header_value=${WORKSPACE} sts_region=eu-central-1 sts_endpoint=${aws.endpoint}
    vault write auth/aws/role/${NAME} auth_type=iam bound_iam_principal_arn=arn:aws:iam::715803424590:role/${NAME} \\
      resolve_aws_unique_ids=false policies=${NAME} ttl=1h max_ttl=24h
    vault policy write ${NAME} by-hand.hcl
    vault secrets enable -path=${KV} -version=2 kv
  `);
  await (await open(NAME)).create(SECRET, { password: 'kept' });
}

/** A store in an empty Vault, so that it makes all by itself, with a secret in use. The stack of its connection is there. */
async function deployAnew() {
  await wipe(vault);
  if (plain === undefined) {
    write({ Zenml: { SecretsStore: {} } });
    await bash('npx cdk synth --quiet');
    plain = ['Vault.Connection.hcl', 'Zenml.template.json'].map((name) => readFileSync(join(folder, 'cdk.out', name), 'utf8'));
  }
  const [policy, template] = plain;
  await vault.call('POST', 'sys/policies/acl/zenml-admin', { policy });
  await cloudFormation.deploy('Zenml', JSON.parse(template));
  await (await open(NAME)).create(SECRET, { password: 'kept' });
}

async function failToDelete() {
  await deployAnew();
  await removeClaims();
  await expect(cloudFormation.delete('Zenml')).rejects.toThrow('still lets the workspace in');
}

async function removeClaims() {
  await bash(`vault policy read ${NAME} | grep -v '^#' | vault policy write ${NAME} -`);
}

async function open(role: string): Promise<ZenmlVaultStore> {
  const configuration = { vault_addr: vault.address, mount_point: KV, aws_role: role, aws_header_value: WORKSPACE };
  return ZenmlVaultStore.open(vault, configuration, workspace.credentials);
}

/** The workspace logs in as that role and reads its secret. The policy has the claims of these, the oldest first. */
async function expectAccess(role: string, ...owners: string[]) {
  expect(await (await open(role)).read(SECRET)).toEqual({ password: 'kept' });
  expect(ownersOf(readPolicyText(await policyText(role)))).toEqual(owners);
}

async function expectNoAccess(role: string) {
  await expect(open(role)).rejects.toThrow(`400: entry for role ${role} not found`);
}

async function expectDeleted(stack: string) {
  const client = new CloudFormationClient(aws.client(aws.root(ACCOUNT), REGION));
  await waitUntilStackDeleteComplete({ client, maxWaitTime: 30, minDelay: 0.05, maxDelay: 0.25 }, { StackName: stack });
}

async function policyText(name: string): Promise<string> {
  return (await vault.call('GET', `sys/policies/acl/${name}`)).body.data.policy;
}

async function kvDescription(): Promise<string> {
  return (await vault.call('GET', `sys/mounts/${KV}`)).body.data.description;
}

function ownersOf({ claims }: { readonly claims: readonly Owner[] }): string[] {
  return claims.map(({ stackId, logicalId }) => `${stackId.split('/')[1]}/${logicalId}`);
}

test('every block of commands in the guide has its place in the story', () => {
  const counts = (sections: Iterable<[string, readonly unknown[]]>) => (
    Object.fromEntries([...sections].map(([name, { length }]) => [name, length]))
  );

  expect(counts(COMMANDS)).toEqual(counts(Object.entries(STORY)));
});

test.each(Object.entries(STORY))('%s', async (heading, blocks) => {
  for (const [index, { before, stores, after }] of blocks.entries()) {
    await before?.();
    if (stores !== undefined) {
      write(stores);
    }
    const said = await bash(COMMANDS.get(heading)![index]);
    await after(said);
  }
}, 120_000);
