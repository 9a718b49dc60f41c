import { App, CfnParameter, Duration, RemovalPolicies, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import {
  VaultAdministrator, VaultAuthentication, VaultAuthMount, VaultAwsOptions, VaultConnection, VaultConnectionProps, VaultKvMount,
  VaultPolicy, VaultSecretsStore, VaultSecretsStoreProps, WorkspaceConfiguration, ZenmlWorkspace,
} from '../../src';
import { readStore } from '../../src/vault/contract/store-properties';
import { ACCOUNT, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';

const workspace = ZenmlWorkspace.fromId(WORKSPACE_ID);
const otherWorkspace = ZenmlWorkspace.fromId(OTHER_WORKSPACE_ID);
let app: App;
let stack: Stack;
let connection: VaultConnection;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } });
  connection = connect(stack);
});

function connect(scope: Stack, props: Partial<VaultConnectionProps> = {}, id = 'Vault'): VaultConnection {
  const administrator = VaultAdministrator.aws({ roleName: 'zenml-admin' });
  return new VaultConnection(scope, id, { address: 'https://vault.example.com', administrator, outputs: false, ...props });
}

const store = (props: Partial<VaultSecretsStoreProps> = {}, id = 'Store', scope = stack) => (
  new VaultSecretsStore(scope, id, { workspace, connection, ...props })
);
const byAwsAt = (path: string, options: VaultAwsOptions = {}) => (
  VaultAuthentication.aws({ mount: VaultAuthMount.managed(path), ...options })
);
const template = () => Template.fromStack(stack);
const resources = (of = template()) => Object.values(of.findResources('Custom::ZenmlVaultSecretsStore'));
const properties = () => resources()[0].Properties;
const outputs = () => Object.fromEntries(
  Object.entries(template().findOutputs('*')).map(([id, { Value: value }]) => [id.slice(0, -8), value]),
);

test('by default everything is named after the workspace', () => {
  store();

  expect(readStore(properties())).toEqual({
    workspaceId: WORKSPACE_ID,
    authMethod: 'aws',
    principalArn: workspace.principalArn,
    authMount: 'aws',
    authMountIsExternal: false,
    headerValue: WORKSPACE_ID,
    stsEndpoint: '',
    stsRegion: '',
    roleName: `zenml-${WORKSPACE_ID}`,
    tokenTtl: 3600,
    tokenMaxTtl: 86400,
    tokenBoundCidrs: [],
    secretIdBoundCidrs: [],
    secretIdTtl: 0,
    tokenNoDefaultPolicy: false,
    policy: `zenml-${WORKSPACE_ID}`,
    policyIsExternal: false,
    kvMount: `secrets-${WORKSPACE_ID}`,
    kvMountIsExternal: false,
    kvRemoval: 'keep',
    takeOver: false,
    planOnly: false,
    forget: false,
  });
});

test('every prop reaches the handler', () => {
  const made = store({
    authentication: VaultAuthentication.aws({
      mount: VaultAuthMount.managed('zenml-aws'),
      headerValue: 'vault.example.com',
      stsEndpoint: 'https://sts.us-east-1.amazonaws.com',
      stsRegion: 'us-east-1',
      tokenTtl: Duration.minutes(10),
      tokenMaxTtl: Duration.minutes(20),
    }),
    roleName: 'zenml-production',
    kvMount: VaultKvMount.managed({ path: 'zenml-secrets', removalPolicy: RemovalPolicy.DESTROY, destroySecrets: true }),
    policy: VaultPolicy.managed(),
    tokenBoundCidrs: ['10.0.0.0/8', '192.0.2.1'],
    tokenNoDefaultPolicy: true,
    takeOver: true,
    planOnly: true,
    forget: true,
  });

  expect(readStore(properties())).toEqual({
    workspaceId: WORKSPACE_ID,
    authMethod: 'aws',
    principalArn: workspace.principalArn,
    authMount: 'zenml-aws',
    authMountIsExternal: false,
    headerValue: 'vault.example.com',
    stsEndpoint: 'https://sts.us-east-1.amazonaws.com',
    stsRegion: 'us-east-1',
    roleName: 'zenml-production',
    tokenTtl: 600,
    tokenMaxTtl: 1200,
    tokenBoundCidrs: ['10.0.0.0/8', '192.0.2.1'],
    secretIdBoundCidrs: [],
    secretIdTtl: 0,
    tokenNoDefaultPolicy: true,
    policy: 'zenml-production',
    policyIsExternal: false,
    kvMount: 'zenml-secrets',
    kvMountIsExternal: false,
    kvRemoval: 'destroy',
    takeOver: true,
    planOnly: true,
    forget: true,
  });
  expect([made.roleName, made.policyName, made.authMountPath, made.kvMountPath]).toEqual([
    'zenml-production', 'zenml-production', 'zenml-aws', 'zenml-secrets',
  ]);
});

