import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import {
  AwsSecretsStore, AwsSecretsStoreFleet, AwsSecretsStoreProps, AzureAuthentication, CredentialOptions, GcpAuthentication, SecretsIsolation,
  SecretsStoreConfiguration, VaultAdministrator, VaultAuthentication, VaultAuthMount, VaultAwsAdministratorOptions, VaultAwsOptions,
  VaultCertificateAuthority, VaultConnection, VaultConnectionProps, VaultKvMount, VaultPolicy, VaultSecretsStore, VaultSecretsStoreFleet,
  VaultSecretsStoreProps, WorkspaceConfiguration, WorkspaceTrust, ZenmlWorkspace,
} from '../../src';
import { ACCOUNT, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';
import { CERTIFICATE } from '../vault/certificate';

const ADDRESS = 'https://vault.example.com';
const PARTITION_LITERALS = '@aws-cdk/core:enablePartitionLiterals';

const workspace = ZenmlWorkspace.fromId(WORKSPACE_ID);
const roleNamed = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

function secretIn(scope: Construct) {
  const arn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:vault/administrator-AbCdEf`;
  return secretsmanager.Secret.fromSecretCompleteArn(scope, 'Secret', arn);
}

function connect(stack: Stack, props: Partial<VaultConnectionProps> = {}) {
  const { administrator = VaultAdministrator.token(secretIn(stack)) } = props;
  return new VaultConnection(stack, 'Vault', { address: ADDRESS, ...props, administrator });
}

function storeIn(stack: Stack, props: Partial<VaultSecretsStoreProps> = {}, connection = connect(stack)) {
  return new VaultSecretsStore(stack, 'Store', { workspace, connection, ...props });
}

const awsAdministrator = (options: Partial<VaultAwsAdministratorOptions>) => VaultAdministrator.aws({ roleName: 'zenml', ...options });

function handOver(stack: Stack, secretsStore: SecretsStoreConfiguration) {
  return new WorkspaceConfiguration(stack, 'Store', { secretsStore });
}

function federate(stack: Stack, projectNumber: string, by = workspace) {
  const authentication = GcpAuthentication.externalAccount({ workspace: by, projectNumber, pool: 'zenml', provider: 'zenml' });
  const configuration = handOver(stack, SecretsStoreConfiguration.gcp({ projectId: 'project-1', authentication }));
  return [configuration.renderSetupCommands(), configuration.renderSetupTerraform()];
}

function handOverKey(stack: Stack, options: CredentialOptions) {
  const authentication = GcpAuthentication.serviceAccount(secretIn(stack), options);
  return handOver(stack, SecretsStoreConfiguration.gcp({ projectId: 'project-1', authentication }));
}

type Case = readonly [prop: string, good: string, bad: string, use: (stack: Stack, value: string) => unknown];

const awsStoreIn = (stack: Stack, props: Partial<AwsSecretsStoreProps>) => new AwsSecretsStore(stack, 'Store', { workspace, ...props });
const parameter = (stack: Stack, name = '/zenml/value') => ssm.StringParameter.valueFromLookup(stack, name);

const awsStore: Case[] = [
  ['workspace id', WORKSPACE_ID, 'my-workspace', (stack, id) => awsStoreIn(stack, { workspace: ZenmlWorkspace.fromId(id) })],
  ['controlPlaneAccount', ACCOUNT, '1234', (stack, controlPlaneAccount) => awsStoreIn(stack, {
    workspace: ZenmlWorkspace.fromId(WORKSPACE_ID, { controlPlaneAccount }),
  })],
  ['workspace principal', roleNamed('pod'), `arn:aws:iam::${ACCOUNT}:root`, (stack, arn) => awsStoreIn(stack, {
    workspace: ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, arn),
  })],
  ['workspace principal', roleNamed('pod'), 'arn:aws-cn:iam::111122223333:role/pod', (stack, arn) => awsStoreIn(stack, {
    workspace: ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, arn), trust: WorkspaceTrust.roleByArn(),
  })],
  ['region', 'eu-west-1', 'Ireland', (stack, region) => awsStoreIn(stack, { region })],
  ['roleName', 'zenml-store', 'zenml/store', (stack, roleName) => awsStoreIn(stack, { roleName })],
  ['rolePath', '/zenml/', 'zenml', (stack, rolePath) => awsStoreIn(stack, { rolePath })],
  ['serverId', OTHER_WORKSPACE_ID, 'server', (stack, serverId) => awsStoreIn(stack, {
    isolation: SecretsIsolation.workspace({ serverId }),
  })],
];

const vaultConnection: Case[] = [
  ['address', ADDRESS, 'http://vault.example.com', (stack, address) => storeIn(stack, {}, connect(stack, { address }))],
  ['address', 'vault.example.com', 'vault.example.com/v1', (stack, host) => connect(stack, { address: `https://${host}` })],
  ['vaultNamespace', 'admin/zenml', '/admin/', (stack, vaultNamespace) => connect(stack, { vaultNamespace })],
  ['administrator vaultNamespace', 'admin', 'other', (stack, vaultNamespace) => connect(stack, {
    vaultNamespace: 'admin/zenml', administrator: VaultAdministrator.token(secretIn(stack), { vaultNamespace }),
  })],
  ['administrator mountPath', 'aws-2', 'a/../b', (stack, mountPath) => connect(stack, { administrator: awsAdministrator({ mountPath }) })],
  ['administrator roleName', 'zenml-2', 'Zen ML', (stack, roleName) => connect(stack, { administrator: awsAdministrator({ roleName }) })],
  ['administrator headerValue', 'vault', 'a b', (stack, headerValue) => connect(stack, {
    administrator: awsAdministrator({ headerValue }),
  })],
  ['administrator stsRegion', REGION, 'EU', (stack, stsRegion) => connect(stack, { administrator: awsAdministrator({ stsRegion }) })],
  ['administrator', 'vault/administrator', 'zenml/administrator', (stack, name) => connect(stack, {
    administrator: VaultAdministrator.token(secretsmanager.Secret.fromSecretNameV2(stack, 'Named', name)),
  })],
  ['certificateAuthority', CERTIFICATE, 'no certificate', (stack, pem) => connect(stack, {
    certificateAuthority: VaultCertificateAuthority.fromPem(pem),
  })],
];

const aws = (options: VaultAwsOptions) => ({ authentication: VaultAuthentication.aws(options) });

const vaultStore: Case[] = [
  ['workspace id', WORKSPACE_ID, 'my-workspace', (stack, id) => storeIn(stack, { workspace: ZenmlWorkspace.fromId(id) })],
  ['workspace principal', roleNamed('path/pod'), `arn:aws:iam::${ACCOUNT}:root`, (stack, arn) => storeIn(stack, {
    workspace: ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, arn),
  })],
  ['roleName', 'zenml-store', 'root', (stack, roleName) => storeIn(stack, { roleName })],
  ['policy', 'zenml-store', 'default', (stack, name) => storeIn(stack, { policy: VaultPolicy.existing(name) })],
  ['kvMount', 'zenml', 'sys', (stack, path) => storeIn(stack, { kvMount: VaultKvMount.existing(path) })],
  ['authentication mount', 'zenml', 'sys', (stack, path) => storeIn(stack, aws({ mount: VaultAuthMount.existing(path) }))],
  ['headerValue', 'zenml', 'a b', (stack, headerValue) => storeIn(stack, aws({ headerValue }))],
  ['stsEndpoint', 'https://sts.us-east-1.amazonaws.com', 'sts', (stack, stsEndpoint) => storeIn(stack, aws({ stsEndpoint }))],
  ['stsRegion', 'us-east-1', 'US', (stack, stsRegion) => storeIn(stack, aws({ stsRegion }))],
  ['tokenBoundCidrs', '192.0.2.0/24', '192.0.2', (stack, cidr) => storeIn(stack, { tokenBoundCidrs: [cidr] })],
];

