import { App, Aws, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { AssetManifestArtifact } from 'aws-cdk-lib/cx-api';
import { AwsAuthentication, AwsSecretsStore, AwsSecretsStoreProps, WorkspaceTrust, ZenmlWorkspace } from '../../src';
import { ACCOUNT, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';

const workspace = ZenmlWorkspace.fromId(WORKSPACE_ID);
let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } });
});

const store = (props: Partial<AwsSecretsStoreProps> = {}, id = 'SecretsStore') => new AwsSecretsStore(stack, id, { workspace, ...props });
const template = () => Template.fromStack(stack);

describe('a region that AWS enables by opt-in', () => {
  const own = ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, `arn:aws:iam::${ACCOUNT}:role/zenml-pod`);
  const warnings = () => (
    Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('optInRegion')).map(({ entry }) => entry.data)
  );

  test.each(['me-central-1', 'af-south-1', 'xy-new-1'])('%s, for a workspace that ZenML hosts: a warning', (region) => {
    store({ region });

    expect(warnings()).toEqual([
      `${region} is a region that each account has to enable, and ZenML's account 715803424590 too: the workspace assumes the role `
      + 'there. Ask ZenML support whether it is enabled before you rely on the store, or write another region for the secrets '
      + '[ack: cdk-zenml-secrets-store:optInRegion]',
    ]);
  });

  test.each<[string, Partial<AwsSecretsStoreProps>]>([
    ['a region that every account has', { region: 'eu-west-1' }],
    ['a region that only the deployment knows', { region: Aws.REGION }],
    ['a workspace under a role of the customer\'s', { region: 'me-central-1', workspace: own }],
    ['an access key of the customer\'s account', { region: 'me-central-1', authentication: AwsAuthentication.iamRole() }],
  ])('%s: no warning', (_, props) => {
    store(props);

    expect(warnings()).toEqual([]);
  });
});