test('what others provide is named, and not claimed', () => {
  const existing = {
    authentication: VaultAuthentication.aws({ mount: VaultAuthMount.existing('team-aws'), headerValue: '' }),
    kvMount: VaultKvMount.existing('team-kv'),
    policy: VaultPolicy.existing('team-policy'),
  };
  const { roleName, policyName } = store(existing);
  store({ ...existing, workspace: otherWorkspace, kvMount: VaultKvMount.existing('other-kv') }, 'Other');

  expect(properties()).toMatchObject({
    AuthMount: 'team-aws',
    AuthMountIsExternal: 'true',
    KvMount: 'team-kv',
    KvMountIsExternal: 'true',
    Policy: 'team-policy',
    PolicyIsExternal: 'true',
    KvRemoval: 'keep',
  });
  expect([roleName, policyName]).toEqual([`zenml-${WORKSPACE_ID}`, 'team-policy']);
});

test('RemovalPolicy.DESTROY alone spares secrets', () => {
  store({ kvMount: VaultKvMount.managed({ removalPolicy: RemovalPolicy.DESTROY }) });

  expect(properties()).toMatchObject({ KvRemoval: 'destroy-if-empty' });
});

describe('the hand-off', () => {
  test('has every item of the documentation page, and the JSON', () => {
    connection = connect(stack, { vaultNamespace: 'zenml' }, 'Namespaced');
    store();

    expect(outputs()).toEqual({
      StoreVaultAddress: 'https://vault.example.com',
      StoreVaultNamespace: 'zenml',
      StoreVaultRole: `zenml-${WORKSPACE_ID}`,
      StoreHeaderValue: WORKSPACE_ID,
      StoreAuthMountPoint: 'aws',
      StoreMountPoint: `secrets-${WORKSPACE_ID}`,
      StoreWorkspaceConfiguration: JSON.stringify({
        secrets_store: {
          type: 'hashicorp',
          settings: {
            auth_method: 'aws',
            auth_config: {
              vault_addr: 'https://vault.example.com',
              vault_namespace: 'zenml',
              mount_point: `secrets-${WORKSPACE_ID}`,
              aws_role: `zenml-${WORKSPACE_ID}`,
              aws_header_value: WORKSPACE_ID,
            },
          },
        },
      }),
    });
  });

  test('has no header where none is demanded, and names a mount of its own', () => {
    const { configuration } = store({ authentication: byAwsAt('zenml-aws', { headerValue: '' }) });

    expect(Object.keys(outputs())).not.toContain('StoreHeaderValue');
    expect(configuration.authConfig).toEqual({
      vault_addr: 'https://vault.example.com', mount_point: `secrets-${WORKSPACE_ID}`, aws_role: `zenml-${WORKSPACE_ID}`, auth_mount_point: 'zenml-aws',
    });
  });

  test('can be left out', () => {
    store({ outputs: false });

    expect(outputs()).toEqual({});
  });
});

test('planOnly shows the plan in an output, also without the others', () => {
  store({ planOnly: true, outputs: false });

  const attribute = (name: string) => ({ 'Fn::GetAtt': ['Store', name] });
  expect(outputs()).toEqual({
    StorePlan: {
      'Fn::Join': ['', [
        'Created: ', attribute('Created'), '. Adopted: ', attribute('Adopted'), '. Changed: ', attribute('Changed'),
        '. Kept: ', attribute('Kept'), '. Warnings: ', attribute('Warnings'), '. ',
      ]],
    },
  });
});