const configuration: Case[] = [
  ['region', REGION, 'EU', (stack, region) => handOver(stack, SecretsStoreConfiguration.aws({ region }))],
  ['roleArn', roleNamed('store'), 'store', (stack, roleArn) => handOver(stack, SecretsStoreConfiguration.aws({ region: REGION, roleArn }))],
  ['address', ADDRESS, 'vault', (stack, address) => handOver(stack, SecretsStoreConfiguration.hashicorp({
    address, mountPoint: 'secrets', role: 'zenml',
  }))],
  ['projectNumber', '123456', 'project-1', federate],
  ['workspace principal', roleNamed('path/pod'), 'pod', (stack, arn) => {
    federate(stack, '1', ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, arn));
  }],
  ['field', 'key', 'a:b', (stack, field) => handOverKey(stack, { field })],
  ['versionId', OTHER_WORKSPACE_ID, '1', (stack, versionId) => handOverKey(stack, { versionId })],
  ['keyVaultName', 'zenml', 'zenml.vault.azure.net', (stack, keyVaultName) => handOver(stack, SecretsStoreConfiguration.azure({
    keyVaultName,
    subscriptionId: OTHER_WORKSPACE_ID,
    resourceGroup: 'zenml',
    authentication: AzureAuthentication.implicit({ principalId: OTHER_WORKSPACE_ID }),
  })).renderSetupCommands()],
];