describe('by default', () => {
  test('the role has the documented name and trust, and nothing else', () => {
    store();

    template().templateMatches({
      Resources: {
        SecretsStoreRole999D353F: {
          Type: 'AWS::IAM::Role',
          Properties: {
            RoleName: `zenml-${WORKSPACE_ID}`,
            AssumeRolePolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::715803424590:role/zenml-${WORKSPACE_ID}` } },
              ],
            },
          },
        },
      },
    });
    const [role] = Object.values(template().findResources('AWS::IAM::Role'));
    expect(Object.keys(role.Properties).sort()).toEqual(['AssumeRolePolicyDocument', 'RoleName']);
  });

  test('the one policy is the documented one', () => {
    store();

    template().resourceCountIs('AWS::IAM::Policy', 1);
    template().hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: `zenml-${WORKSPACE_ID}-${REGION}`,
      Roles: [{ Ref: 'SecretsStoreRole999D353F' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{
          Effect: 'Allow',
          Action: [
            'secretsmanager:CreateSecret',
            'secretsmanager:GetSecretValue',
            'secretsmanager:DescribeSecret',
            'secretsmanager:PutSecretValue',
            'secretsmanager:UpdateSecret',
            'secretsmanager:TagResource',
            'secretsmanager:DeleteSecret',
          ],
          Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:${REGION}:${ACCOUNT}:secret:zenml/*`]] },
        }],
      },
    });
  });

  test('the outputs are what support asks for', () => {
    store();

    const outputs = template().toJSON().Outputs;
    expect(Object.keys(outputs)).toEqual([
      'SecretsStoreRoleArn7ADFE89B',
      'SecretsStoreRegionDCFE9CD8',
      'SecretsStoreWorkspaceConfigurationF480C5E3',
    ]);
    expect(outputs.SecretsStoreRoleArn7ADFE89B.Value).toEqual({ 'Fn::GetAtt': ['SecretsStoreRole999D353F', 'Arn'] });
    expect(outputs.SecretsStoreRegionDCFE9CD8.Value).toEqual(REGION);
    expect(outputs.SecretsStoreWorkspaceConfigurationF480C5E3.Value).toEqual({
      'Fn::Join': ['', [
        `{"secrets_store":{"type":"aws","settings":{"auth_method":"implicit","auth_config":{"region":"${REGION}","role_arn":"`,
        { 'Fn::GetAtt': ['SecretsStoreRole999D353F', 'Arn'] },
        '"}}}}',
      ]],
    });
  });

  test('nothing but a role and a policy is deployed, and no asset', () => {
    store();

    const types = Object.values(template().toJSON().Resources).map((resource: any) => resource.Type);
    expect(types.sort()).toEqual(['AWS::IAM::Policy', 'AWS::IAM::Role']);
    const manifest = app.synth().artifacts.filter(AssetManifestArtifact.isAssetManifestArtifact).map((artifact) => artifact.contents);
    const assets = manifest.flatMap(({ files, dockerImages }) => Object.values({ ...files, ...dockerImages }));
    expect(assets.map((asset) => asset.source)).toEqual([
      { path: 'Stack.template.json', packaging: 'file' },
    ]);
  });

  test('the members say what was made', () => {
    const made = store();

    expect(stack.resolve(made.role!.roleArn)).toEqual({ 'Fn::GetAtt': ['SecretsStoreRole999D353F', 'Arn'] });
    expect(made.grantee).toBe(made.role);
    expect(made.region).toBe(REGION);
    expect(made.configuration.type).toBe('aws');
    expect(made.configuration.authMethod).toBe('implicit');
    expect(made.configuration.authConfig).toEqual({ region: REGION, role_arn: made.role!.roleArn });
  });

  test('it warns of nothing', () => {
    store();

    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

test('props describe the role', () => {
  store({
    roleName: 'Named',
    rolePath: '/vendors/',
    description: 'For ZenML',
    permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', `arn:aws:iam::${ACCOUNT}:policy/boundary`),
  });

  template().hasResourceProperties('AWS::IAM::Role', {
    RoleName: 'Named',
    Path: '/vendors/',
    Description: 'For ZenML',
    PermissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/boundary`,
  });
});

test('the region of the secrets may be another than the stack\'s', () => {
  expect(store({ region: 'eu-west-1' }).region).toBe('eu-west-1');

  template().hasResourceProperties('AWS::IAM::Policy', {
    PolicyName: `zenml-${WORKSPACE_ID}-eu-west-1`,
    PolicyDocument: {
      Statement: [{
        Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:eu-west-1:${ACCOUNT}:secret:zenml/*`]] },
      }],
    },
  });
  template().hasOutput('SecretsStoreRegionDCFE9CD8', { Value: 'eu-west-1' });
});

test('a stack without an environment gets its region at deployment', () => {
  stack = new Stack(new App(), 'Agnostic');
  store();

  template().hasOutput('SecretsStoreRegionDCFE9CD8', { Value: { Ref: 'AWS::Region' } });
});

test('outputs can be left out', () => {
  store({ outputs: false });

  expect(template().toJSON().Outputs).toBeUndefined();
});

test('props are not changed, and many stores may share them', () => {
  const props: AwsSecretsStoreProps = Object.freeze({ workspace, encryptionKeys: Object.freeze([]) as unknown as kms.IKey[] });
  new AwsSecretsStore(stack, 'One', props);

  expect(props).toEqual({ workspace, encryptionKeys: [] });
});

test('many stores in one stack are independent', () => {
  store();
  store({ workspace: ZenmlWorkspace.fromId(OTHER_WORKSPACE_ID) }, 'Other');

  template().resourceCountIs('AWS::IAM::Role', 2);
  template().hasResourceProperties('AWS::IAM::Policy', {
    PolicyName: `zenml-${OTHER_WORKSPACE_ID}-${REGION}`, Roles: [{ Ref: Match.stringLikeRegexp('^OtherRole') }],
  });
});