describe('a credential that is handed over', () => {
  const credentials = () => template().findResources('Custom::ZenmlVaultCredential');

  test('of an AppRole reaches the handler with its role', () => {
    const authentication = VaultAuthentication.appRole({
      mount: VaultAuthMount.managed('zenml-approle'),
      tokenTtl: Duration.minutes(10),
      tokenMaxTtl: Duration.minutes(20),
      secretIdTtl: Duration.days(90),
      secretIdBoundCidrs: ['10.0.0.0/8'],
    });
    const made = store({ authentication, forget: true });

    expect(readStore(properties())).toMatchObject({
      authMethod: 'app_role',
      principalArn: '',
      authMount: 'zenml-approle',
      authMountIsExternal: false,
      headerValue: '',
      tokenTtl: 600,
      tokenMaxTtl: 1200,
      secretIdBoundCidrs: ['10.0.0.0/8'],
      secretIdTtl: 90 * 86400,
    });
    expect(credentials()).toEqual({
      StoreCredential1E9B09D8E: expect.objectContaining({
        Properties: {
          ServiceToken: expect.anything(),
          ServiceTimeout: '300',
          Connection: expect.any(String),
          ContractVersion: '1',
          AuthMethod: 'app_role',
          AuthMount: 'zenml-approle',
          RoleName: `zenml-${WORKSPACE_ID}`,
          Policy: `zenml-${WORKSPACE_ID}`,
          TokenTtl: '600',
          TokenBoundCidrs: '',
          TokenNoDefaultPolicy: 'false',
          SecretIdTtl: '7776000',
          Serial: '1',
          Retiring: 'false',
          Forget: 'true',
          SecretArn: { Ref: expect.stringMatching(/^StoreCredential1Secret/) },
        },
      }),
    });
    expect(made.authMountPath).toBe('zenml-approle');
    expect(made.configuration.authConfig).toEqual({ vault_addr: 'https://vault.example.com', mount_point: `secrets-${WORKSPACE_ID}`, auth_mount_point: 'zenml-approle' });
  });

  test('as a token lives as long as its role lets it', () => {
    store({ authentication: VaultAuthentication.token({ tokenTtl: Duration.days(7) }) });

    expect(readStore(properties())).toMatchObject({
      authMethod: 'token',
      principalArn: '',
      authMount: 'token',
      authMountIsExternal: true,
      tokenTtl: 604800,
      tokenMaxTtl: 604800,
    });
    expect(Object.values(credentials())[0].Properties).toMatchObject({ AuthMethod: 'token', TokenTtl: '604800' });
  });

  test('as a token lives for 30 days by default', () => {
    store({ authentication: VaultAuthentication.token() });

    expect(properties()).toMatchObject({ TokenTtl: '2592000', TokenMaxTtl: '2592000' });
  });

  test('is made on a mount that others provide', () => {
    store({ authentication: VaultAuthentication.appRole({ mount: VaultAuthMount.existing('team-approle') }) });

    expect(properties()).toMatchObject({ AuthMount: 'team-approle', AuthMountIsExternal: 'true' });
  });

  test('is a resource for each serial, after the role', () => {
    store({ authentication: VaultAuthentication.appRole({ serial: 3, previousSerial: 2 }) });

    const found = Object.values(credentials());
    expect(found.map(({ Properties: { Serial: serial, Retiring: retiring } }) => [serial, retiring]).sort()).toEqual([
      ['2', 'true'], ['3', 'false'],
    ]);
    expect(found.map(({ DependsOn }) => DependsOn)).toEqual(found.map(() => expect.arrayContaining(['Store'])));
    template().hasOutput('*', { Description: Match.stringLikeRegexp('^Hand the value of this secret to ZenML support') });
  });

  test('lies under a key of one\'s own, with which the function may write it', () => {
    const key = kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`);
    store({ authentication: VaultAuthentication.appRole(), configurationEncryptionKey: key });

    template().allResourcesProperties('AWS::SecretsManager::Secret', { KmsKeyId: key.keyArn });
    template().hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          { Action: 'secretsmanager:PutSecretValue', Resource: { Ref: Match.stringLikeRegexp('Credential1Secret') } },
          {
            Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
            Resource: key.keyArn,
            Condition: {
              StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', [`secretsmanager.${REGION}.`, { Ref: 'AWS::URLSuffix' }]] } },
            },
          },
        ].map(Match.objectLike),
      },
    });
  });

  test('has a secret that CloudFormation never fills', () => {
    store({ authentication: VaultAuthentication.appRole() });

    const secrets = Object.entries(template().findResources('AWS::SecretsManager::Secret'));
    expect(secrets.map(([id, { Properties: props }]) => [id.slice(0, -8), Object.keys(props)])).toEqual([
      ['StoreCredential1Secret', ['Description']],
      ['StoreConfigurationSecret', ['Description', 'SecretString']],
    ]);
  });

  test('is read by whom the store says, and by nobody else', () => {
    const reader = new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() });
    const made = store({ authentication: VaultAuthentication.token() });
    made.grantReadConfiguration(reader);

    const grants = Object.values(template().findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties: { PolicyDocument: { Statement: statements } } }) => statements)
      .filter(({ Action: action }) => JSON.stringify(action).includes('GetSecretValue'));
    expect(grants.map(({ Resource: resource }) => resource)).toEqual([stack.resolve(made.configurationSecret!.secretArn)]);
  });

  test.each<[string, Partial<VaultSecretsStoreProps>]>([
    ['nothing secret is handed over', {}],
    ['there are no outputs', { authentication: VaultAuthentication.appRole(), outputs: false }],
  ])('cannot be read where %s', (_, props) => {
    const made = store(props);

    expect(made.configurationSecret).toBeUndefined();
    expect(() => made.grantReadConfiguration(new iam.AccountRootPrincipal())).toThrow(
      'Stack/Store: there is no hand-off secret to read. Nothing secret is handed over with aws();',
    );
  });

  test('takes no key where there is nothing to encrypt', () => {
    const key = kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`);

    expect(() => store({ configurationEncryptionKey: key })).toThrow(
      'Stack/Store: configurationEncryptionKey "Stack/Key" would have no effect, as this store hands over nothing secret. Leave it out.',
    );
  });

  test.each<[string, (policies: RemovalPolicies) => void]>([
    ['Retain', (policies) => policies.retain()],
    ['RetainExceptOnCreate', (policies) => policies.retainOnUpdateOrDelete()],
  ])('may not be kept when it was replaced, by %s', (policy, apply) => {
    store({ authentication: VaultAuthentication.appRole() });
    apply(RemovalPolicies.of(stack));

    expect(() => app.synth()).toThrow(
      `Stack/Store/Credential1: DeletionPolicy "${policy}" would keep a replaced credential valid, without anybody to own it. `
      + 'Leave credentials out: ',
    );
  });

  test('is handed over from its own stack only, as CloudFormation lets nothing go that another one imports', () => {
    const { configuration } = store({ authentication: VaultAuthentication.appRole(), outputs: false });
    const other = new Stack(app, 'Other', { env: { account: ACCOUNT, region: REGION } });

    expect(() => new WorkspaceConfiguration(other, 'Handoff', { secretsStore: configuration })).toThrow(
      'Other/Handoff: credential "Stack/Store/Credential1" is of another stack, "Stack", and the import there would block its replacement. '
      + 'Make the WorkspaceConfiguration');
  });

  test('leaves a role alone that was imported as one that takes no policy', () => {
    const role = iam.Role.fromRoleArn(stack, 'Given', `arn:aws:iam::${ACCOUNT}:role/given`, { mutable: false });
    connection = connect(stack, { role }, 'WithRole');
    store({ authentication: VaultAuthentication.appRole() });

    expect(JSON.stringify(template().findResources('AWS::IAM::Policy'))).not.toContain('secretsmanager:PutSecretValue');
    expect(Object.values(credentials())[0].DependsOn).toEqual(['Store']);
  });

  test('draws a warning, and a token another one', () => {
    store({ authentication: VaultAuthentication.appRole() });
    store({ authentication: VaultAuthentication.token(), workspace: otherWorkspace }, 'Other');

    const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('handed over|ends'))
      .map(({ id, entry }) => [id, String(entry.data)]);
    expect(warnings).toEqual([
      ['/Stack/Store', expect.stringMatching(/^A secret id of Vault is handed over to ZenML/)],
      ['/Stack/Other', expect.stringMatching(/^A token of Vault is handed over to ZenML/)],
      ['/Stack/Other', expect.stringMatching(/^The token ends after 2592000 seconds, and ZenML does not renew it/)],
    ]);
  });
});

