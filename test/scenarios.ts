import {
  App, Aspects, BootstraplessSynthesizer, CfnParameter, CfnResource, Duration, Environment, IAspect, InjectionContext, IPropertyInjector,
  PropertyInjectors, RemovalPolicies, RemovalPolicy, Stack, StackProps, Tags,
} from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import { IConstruct } from 'constructs';
import {
  AwsAuthentication, AwsSecretsStore, AzureAuthentication, GcpAuthentication, SecretsIsolation, SecretsStoreConfiguration,
  VaultAdministrator, VaultAuthentication, VaultAuthMount, VaultCertificateAuthority, VaultConnection, VaultKvMount, VaultSecretsStore,
  WorkspaceConfiguration, WorkspaceTrust, ZenmlWorkspace,
} from '../src';
import { addSecretsStore, ISOLATIONS } from '../templates/secrets-store-template';

export const WORKSPACE_ID = '123e4567-e89b-12d3-a456-426614174000';
export const OTHER_WORKSPACE_ID = '9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b';
export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';
export const BOUNDARY = 'security-team-boundary';
export const HAND_MADE_ROLE = 'made-by-hand';
/** Secrets that somebody made, with credentials for other clouds: one is the file of a service account's key, the other has fields. */
export const GCP_KEY_SECRET = 'credentials/gcp';
export const AZURE_SECRET = 'credentials/azure';

const NO_VAULT = 'its Vault is not there; see vault-store.test.ts';

export interface Scenario {
  readonly name: string;
  readonly env?: Environment;
  readonly stackProps?: StackProps;
  readonly context?: { [flag: string]: unknown };
  /** Values for the parameters of the template, where it has some without a default. */
  readonly parameters?: { [name: string]: string };
  /** Why the embedded AWS cannot deploy it, where it cannot. */
  readonly notDeployed?: string;
  /** What is handed over, where it is not only stores in AWS. */
  readonly types?: string[];
  readonly build: (stack: Stack) => void;
}

const hosted = () => ZenmlWorkspace.fromId(WORKSPACE_ID);

function allFlags(value: (recommended: unknown) => unknown) {
  return Object.fromEntries(Object.entries(recommendedFlags).map(([flag, recommended]) => [flag, value(recommended)]));
}