describe('two stores of one workspace', () => {
  test('cannot both make the role of its name', () => {
    store();

    expect(() => store({ region: 'eu-west-1' }, 'Second')).toThrow(
      `Stack/Second: roleName "zenml-${WORKSPACE_ID}" is taken by Stack/SecretsStore. `
      + 'For a second store of one workspace, pass the role of the first as role, or write another roleName.',
    );
  });

  test('cannot make roles whose names differ in case alone', () => {
    store({ roleName: 'Zenml' });

    expect(() => store({ roleName: 'zenml' }, 'Second')).toThrow('Stack/Second: roleName "zenml" is taken by Stack/SecretsStore.');
  });

  test('may make roles of two names', () => {
    store();
    store({ roleName: 'second' }, 'Second');

    template().resourceCountIs('AWS::IAM::Role', 2);
  });

  test('may be in two stacks, of which nobody knows whether they go to one account', () => {
    store();
    stack = new Stack(app, 'Other');

    expect(store().role).toBeDefined();
  });

  test('cannot write to one role for one region, since one policy would overwrite the other', () => {
    const { role } = store();

    expect(() => store({ role }, 'Second')).toThrow(
      `Stack/Second: policy "zenml-${WORKSPACE_ID}-${REGION}" is taken by Stack/SecretsStore. `
      + 'One store of a workspace is enough for a role and a region; leave the other one out.',
    );
  });
});

test('an error shows a token by its name', () => {
  stack = new Stack(new App(), 'Agnostic');
  const { role } = store();

  expect(() => store({ role }, 'Second')).toThrow(
    `Agnostic/Second: policy "zenml-${WORKSPACE_ID}-<AWS.Region>" is taken by Agnostic/SecretsStore.`,
  );
});

describe('encryption keys', () => {
  test('may be used only through Secrets Manager of the region', () => {
    const key = new kms.Key(stack, 'Key');
    store({ encryptionKeys: [key], region: 'eu-west-1' });

    template().hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [Match.anyValue(), {
          Sid: 'UseEncryptionKeysThroughSecretsManager',
          Effect: 'Allow',
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: stack.resolve(key.keyArn),
          Condition: { StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['secretsmanager.eu-west-1.', { Ref: 'AWS::URLSuffix' }]] } } },
        }],
      },
    });
  });

  test('an empty list grants nothing', () => {
    store({ encryptionKeys: [] });

    template().hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Action: Match.arrayWith(['secretsmanager:CreateSecret']) })] },
    });
  });
});