describe('the principal', () => {
  const principal = (of: ZenmlWorkspace) => {
    store({ workspace: of });
    return properties().PrincipalArn;
  };

  test('goes without its IAM path, which Vault never matches', () => {
    expect(principal(ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, `arn:aws:iam::${ACCOUNT}:role/pods/zenml/pod`))).toBe(
      `arn:aws:iam::${ACCOUNT}:role/pod`,
    );
  });

  test('goes without it also if the role was imported', () => {
    const role = iam.Role.fromRoleArn(stack, 'Pod', `arn:aws:iam::${ACCOUNT}:role/pods/pod`);
    expect(principal(ZenmlWorkspace.fromRole(WORKSPACE_ID, role))).toBe(`arn:aws:iam::${ACCOUNT}:role/pod`);
  });

  test('is made from the name of a role of this app', () => {
    const role = new iam.Role(stack, 'Pod', { path: '/pods/', assumedBy: new iam.ServicePrincipal('pods.eks.amazonaws.com') });
    expect(principal(ZenmlWorkspace.fromRole(WORKSPACE_ID, role))).toEqual({
      'Fn::Join': ['', [
        'arn:',
        { Ref: 'AWS::Partition' },
        `:iam::${ACCOUNT}:role/`,
        { Ref: Match.anyValue() && stack.getLogicalId(role.node.defaultChild as iam.CfnRole) },
      ]],
    });
  });

  test('passes unchanged if only the deployment knows it', () => {
    const arn = new CfnParameter(stack, 'Arn').valueAsString;
    expect(principal(ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, arn))).toEqual({ Ref: 'Arn' });
  });

  test('may be in another partition than the stack, as Vault asks the STS of the principal', () => {
    stack = new Stack(app, 'China', { env: { account: ACCOUNT, region: 'cn-north-1' } });
    connection = connect(stack);
    expect(() => store()).not.toThrow();
  });
});