/** Runs an app as CDK's command does, which looks up what is missing and runs it again. */
function run(context: { [key: string]: unknown }, build: (stack: Stack) => unknown) {
  const app = new App({ context });
  build(new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } }));
  return app.synth();
}

function lookUp(context: { [key: string]: unknown }, value: unknown, build: (stack: Stack) => unknown) {
  const { missing = [] } = run(context, build).manifest;
  expect(missing).toHaveLength(1);
  const assembly = run({ ...context, [missing[0].key]: value }, build);
  expect(assembly.manifest.missing ?? []).toEqual([]);
  const templates = JSON.stringify(assembly.stacks.map(({ template }) => template));
  expect(templates).not.toMatch(/dummy/i);
  return templates;
}

describe.each([
  ['AwsSecretsStore', awsStore], ['VaultConnection', vaultConnection], ['VaultSecretsStore', vaultStore], ['hand-off', configuration],
])('a parameter that CDK looks up, in %s', (_, cases) => {
  test.each(cases)('%s: the first run passes, then %j is taken', (_prop, good, _bad, use) => {
    lookUp({}, good, (stack) => use(stack, parameter(stack)));
  });

  test.each(cases)('%s: the first run passes, then in place of %j %j is refused', (prop, _good, bad, use) => {
    expect(() => lookUp({}, bad, (stack) => use(stack, parameter(stack))))
      .toThrow(new RegExp(`^Stack/(Store|Vault): ${prop} .*${bad.replace(/[/.]/g, '\\$&')}`));
  });
});

describe('the values that were looked up', () => {
  test('the id of a workspace is lowered, and gets into names and tags', () => {
    const templates = lookUp({}, WORKSPACE_ID.toUpperCase(), (stack) => awsStoreIn(stack, {
      workspace: ZenmlWorkspace.fromId(parameter(stack, '/zenml/workspace-id')),
      isolation: SecretsIsolation.workspace(),
    }));

    expect(templates).toContain(`"RoleName":"zenml-${WORKSPACE_ID}"`);
    expect(templates).toContain(`"aws:ResourceTag/zenml":"${WORKSPACE_ID}"`);
  });

  test('the account of a principal is trusted', () => {
    const templates = lookUp({}, 'arn:aws:iam::444455556666:role/pod', (stack) => awsStoreIn(stack, {
      workspace: ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, parameter(stack, '/zenml/pod')),
      trust: WorkspaceTrust.roleByArn(),
    }));

    expect(templates).toContain(':iam::444455556666:root"');
  });

  test('roleName and rolePath get into the role', () => {
    const templates = lookUp({}, '/zenml/', (stack) => awsStoreIn(stack, {
      rolePath: parameter(stack, '/zenml/path'),
    }));

    expect(templates).toContain('"Path":"/zenml/"');
  });
});