describe('own role', () => {
  test('gets the policy and stays as it is', () => {
    const role = new iam.Role(stack, 'Own', { assumedBy: new iam.ArnPrincipal(workspace.principalArn) });
    const made = store({ role });

    expect(made.role).toBe(role);
    expect(made.grantee).toBe(role);
    template().resourceCountIs('AWS::IAM::Role', 1);
    template().hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: `zenml-${WORKSPACE_ID}-${REGION}`, Roles: [{ Ref: Match.stringLikeRegexp('^Own') }],
    });
  });

  test('imported by name gets the policy', () => {
    store({ role: iam.Role.fromRoleName(stack, 'Imported', 'by-hand') });

    template().hasResourceProperties('AWS::IAM::Policy', { Roles: ['by-hand'] });
  });

  test('lazy role gets the policy', () => {
    store({ role: new iam.LazyRole(stack, 'Lazy', { assumedBy: new iam.ArnPrincipal(workspace.principalArn) }) });

    template().hasResourceProperties('AWS::IAM::Policy', { Roles: [{ Ref: Match.stringLikeRegexp('^Lazy') }] });
  });

  test('of the first store serves a second one in another region', () => {
    const first = store();
    store({ role: first.role, region: 'eu-west-1' }, 'Backup');

    template().resourceCountIs('AWS::IAM::Role', 1);
    const names = Object.values(template().findResources('AWS::IAM::Policy')).map((policy) => policy.Properties.PolicyName);
    expect(names).toEqual([`zenml-${WORKSPACE_ID}-${REGION}`, `zenml-${WORKSPACE_ID}-eu-west-1`]);
  });

  test('of a store in a stack of another region serves, by its name', () => {
    const first = store();
    stack = new Stack(app, 'BackupStack', { env: { account: ACCOUNT, region: 'eu-west-1' } });
    store({ role: first.role });

    template().hasResourceProperties('AWS::IAM::Policy', { Roles: [`zenml-${WORKSPACE_ID}`] });
    template().hasOutput('SecretsStoreRoleArn7ADFE89B', {
      Value: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${ACCOUNT}:role/zenml-${WORKSPACE_ID}`]] },
    });
  });

  test.each([
    ['marked immutable',
      (scope: Stack) => iam.Role.fromRoleArn(scope, 'Imported', `arn:aws:iam::${ACCOUNT}:role/by-hand`, { mutable: false })],
    ['of another account', (scope: Stack) => iam.Role.fromRoleArn(scope, 'Imported', 'arn:aws:iam::999999999999:role/by-hand')],
  ])('%s takes no policy, which is an error', (_, imported) => {
    const role = imported(stack);
    store({ role });

    expect(() => app.synth()).toThrow(new RegExp(
      `Stack/SecretsStore: role "${role.roleArn}" takes no policy, so the workspace could reach no secret. `
      + 'Import it without mutable: false',
    ));
  });

  test('that takes no policy and whose ARN is not known is shown by its place', () => {
    store({ role: iam.Role.fromRoleArn(stack, 'Imported', `arn:${Aws.PARTITION}:iam::${ACCOUNT}:role/x`, { mutable: false }) });

    expect(() => app.synth()).toThrow(/Stack\/SecretsStore: role "Stack\/Imported" takes no policy/);
  });

  test.each([
    ['roleName', { roleName: 'x' }],
    ['rolePath', { rolePath: '/x/' }],
    ['description', { description: 'x' }],
    ['trust', { trust: WorkspaceTrust.roleByArn() }],
  ])('excludes %s', (prop, props) => {
    const role = iam.Role.fromRoleName(stack, 'Imported', 'by-hand');

    expect(() => store({ role, ...props })).toThrow(
      `Stack/SecretsStore: ${prop} would have no effect, as the store makes no role here. Leave out ${prop}, or role.`,
    );
  });

  test('excludes a permissions boundary', () => {
    const permissionsBoundary = iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary');

    expect(() => store({ role: iam.Role.fromRoleName(stack, 'Imported', 'by-hand'), permissionsBoundary }))
      .toThrow('permissionsBoundary would have no effect');
  });
});

describe('without a role to assume', () => {
  const authentication = AwsAuthentication.implicit({ assumeRole: false });
  let pod: iam.Role;

  beforeEach(() => {
    pod = new iam.Role(stack, 'Pod', { assumedBy: new iam.ServicePrincipal('pods.eks.amazonaws.com') });
  });

  test('the workspace\'s own role gets the policy, and the configuration names no role', () => {
    const made = store({ workspace: ZenmlWorkspace.fromRole(WORKSPACE_ID, pod), authentication });

    expect(made.role).toBeUndefined();
    expect(made.grantee).toBe(pod);
    expect(made.configuration.authConfig).toEqual({ region: REGION });
    template().resourceCountIs('AWS::IAM::Role', 1);
    template().hasResourceProperties('AWS::IAM::Policy', { Roles: [{ Ref: Match.stringLikeRegexp('^Pod') }] });
    expect(template().toJSON().Outputs).toEqual({
      SecretsStoreRegionDCFE9CD8: { Description: expect.any(String), Value: REGION },
      SecretsStoreWorkspaceConfigurationF480C5E3: {
        Description: expect.any(String),
        Value: `{"secrets_store":{"type":"aws","settings":{"auth_method":"implicit","auth_config":{"region":"${REGION}"}}}}`,
      },
    });
  });

  test('a workspace known only by ARN cannot be given the policy', () => {
    expect(() => store({ authentication })).toThrow(
      `Stack/SecretsStore: workspace principal "arn:aws:iam::715803424590:role/zenml-${WORKSPACE_ID}" cannot be given a policy, `
      + 'and assumeRole: false leaves no other role to give it to. '
      + 'Name the workspace\'s role by ZenmlWorkspace.fromRole, or let the store make a role to assume.',
    );
  });

  test('a workspace\'s role that takes no policy is an error', () => {
    const imported = iam.Role.fromRoleArn(stack, 'Imported', `arn:aws:iam::${ACCOUNT}:role/pod`, { mutable: false });
    store({ workspace: ZenmlWorkspace.fromRole(WORKSPACE_ID, imported), authentication });

    expect(() => app.synth()).toThrow(/takes no policy/);
  });

  test('a role given all the same is an error', () => {
    expect(() => store({ workspace: ZenmlWorkspace.fromRole(WORKSPACE_ID, pod), authentication, role: pod })).toThrow(
      'Stack/SecretsStore: role "Stack/Pod" would never be assumed, as the authentication says assumeRole: false. '
      + 'Leave out one of the two.',
    );
  });

  test('a name for the role that is not made is an error', () => {
    expect(() => store({ workspace: ZenmlWorkspace.fromRole(WORKSPACE_ID, pod), authentication, roleName: 'x' })).toThrow(
      'Stack/SecretsStore: roleName would have no effect, as the store makes no role here. Leave out roleName, or assumeRole: false.',
    );
  });
});

describe('bad input', () => {
  const NAME_RULE = 'Use 1 to 64 letters, digits and characters of _+=,.@- (a path goes into rolePath), or leave roleName out.';
  const PATH_RULE = 'Begin and end it with a slash, such as /zenml/, in at most 512 printable characters.';
  const REGION_RULE = 'Write the region\'s code, such as eu-central-1, or leave it out for the region of the stack.';

  test.each<[string, Partial<AwsSecretsStoreProps>, string]>([
    ['a role name that is too long', { roleName: 'r'.repeat(65) },
      `roleName "${'r'.repeat(65)}" is not a name that IAM accepts. ${NAME_RULE}`],
    ['a role name with a slash', { roleName: 'a/b' }, `roleName "a/b" is not a name that IAM accepts. ${NAME_RULE}`],
    ['an empty role name', { roleName: '' }, `roleName "" is not a name that IAM accepts. ${NAME_RULE}`],
    ['a path without slashes', { rolePath: 'zenml' }, `rolePath "zenml" is not a path that IAM accepts. ${PATH_RULE}`],
    ['a path without a last slash', { rolePath: '/zenml' }, `rolePath "/zenml" is not a path that IAM accepts. ${PATH_RULE}`],
    ['a region that is none', { region: 'Frankfurt' }, `region "Frankfurt" is not an AWS region. ${REGION_RULE}`],
    ['an availability zone', { region: 'eu-central-1a' }, `region "eu-central-1a" is not an AWS region. ${REGION_RULE}`],
    ['a region of another partition', { region: 'cn-north-1' },
      `region "cn-north-1" is in partition aws-cn, but the stack is in aws (${REGION}). `
      + 'Write a region of partition aws, or put the store into a stack of the other partition.'],
  ])('%s', (_, props, message) => {
    expect(() => store(props)).toThrow(`Stack/SecretsStore: ${message}`);
  });

  test('a region that AWS may open tomorrow is none', () => {
    expect(store({ region: 'eu-nowhere-7' }).region).toBe('eu-nowhere-7');
  });
});

test('roles that customizeRoles keeps out of the template keep their policies out too', () => {
  iam.Role.customizeRoles(stack, { usePrecreatedRoles: { 'Stack/SecretsStore/Role': 'made-by-security' } });
  new kms.Key(stack, 'SomethingElse');
  store();

  expect(Object.values(template().toJSON().Resources).map((resource: any) => resource.Type)).toEqual(['AWS::KMS::Key']);
});

test('another stack of the app can grant the workspace more', () => {
  const other = new Stack(app, 'Other', { env: { account: ACCOUNT, region: REGION } });
  new kms.Key(other, 'Key').addToResourcePolicy(new iam.PolicyStatement({
    principals: [store().grantee.grantPrincipal], actions: ['kms:Decrypt'], resources: ['*'],
  }));

  Template.fromStack(other).hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({ Principal: { AWS: { 'Fn::ImportValue': Match.stringLikeRegexp('SecretsStoreRole') } } }),
      ]),
    },
  });
});