describe('stores of one auth mount', () => {
  const sharing = VaultAuthentication.aws({ headerValue: 'vault.example.com' });

  /** What each of these stores depends on. */
  const dependencies = () => Object.fromEntries(Object.entries(template().findResources('Custom::ZenmlVaultSecretsStore'))
    .map(([id, { DependsOn: before }]) => [id, before]));

  const sharingStore = (id: string, props: Partial<VaultSecretsStoreProps> = {}) => store({
    authentication: sharing, roleName: id.toLowerCase(), kvMount: VaultKvMount.managed({ path: id }), ...props,
  }, id);

  test('follow the first in ten lanes', () => {
    const ids = Array.from({ length: 13 }, (_, index) => `S${index + 1}`);
    ids.forEach((id) => sharingStore(id));
    sharingStore('Own', { authentication: byAwsAt('own') });

    expect(dependencies()).toEqual({
      S1: undefined,
      ...Object.fromEntries(ids.slice(1, 11).map((id) => [id, ['S1']])),
      S12: ['S2'],
      S13: ['S3'],
      Own: undefined,
    });
  });

  test('one that is planned only makes no mount, so no other follows it', () => {
    sharingStore('Plan', { planOnly: true });
    sharingStore('A');
    sharingStore('SecondPlan', { planOnly: true });
    sharingStore('B');

    expect(dependencies()).toEqual({ Plan: undefined, A: undefined, SecondPlan: ['Plan'], B: ['A'] });
  });

  test('wait for no store of another stack', () => {
    store({ authentication: sharing });
    const other = new Stack(app, 'Other', { env: { account: ACCOUNT, region: REGION } });
    store({ authentication: sharing, workspace: otherWorkspace }, 'Store', other);

    expect(resources(Template.fromStack(other))[0].DependsOn).toBeUndefined();
  });
});