/** Each is a template that a user may come to, and is compared, linted, audited and deployed. */
export const SCENARIOS: Scenario[] = [
  {
    name: 'defaults',
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', { workspace: hosted() }),
  },
  {
    name: 'known environment',
    env: { account: ACCOUNT, region: REGION },
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', { workspace: hosted() }),
  },
  {
    name: 'every prop of the role',
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', {
      workspace: hosted(),
      roleName: 'ZenmlSecrets',
      rolePath: '/vendors/zenml/',
      description: 'Secrets of the ZenML workspace of team A',
      permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', BOUNDARY),
      trust: WorkspaceTrust.roleByArn(),
    }),
  },
  {
    name: 'only what ZenML calls on its own secrets',
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', { workspace: hosted(), isolation: SecretsIsolation.zenmlSecrets() }),
  },
  {
    name: 'many workspaces apart from each other',
    build: (stack) => {
      for (const id of [WORKSPACE_ID, OTHER_WORKSPACE_ID]) {
        new AwsSecretsStore(stack, `SecretsStore-${id}`, { workspace: ZenmlWorkspace.fromId(id), isolation: SecretsIsolation.workspace() });
      }
    },
  },
  {
    name: 'a database first created by open-source ZenML',
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', {
      workspace: hosted(),
      isolation: SecretsIsolation.workspace({ serverId: OTHER_WORKSPACE_ID }),
    }),
  },
  {
    name: 'customer-managed keys',
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', {
      workspace: hosted(),
      encryptionKeys: [
        new kms.Key(stack, 'Key', { enableKeyRotation: true }),
        kms.Key.fromKeyArn(stack, 'Imported', `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`),
      ],
    }),
  },
  {
    name: 'own role',
    build: (stack) => {
      const role = new iam.Role(stack, 'OwnRole', { assumedBy: new iam.ArnPrincipal(hosted().principalArn) });
      new AwsSecretsStore(stack, 'SecretsStore', { workspace: hosted(), role });
    },
  },
  {
    name: 'imported role',
    build: (stack) => {
      const role = iam.Role.fromRoleName(stack, 'HandMade', HAND_MADE_ROLE);
      new AwsSecretsStore(stack, 'SecretsStore', { workspace: hosted(), role });
    },
  },
  {
    name: 'hybrid workspace that assumes a role',
    build: (stack) => {
      const pod = new iam.Role(stack, 'Pod', { assumedBy: new iam.ServicePrincipal('pods.eks.amazonaws.com') });
      const store = new AwsSecretsStore(stack, 'SecretsStore', {
        workspace: ZenmlWorkspace.fromRole(WORKSPACE_ID, pod), trust: WorkspaceTrust.roleByArn(),
      });
      store.role!.grantAssumeRole(pod);
    },
  },
  {
    name: 'hybrid workspace that assumes no role',
    build: (stack) => {
      const pod = new iam.Role(stack, 'Pod', { assumedBy: new iam.ServicePrincipal('pods.eks.amazonaws.com') });
      new AwsSecretsStore(stack, 'SecretsStore', {
        workspace: ZenmlWorkspace.fromRole(WORKSPACE_ID, pod),
        authentication: AwsAuthentication.implicit({ assumeRole: false }),
      });
    },
  },
  {
    name: 'backup store in another region',
    build: (stack) => {
      const store = new AwsSecretsStore(stack, 'SecretsStore', { workspace: hosted(), outputs: false });
      const backup = new AwsSecretsStore(stack, 'Backup', { workspace: hosted(), role: store.role, region: 'eu-west-1', outputs: false });
      new WorkspaceConfiguration(stack, 'Handoff', { secretsStore: store.configuration, backupSecretsStore: backup.configuration });
    },
  },
  {
    name: 'access key',
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', { workspace: hosted(), authentication: AwsAuthentication.secretKey() }),
  },
  {
    name: 'access key that assumes a role, in the middle of its rotation, with every prop',
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', {
      workspace: hosted(),
      authentication: AwsAuthentication.iamRole({ serial: 2, previousSerial: 1 }),
      isolation: SecretsIsolation.zenmlSecrets(),
      roleName: 'ZenmlSecrets',
      rolePath: '/vendors/zenml/',
      permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', BOUNDARY),
      configurationEncryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
    }),
  },
  {
    name: 'sessions by access key',
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', { workspace: hosted(), authentication: AwsAuthentication.sessionToken() }),
  },
  {
    name: 'federated sessions by access key, of one workspace',
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', {
      workspace: hosted(), authentication: AwsAuthentication.federationToken(), isolation: SecretsIsolation.workspace(),
    }),
  },
  {
    name: 'access key, with a backup store by role',
    build: (stack) => {
      const store = new AwsSecretsStore(stack, 'SecretsStore', {
        workspace: hosted(), authentication: AwsAuthentication.secretKey(), outputs: false,
      });
      const backup = new AwsSecretsStore(stack, 'Backup', { workspace: hosted(), region: 'eu-west-1', outputs: false });
      new WorkspaceConfiguration(stack, 'Handoff', { secretsStore: store.configuration, backupSecretsStore: backup.configuration });
    },
  },
  {
    name: 'GCP by federation, with a backup store in AWS',
    types: ['gcp', 'aws'],
    build: (stack) => {
      const backup = new AwsSecretsStore(stack, 'Backup', { workspace: hosted(), outputs: false });
      const authentication = GcpAuthentication.externalAccount({
        workspace: hosted(),
        projectNumber: '123456789012',
        pool: 'zenml-workspace',
        provider: 'zenml-aws',
        serviceAccountEmail: 'zenml-secrets@my-project-123456.iam.gserviceaccount.com',
      });
      new WorkspaceConfiguration(stack, 'Handoff', {
        secretsStore: SecretsStoreConfiguration.gcp({ projectId: 'my-project-123456', authentication }),
        backupSecretsStore: backup.configuration,
      });
    },
  },
  {
    name: 'GCP by the key of a service account that impersonates another, with a backup store in Azure',
    types: ['gcp', 'azure'],
    build: (stack) => {
      const gcp = GcpAuthentication.impersonation(secretsmanager.Secret.fromSecretNameV2(stack, 'GcpKey', GCP_KEY_SECRET), {
        targetPrincipal: 'zenml-secrets@my-project-123456.iam.gserviceaccount.com',
      });
      const azure = AzureAuthentication.servicePrincipal(secretsmanager.Secret.fromSecretNameV2(stack, 'Azure', AZURE_SECRET), {
        tenantId: '11111111-aaaa-4bbb-8ccc-222222222222', clientId: '33333333-aaaa-4bbb-8ccc-444444444444', field: 'client_secret',
      });
      new WorkspaceConfiguration(stack, 'Handoff', {
        secretsStore: SecretsStoreConfiguration.gcp({ projectId: 'my-project-123456', authentication: gcp }),
        backupSecretsStore: SecretsStoreConfiguration.azure({
          keyVaultName: 'zenml-secrets', authentication: azure, subscriptionId: '55555555-aaaa-4bbb-8ccc-666666666666',
        }),
        encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
      });
    },
  },
  {
    name: 'staging control plane',
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', {
      workspace: ZenmlWorkspace.fromId(WORKSPACE_ID, { controlPlaneAccount: '339712793861' }),
    }),
  },
  {
    name: 'tokens wherever a prop takes them',
    parameters: {
      WorkspaceId: WORKSPACE_ID,
      ServerId: OTHER_WORKSPACE_ID,
      ControlPlane: '339712793861',
      Name: 'from-parameter',
      Path: '/from/parameter/',
      Region: 'eu-west-1',
    },
    build: (stack) => {
      const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;
      new AwsSecretsStore(stack, 'SecretsStore', {
        workspace: ZenmlWorkspace.fromId(parameter('WorkspaceId'), { controlPlaneAccount: parameter('ControlPlane') }),
        isolation: SecretsIsolation.workspace({ serverId: parameter('ServerId') }),
        trust: WorkspaceTrust.roleByArn(),
        roleName: parameter('Name'),
        rolePath: parameter('Path'),
        region: parameter('Region'),
        description: `Secrets in ${stack.region}`,
      });
    },
  },
  {
    name: 'without outputs',
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', { workspace: hosted(), outputs: false }),
  },
  {
    name: 'account without bootstrap',
    stackProps: { synthesizer: new BootstraplessSynthesizer() },
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', { workspace: hosted() }),
  },
  {
    name: 'whole-tree settings',
    build: (stack) => {
      new AwsSecretsStore(stack, 'SecretsStore', { workspace: hosted() });
      iam.PermissionsBoundary.of(stack).apply(iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', BOUNDARY));
      Tags.of(stack).add('team', 'platform');
      RemovalPolicies.of(stack).retain();
      Aspects.of(stack).add(new NoteOnEveryResource());
    },
  },
  {
    name: 'blueprint',
    build: (stack) => {
      PropertyInjectors.of(stack).add(new RolesOfThisCompany());
      new AwsSecretsStore(stack, 'SecretsStore', { workspace: hosted() });
    },
  },
  {
    name: 'all recommended feature flags',
    context: allFlags((recommended) => recommended),
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', { workspace: hosted(), isolation: SecretsIsolation.workspace() }),
  },
  {
    name: 'no feature flags',
    context: allFlags(() => false),
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', { workspace: hosted(), isolation: SecretsIsolation.workspace() }),
  },
  {
    name: 'Vault',
    notDeployed: NO_VAULT,
    build: (stack) => {
      const token = secretsmanager.Secret.fromSecretCompleteArn(
        stack, 'Token', `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:vault/zenml-AbCdEf`,
      );
      const connection = new VaultConnection(stack, 'Vault', { address: 'https://vault.example.com:8200', administrator: VaultAdministrator.token(token) });
      new VaultSecretsStore(stack, 'SecretsStore', { workspace: hosted(), connection });
    },
  },
  {
    name: 'Vault in a VPC, with every prop',
    env: { account: ACCOUNT, region: REGION },
    notDeployed: NO_VAULT,
    build: (stack) => {
      const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-12345678',
        availabilityZones: [`${REGION}a`],
        privateSubnetIds: ['subnet-12345678'],
        privateSubnetRouteTableIds: ['rtb-12345678'],
      });
      const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
      const connection = new VaultConnection(stack, 'Vault', {
        address: 'https://vault.example.com:8200',
        vaultNamespace: 'admin/zenml',
        administrator: VaultAdministrator.appRole(secretsmanager.Secret.fromSecretAttributes(stack, 'AppRole', {
          secretCompleteArn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:vault/zenml-AbCdEf`, encryptionKey: key,
        }), { vaultNamespace: 'admin' }),
        certificateAuthority: VaultCertificateAuthority.fromSecret(secretsmanager.Secret.fromSecretCompleteArn(
          stack, 'Authority', `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:vault/authority-AbCdEf`,
        )),
        vpc,
        timeout: Duration.minutes(5),
      });
      connection.connections.allowTo(ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.tcp(8200));
      new VaultSecretsStore(stack, 'SecretsStore', {
        workspace: hosted(),
        connection,
        authentication: VaultAuthentication.aws({
          mount: VaultAuthMount.managed('zenml-aws'),
          headerValue: 'vault.example.com',
          tokenTtl: Duration.minutes(30),
          tokenMaxTtl: Duration.hours(8),
        }),
        roleName: 'zenml-production',
        kvMount: VaultKvMount.managed({ path: 'zenml-secrets', removalPolicy: RemovalPolicy.DESTROY }),
        tokenBoundCidrs: ['192.0.2.0/24'],
        tokenNoDefaultPolicy: true,
        takeOver: true,
        planOnly: true,
      });
    },
  },
  ...([
    ['an AppRole', VaultAuthentication.appRole({ serial: 2, previousSerial: 1 })],
    ['a token', VaultAuthentication.token()],
  ] as const).map(([name, authentication]): Scenario => ({
    name: `Vault, by ${name} that is handed over`,
    notDeployed: 'its Vault is not there; see vault-credentials.test.ts',
    build: (stack) => {
      const token = secretsmanager.Secret.fromSecretCompleteArn(
        stack, 'Token', `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:vault/zenml-AbCdEf`,
      );
      const connection = new VaultConnection(stack, 'Vault', { address: 'https://vault.example.com:8200', administrator: VaultAdministrator.token(token) });
      new VaultSecretsStore(stack, 'SecretsStore', { workspace: hosted(), connection, authentication });
    },
  })),
  {
    name: 'Vault of another team, with two workspaces, by the function\'s own role',
    notDeployed: NO_VAULT,
    build: (stack) => {
      const role = new iam.Role(stack, 'ConfigureVault', {
        roleName: 'configure-vault', assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      });
      const connection = new VaultConnection(stack, 'Vault', {
        address: 'https://vault.example.com',
        administrator: VaultAdministrator.aws({ roleName: 'zenml-admin', headerValue: 'vault.example.com' }),
        role,
      });
      for (const id of [WORKSPACE_ID, OTHER_WORKSPACE_ID]) {
        new VaultSecretsStore(stack, `SecretsStore-${id}`, {
          workspace: ZenmlWorkspace.fromId(id),
          connection,
          authentication: VaultAuthentication.aws({ mount: VaultAuthMount.existing('aws'), headerValue: 'vault.example.com' }),
          kvMount: VaultKvMount.existing(`team-${id}`),
        });
      }
    },
  },
  ...([['us-gov-west-1', 'aws-us-gov'], ['cn-north-1', 'aws-cn']].map(([region, partition]): Scenario => ({
    name: `own principal in ${partition}`,
    env: { account: ACCOUNT, region },
    notDeployed: 'the embedded AWS knows one partition, aws',
    build: (stack) => new AwsSecretsStore(stack, 'SecretsStore', {
      workspace: ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, `arn:${partition}:iam::${ACCOUNT}:role/zenml-pod`),
      trust: WorkspaceTrust.roleByArn(),
    }),
  }))),
  ...Object.entries(ISOLATIONS).map(([name, isolation]): Scenario => ({
    name: `plain template, ${name}`,
    stackProps: { synthesizer: new BootstraplessSynthesizer() },
    parameters: { WorkspaceId: WORKSPACE_ID },
    build: (stack) => addSecretsStore(stack, isolation()),
  })),
];

/** The app of a scenario, with its one stack `Zenml`. */
export function build(scenario: Scenario): { app: App; stack: Stack } {
  // What the CLI would put into the assembly on top depends on the caller, not on the scenario.
  const app = new App({ context: { 'aws:cdk:disable-stack-trace': true, ...scenario.context }, analyticsReporting: false });
  const stack = new Stack(app, 'Zenml', { env: scenario.env, ...scenario.stackProps });
  scenario.build(stack);
  return { app, stack };
}

/** The template of a scenario, as CloudFormation gets it. */
export function synthesize(scenario: Scenario): any {
  const { app, stack } = build(scenario);
  return app.synth().getStackByName(stack.stackName).template;
}

class NoteOnEveryResource implements IAspect {
  public visit(node: IConstruct) {
    if (CfnResource.isCfnResource(node)) {
      node.addMetadata('Owner', 'platform team');
    }
  }
}

class RolesOfThisCompany implements IPropertyInjector {
  public readonly constructUniqueId = iam.Role.PROPERTY_INJECTION_ID;

  public inject(props: iam.RoleProps, context: InjectionContext): iam.RoleProps {
    return { ...props, description: `A role of this company at ${context.scope.node.path}` };
  }
}