describe('several look-ups', () => {
  const missingOf = (build: (stack: Stack) => unknown) => run({}, build).manifest.missing!.map(({ props }) => (props as any).parameterName);

  test.each([
    ['AwsSecretsStoreFleet', (stack: Stack, workspaces: ZenmlWorkspace[]) => new AwsSecretsStoreFleet(stack.node.root, 'Stores', {
      workspaces,
    })],
    ['VaultSecretsStoreFleet', (stack: Stack, workspaces: ZenmlWorkspace[]) => new VaultSecretsStoreFleet(stack.node.root, 'Stores', {
      workspaces, connection: connect(stack),
    })],
  ])('%s has a store for each workspace', (_, make) => {
    const missing = missingOf((stack) => {
      const ids = ['/zenml/a', '/zenml/b'].map((name) => parameter(stack, name));
      const fleet = make(stack, ids.map((id) => ZenmlWorkspace.fromId(id)));

      expect(fleet.storeOf(ids[1])).toBe(fleet.stores[1]);
    });

    expect(missing).toEqual(['/zenml/a', '/zenml/b']);
  });

  test('two Vaults are not taken for one', () => {
    const missing = missingOf((stack) => ['/vault/a', '/vault/b'].map((name, index) => {
      const within = new Construct(stack, `Vault${index}`);
      const connection = new VaultConnection(within, 'Vault', {
        address: `https://${parameter(stack, name)}`, administrator: VaultAdministrator.token(secretIn(within)),
      });
      return new VaultSecretsStore(within, 'Store', { workspace, connection });
    }));

    expect(missing).toEqual(['/vault/a', '/vault/b']);
  });

  test('two stores on one auth mount may have the same header value in the end', () => {
    const missing = missingOf((stack) => {
      const connection = connect(stack);
      storeIn(stack, aws({ headerValue: 'vault.example.com' }), connection);
      storeIn(new Stack(stack.node.root as App, 'Other', { env: { account: ACCOUNT, region: REGION } }), {
        ...aws({ headerValue: parameter(stack, '/zenml/header') }), workspace: ZenmlWorkspace.fromId(OTHER_WORKSPACE_ID),
      }, connection);
    });

    expect(missing).toEqual(['/zenml/header']);
  });

  test('a connection below the namespace of its administrator', () => {
    const missing = missingOf((stack) => connect(stack, {
      vaultNamespace: parameter(stack, '/vault/namespace'),
      administrator: VaultAdministrator.token(secretIn(stack), { vaultNamespace: parameter(stack, '/vault/parent') }),
    }));

    expect(missing).toEqual(['/vault/namespace', '/vault/parent']);
  });

  test('a store in a region that is looked up elsewhere', () => {
    const missing = missingOf((stack) => {
      const there = new Stack(stack.node.root as App, 'There', { env: { account: ACCOUNT, region: parameter(stack, '/zenml/region') } });
      new AwsSecretsStore(there, 'Store', { workspace });
    });

    expect(missing).toEqual(['/zenml/region']);
  });
});

describe.each([[{}], [{ [PARTITION_LITERALS]: true }]])('a role that CDK looks up, with %j', (context) => {
  const found = (name: string, account = ACCOUNT) => [{ Arn: `arn:aws:iam::${account}:role/${name}` }];
  const pod = (stack: Stack) => iam.Role.fromLookup(stack, 'Pod', { roleName: 'pod' });

  test.each<[string, (stack: Stack, role: iam.IRole) => unknown]>([
    ['the role of an AwsSecretsStore', (stack, role) => awsStoreIn(stack, { role })],
    ['the role of a workspace that assumes another', (stack, role) => awsStoreIn(stack, {
      workspace: ZenmlWorkspace.fromRole(WORKSPACE_ID, role),
    })],
    ['the role of a workspace that is trusted by its ARN', (stack, role) => awsStoreIn(stack, {
      workspace: ZenmlWorkspace.fromRole(WORKSPACE_ID, role), trust: WorkspaceTrust.roleByArn(),
    })],
    ['the role of a workspace that logs in to Vault', (stack, role) => storeIn(stack, {
      workspace: ZenmlWorkspace.fromRole(WORKSPACE_ID, role),
    })],
    ['the role of a workspace that logs in to GCP', (stack, role) => federate(stack, '1', ZenmlWorkspace.fromRole(WORKSPACE_ID, role))],
    ['the role of a VaultConnection', (stack, role) => connect(stack, { role })],
  ])('%s: the first run passes, then the role is taken', (_, use) => {
    lookUp(context, found('pod'), (stack) => use(stack, pod(stack)));
  });

  test('the policy is attached to the role that was found', () => {
    const templates = lookUp(context, found('pod'), (stack) => awsStoreIn(stack, { role: pod(stack) }));

    expect(templates).toContain('"Roles":["pod"]');
  });

  test('a role of another account that was found is refused', () => {
    expect(() => lookUp(context, found('pod', '444455556666'), (stack) => awsStoreIn(stack, { role: pod(stack) })))
      .toThrow('Stack/Store: role "arn:aws:iam::444455556666:role/pod" takes no policy, so the workspace could reach no secret.');
  });
});