describe('two stores of one Vault are refused', () => {
  const second = (props: Partial<VaultSecretsStoreProps>) => () => store({ authentication: byAwsAt('other'), ...props }, 'Second');

  test.each<[string, Partial<VaultSecretsStoreProps>, string]>([
    ['with one role', { authentication: undefined },
      `Stack/Second: roleName "auth/aws/role/zenml-${WORKSPACE_ID}" is taken by Stack/Store. Give one of the two another roleName.`],
    ['with one policy', {}, `Stack/Second: policy "sys/policies/acl/zenml-${WORKSPACE_ID}" is taken by Stack/Store.`],
    ['with one KV mount', { roleName: 'second' },
      `Stack/Second: kvMount "secrets-${WORKSPACE_ID}/" is taken by Stack/Store. Give one of the two another path; to have two`],
    ['with two types of one auth mount', {
      authentication: VaultAuthentication.appRole({ mount: VaultAuthMount.managed('aws') }), workspace: otherWorkspace,
    }, 'Stack/Second: authentication "approle" is not that of Stack/Store for auth/aws, "aws". Give one of the two another auth mount.'],
    ['with two headers for one auth mount', { authentication: undefined, workspace: otherWorkspace },
      `Stack/Second: headerValue "${OTHER_WORKSPACE_ID}" is not that of Stack/Store for auth/aws/config/client, "${WORKSPACE_ID}". `
      + 'Vault keeps one header value for a mount'],
  ])('%s', (_, props, message) => {
    store();

    expect(second(props)).toThrow(message);
  });

  test.each<[string, VaultKvMount, VaultKvMount]>([
    ['provided by others', VaultKvMount.existing('team-kv'), VaultKvMount.existing('team-kv')],
    ['that the first manages', VaultKvMount.managed({ path: 'team-kv' }), VaultKvMount.existing('team-kv')],
    ['that the second manages', VaultKvMount.existing('team-kv'), VaultKvMount.managed({ path: 'team-kv' })],
  ])('of two workspaces, with one KV mount %s', (_, kvMount, ofSecond) => {
    store({ kvMount });

    expect(second({ workspace: otherWorkspace, kvMount: ofSecond })).toThrow(new Error(
      `Stack/Second: workspace "${OTHER_WORKSPACE_ID}" is not that of Stack/Store for KV mount team-kv, "${WORKSPACE_ID}". `
      + 'Give each workspace a KV mount of its own, as both would read, change and delete zenml/* there.'));
  });

  test('but not of one workspace on a provided KV mount, of two on two, or of one that only the deployment knows', () => {
    store({ kvMount: VaultKvMount.existing('team-kv') });
    const known = new CfnParameter(stack, 'WorkspaceId').valueAsString;
    const third = { roleName: 'third', authentication: byAwsAt('third'), workspace: ZenmlWorkspace.fromId(known) };
    const fourth = { authentication: byAwsAt('fourth'), workspace: otherWorkspace };

    expect(second({ roleName: 'second', kvMount: VaultKvMount.existing('team-kv') })).not.toThrow();
    expect(() => store({ ...third, kvMount: VaultKvMount.existing('team-kv') }, 'Third')).not.toThrow();
    expect(() => store({ ...fourth, kvMount: VaultKvMount.existing('other-kv') }, 'Fourth')).not.toThrow();
  });

  test('also by two connections, and in two stacks', () => {
    store();
    const other = new Stack(app, 'Other', { env: { account: ACCOUNT, region: REGION } });
    connection = connect(other, { address: 'https://VAULT.example.com:443' });

    expect(() => store({}, 'Store', other)).toThrow('Other/Store: roleName "auth/aws/role/');
  });

  test('but not of two Vaults, or two namespaces', () => {
    store();
    connection = connect(stack, { address: 'https://other.example.com' }, 'Other');
    expect(() => store({}, 'Second')).not.toThrow();
    connection = connect(stack, { vaultNamespace: 'zenml' }, 'Namespaced');
    expect(() => store({}, 'Third')).not.toThrow();
  });

  test('and a second store of a workspace stands beside the first on another mount', () => {
    store();

    expect(second({ roleName: 'second', kvMount: VaultKvMount.existing(`secrets-${WORKSPACE_ID}`) })).not.toThrow();
  });
});

describe('refused is', () => {
  test.each<[string, Partial<VaultSecretsStoreProps>, string]>([
    ['a workspace id that is none', { workspace: ZenmlWorkspace.fromId('production') },
      'Stack/Store: workspace id "production" is not a UUID.'],
    ['a principal that is no role', { workspace: ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, `arn:aws:iam::${ACCOUNT}:root`) },
      'Stack/Store: workspace principal "arn:'],
    ['a control plane that is no account', { workspace: ZenmlWorkspace.fromId(WORKSPACE_ID, { controlPlaneAccount: '1' }) },
      'Stack/Store: controlPlaneAccount "1" is not'],
    ['a role in upper case', { roleName: 'Zenml' }, 'Stack/Store: roleName "Zenml" is not a name for a role or policy of Vault.'],
    ['a role that is a path', { roleName: 'a/b' }, 'Stack/Store: roleName "a/b" is not'],
    ['the policy root', { policy: VaultPolicy.existing('root') },
      'Stack/Store: policy "root" is not a name for a role or policy of Vault.'],
    ['a KV mount of Vault itself', { kvMount: VaultKvMount.managed({ path: 'identity' }) },
      'Stack/Store: kvMount "identity" is not the path of a KV mount.'],
    ['a KV mount with a wildcard', { kvMount: VaultKvMount.existing('team+') }, 'Stack/Store: kvMount "team+" is not'],
    ['an auth mount with its prefix', { authentication: VaultAuthentication.aws({ mount: VaultAuthMount.existing('auth/aws') }) },
      'Stack/Store: authentication mount "auth/aws" is not the path of an auth method.'],
    ['an address that is none', { tokenBoundCidrs: ['10.0.0.0/33'] },
      'Stack/Store: tokenBoundCidrs "10.0.0.0/33" is not an IP address or a block of them.'],
    ['what the authentication refuses', { authentication: byAwsAt('cubbyhole') }, 'Stack/Store: authentication mount "cubbyhole" is not'],
    ['an http STS', { authentication: VaultAuthentication.aws({ stsEndpoint: 'http://sts.amazonaws.com' }) }, 'Stack/Store: stsEndpoint "http://sts.amazonaws.com" is not an https'],
    ['a snapshot of a KV mount', { kvMount: VaultKvMount.managed({ removalPolicy: RemovalPolicy.SNAPSHOT }) },
      'Stack/Store: kvMount removalPolicy "snapshot" is not a policy for a KV mount. Write RemovalPolicy.RETAIN or RemovalPolicy.DESTROY.'],
    ['destroySecrets of a mount that is kept', { kvMount: VaultKvMount.managed({ destroySecrets: true }) },
      'Stack/Store: kvMount destroySecrets true has no effect, as the KV mount is retained. Leave it out, or add removalPolicy'],
    ['a plan without a credential to hand over', { planOnly: true, authentication: VaultAuthentication.appRole() },
      'Stack/Store: planOnly true would leave nothing to hand over, as it makes no credential. '
      + 'Leave it out; or plan with VaultAuthentication.aws()'],
    ['a plan without a token', { planOnly: true, authentication: VaultAuthentication.token() },
      'Stack/Store: planOnly true would leave nothing'],
  ])('%s', (_, props, message) => {
    expect(() => store(props)).toThrow(message);
  });

  test.each<[string, StackProps, string]>([
    ['account', { env: { account: '444455556666', region: REGION } },
      `account "444455556666" is not that of the connection Stack/Vault, ${ACCOUNT}, and CloudFormation calls`],
    ['region', { env: { account: ACCOUNT, region: 'eu-west-1' } },
      `region "eu-west-1" is not that of the connection Stack/Vault, ${REGION}`],
  ])('a store of another %s than its connection', (_, props, message) => {
    expect(() => store({}, 'Store', new Stack(app, 'Other', props))).toThrow(`Other/Store: ${message}`);
  });
});

test('an STS that cannot take ZenML\'s logins draws a warning', () => {
  store({ authentication: VaultAuthentication.aws({ stsEndpoint: 'https://sts.eu-west-1.amazonaws.com' }) });

  Annotations.fromStack(stack).hasWarning('/Stack/Store', Match.stringLikeRegexp('ZenML signs its logins for us-east-1, and https://sts.eu-west-1.amazonaws.com refuses those'));
});

test.each(['https://sts.us-east-1.amazonaws.com', 'https://sts.amazonaws.com', 'https://vpce-1.sts.us-east-1.vpce.amazonaws.com'])('%s draws none', (stsEndpoint) => {
  store({ authentication: VaultAuthentication.aws({ stsEndpoint }) });

  Annotations.fromStack(stack).hasNoWarning('*', '*');
});
