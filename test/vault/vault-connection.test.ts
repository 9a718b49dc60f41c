import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Aws, CfnParameter, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { CERTIFICATE } from './certificate';
import {
  VaultAdministrator, VaultAuthentication, VaultAuthMount, VaultCertificateAuthority, VaultConnection, VaultConnectionProps,
  VaultSecretsStore, ZenmlWorkspace,
} from '../../src';
import { ACCOUNT, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';
import { workspaceIds } from '../workspaces';

const ADDRESS = 'https://vault.example.com:8200';
const SECRET_ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:vault/zenml-AbCdEf`;
const OURS = { Handler: 'index.handler' };
let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } });
});

const iamAdministrator = () => VaultAdministrator.aws({ roleName: 'zenml-admin' });
const connect = (props: Partial<VaultConnectionProps> = {}, id = 'Vault') => new VaultConnection(stack, id, {
  address: ADDRESS, administrator: iamAdministrator(), ...props,
});
const connectBy = (secret: secretsmanager.ISecret) => () => connect({ administrator: VaultAdministrator.token(secret) });
const template = () => Template.fromStack(stack);

/** Every statement of the policies of a role, by the beginning of the role's logical id. */
function statementsOf(role: string): { Action: string | string[]; Resource: unknown }[] {
  const attached = { Properties: { Roles: [{ Ref: Match.stringLikeRegexp(`^${role}`) }] } };
  const policies = Object.values(template().findResources('AWS::IAM::Policy', attached));
  return policies.flatMap(({ Properties: properties }) => properties.PolicyDocument.Statement);
}

describe('the function', () => {
  test('has everything from its environment, and nothing secret in it', () => {
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', SECRET_ARN);
    connect({
      administrator: VaultAdministrator.token(secret),
      vaultNamespace: 'admin/zenml',
      certificateAuthority: VaultCertificateAuthority.fromPem(CERTIFICATE),
    });

    template().hasResourceProperties('AWS::Lambda::Function', {
      ...OURS,
      Runtime: 'nodejs24.x',
      Timeout: 120,
      Environment: {
        Variables: {
          ADDRESS,
          VAULT_NAMESPACE: 'admin/zenml',
          ADMINISTRATOR: `{"method":"token","secretArn":"${SECRET_ARN}","field":"token"}`,
          CERTIFICATE_AUTHORITY: CERTIFICATE,
        },
      },
    });
  });

  test('has no variables for what is left out', () => {
    connect();

    template().hasResourceProperties('AWS::Lambda::Function', {
      ...OURS,
      VpcConfig: Match.absent(),
      Environment: {
        Variables: {
          ADDRESS,
          ADMINISTRATOR: '{"method":"aws","roleName":"zenml-admin","mount":"aws","stsHost":"sts.amazonaws.com","stsRegion":"us-east-1"}',
        },
      },
    });
  });

  test('may write its log and nothing else, where no secret is kept', () => {
    connect();

    expect(statementsOf('VaultRole')).toEqual([
      {
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': ['VaultLogGroupAF162ACB', 'Arn'] },
      },
    ]);
    expect(template().findResources('AWS::IAM::Role').VaultRole1D223108.Properties.ManagedPolicyArns).toBeUndefined();
  });

  test('may read exactly the two secrets, with their keys', () => {
    const key = kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`);
    const administrator = secretsmanager.Secret.fromSecretAttributes(stack, 'Secret', {
      secretCompleteArn: SECRET_ARN, encryptionKey: key,
    });
    const authority = new secretsmanager.Secret(stack, 'Authority');
    connect({
      administrator: VaultAdministrator.appRole(administrator),
      certificateAuthority: VaultCertificateAuthority.fromSecret(authority),
    });

    expect(statementsOf('VaultRole').slice(1)).toEqual([
      { Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Effect: 'Allow', Resource: SECRET_ARN },
      {
        Action: 'kms:Decrypt',
        Effect: 'Allow',
        Resource: key.keyArn,
        Condition: {
          StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', [`secretsmanager.${REGION}.`, { Ref: 'AWS::URLSuffix' }]] } },
        },
      },
      {
        Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
        Effect: 'Allow',
        Resource: { Ref: 'AuthorityF9ED9032' },
      },
    ]);
    template().hasResourceProperties('AWS::Lambda::Function', {
      ...OURS, Environment: { Variables: { CERTIFICATE_AUTHORITY_SECRET: { Ref: 'AuthorityF9ED9032' } } },
    });
  });

  test('alone is in the VPC, in the subnets and groups given', () => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
    const group = new ec2.SecurityGroup(stack, 'Group', { vpc });
    const connection = connect({ vpc, vpcSubnets: { subnets: [vpc.privateSubnets[0]] }, securityGroups: [group] });
    connection.connections.allowToAnyIpv4(ec2.Port.tcp(8200));

    const inVpc = Object.values(template().findResources('AWS::Lambda::Function'))
      .filter(({ Properties: { VpcConfig: config } }) => config !== undefined);
    expect(inVpc).toHaveLength(1);
    template().hasResourceProperties('AWS::Lambda::Function', {
      ...OURS,
      VpcConfig: {
        SubnetIds: [Match.anyValue()],
        SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^Group'), 'GroupId'] }],
      },
    });
    expect(statementsOf('VaultRole')).toContainEqual(expect.objectContaining({ Sid: 'NetworkInterfacesOfTheFunction', Resource: '*' }));
  });

  test('runs under a role of one\'s own, and gives it what it needs', () => {
    const role = new iam.Role(stack, 'Own', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const connection = connect({ role });

    expect(connection.role).toBe(role);
    expect(connection.grantPrincipal).toBe(role);
    expect(statementsOf('Own')).toHaveLength(1);
    template().hasResourceProperties('AWS::Lambda::Function', { ...OURS, Role: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Own'), 'Arn'] } });
  });

  test('logs into a group of one\'s own, as the framework before it does', () => {
    const logGroup = new logs.LogGroup(stack, 'Logs');
    expect(connect({ logGroup }).logGroup).toBe(logGroup);

    template().resourceCountIs('AWS::Logs::LogGroup', 1);
    template().allResourcesProperties('AWS::Lambda::Function', { LoggingConfig: Match.objectLike({ LogGroup: { Ref: 'Logs6819BB44' } }) });
  });

  test.each(['nodejs20.x', 'nodejs22.x', 'nodejs26.x'])('runs on %s where that is chosen', (name) => {
    const { lambdaFunction } = connect({ runtime: new lambda.Runtime(name, lambda.RuntimeFamily.NODEJS) });

    expect((lambdaFunction as lambda.Function).runtime.name).toBe(name);
  });

  test.each(['nodejs18.x', 'nodejs', 'python3.13', 'provided.al2023'])('does not run on %s', (name) => {
    expect(() => connect({ runtime: new lambda.Runtime(name) })).toThrow(
      `Stack/Vault: runtime "${name}" is not Node.js 20 or newer, for which the function is built. Write one such as Runtime.NODEJS_22_X`);
  });

  test('takes its time', () => {
    const connection = connect({ timeout: Duration.minutes(14) });
    new VaultSecretsStore(stack, 'Store', { workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), connection });

    template().hasResourceProperties('AWS::Lambda::Function', { ...OURS, Timeout: 840 });
    template().hasResourceProperties('Custom::ZenmlVaultSecretsStore', { ServiceTimeout: '1020' });
  });
});

describe('stores', () => {
  const store = (scope: Stack, connection: VaultConnection, id = WORKSPACE_ID) => new VaultSecretsStore(scope, `Store-${id}`, {
    workspace: ZenmlWorkspace.fromId(id),
    connection,
    authentication: VaultAuthentication.aws({ mount: VaultAuthMount.existing(id) }),
    roleName: `zenml-${id.slice(0, 8)}`,
  });

  test('share one function, also from other stacks', () => {
    const connection = connect();
    store(stack, connection);
    const other = new Stack(app, 'Other', { env: { account: ACCOUNT, region: REGION } });
    store(other, connection, OTHER_WORKSPACE_ID);

    template().resourceCountIs('AWS::Lambda::Function', 2); // ours, and that of CDK's provider framework
    Template.fromStack(other).resourceCountIs('AWS::Lambda::Function', 0);
    Template.fromStack(other).hasResourceProperties('Custom::ZenmlVaultSecretsStore', {
      ServiceToken: { 'Fn::ImportValue': Match.anyValue() },
    });
  });

  test('of two connections in a stack are independent', () => {
    store(stack, connect());
    store(stack, connect({ address: 'https://other.example.com' }, 'Second'), OTHER_WORKSPACE_ID);

    template().resourceCountIs('AWS::Lambda::Function', 4);
    const tokens = Object.values(template().findResources('Custom::ZenmlVaultSecretsStore'))
      .map(({ Properties: { ServiceToken: token } }) => JSON.stringify(token));
    expect(new Set(tokens).size).toBe(2);
  });

  test('are told of a change of the address or the namespace', () => {
    const hashOf = (props: Partial<VaultConnectionProps>, id: string) => {
      const own = new Stack(new App(), id);
      store(own, new VaultConnection(own, 'Vault', { address: ADDRESS, administrator: iamAdministrator(), ...props }));
      const [{ Properties: { Connection: hash } }] = Object.values(Template.fromStack(own).findResources('Custom::ZenmlVaultSecretsStore'));
      return hash;
    };
    const hashes = [hashOf({}, 'A'), hashOf({ address: 'https://vault.example.com' }, 'B'), hashOf({ vaultNamespace: 'zenml' }, 'C')];

    expect(new Set(hashes).size).toBe(3);
  });

  test('make up the policy of the administrator', () => {
    const connection = connect();
    expect(stack.resolve(connection.administratorPolicy)).toBe('# No store uses this connection yet.\n');
    store(stack, connection);
    store(new Stack(app, 'Other', { env: { account: ACCOUNT, region: REGION } }), connection, OTHER_WORKSPACE_ID);

    const policy = stack.resolve(connection.administratorPolicy);
    expect(policy).toContain(`path "auth/${WORKSPACE_ID}/role/zenml-123e4567" {`);
    expect(policy).toContain(`path "auth/${OTHER_WORKSPACE_ID}/role/zenml-9b2c7a10" {`);
    template().hasOutput('*', { Value: policy });
  });

  test('whose values only another stack knows have an output of their own', () => {
    const connection = connect();
    const other = new Stack(app, 'Other', { env: { account: ACCOUNT, region: REGION } });
    const id = new CfnParameter(other, 'Id').valueAsString;
    new VaultSecretsStore(other, 'Store', { workspace: ZenmlWorkspace.fromId(id), connection });

    expect(stack.resolve(connection.administratorPolicy)).toBe(
      '# See also the output AdministratorPolicy of Other/Store, whose values are known in its own stack only.\n',
    );
    const outputs = Template.fromStack(other).findOutputs('*', { Value: { 'Fn::Join': ['', Match.arrayWith([{ Ref: 'Id' }])] } });
    expect(Object.keys(outputs)).toContainEqual(expect.stringMatching(/^StoreAdministratorPolicy/));
    expect(JSON.stringify(other.resolve(connection.administratorPolicy))).toContain('{"Ref":"Id"}');
  });

  test('whose values this stack knows at deployment are part of the policy', () => {
    const connection = connect();
    const id = new CfnParameter(stack, 'Id').valueAsString;
    new VaultSecretsStore(stack, 'Store', { workspace: ZenmlWorkspace.fromId(id), connection });

    expect(JSON.stringify(stack.resolve(connection.administratorPolicy))).toContain('{"Ref":"Id"}');
    expect(Object.keys(template().findOutputs('*')).filter((name) => /^StoreAdministratorPolicy/.test(name))).toEqual([]);
  });
});

describe('the file with the policy', () => {
  const FILE = 'Stack.Team-Vault.hcl';
  const write = () => {
    const connection = new VaultConnection(new Construct(stack, 'Team'), 'Vault', { address: ADDRESS, administrator: iamAdministrator() });
    return (number: number, workspaceId?: string) => {
      workspaceIds(number).forEach((id) => new VaultSecretsStore(stack, id, {
        workspace: ZenmlWorkspace.fromId(workspaceId ?? id),
        connection,
        authentication: VaultAuthentication.aws({ mount: VaultAuthMount.managed(id) }),
      }));
      return stack.resolve(connection.administratorPolicy);
    };
  };
  const read = () => readFileSync(join(app.synth().directory, FILE), 'utf8');

  test('is that of the output', () => {
    const policy = write()(1);

    expect(policy).toContain('path "sys/auth"');
    expect(read()).toBe(policy);
    template().hasOutput('*', { Value: policy });
  });

  test('is named by the output where it is too long for one, and the property still has it', () => {
    const policy = write()(110);

    expect(read()).toBe(policy);
    expect(Buffer.byteLength(policy)).toBeGreaterThan(200_000);
    template().hasOutput('*', {
      Value: `# The policy has ${Buffer.byteLength(policy)} bytes, too many for an output. `
        + `The synthesis writes it to the file ${FILE} beside the template.\n`,
    });
  });

  test('goes where it holds what only the deployment knows, so that none of an earlier synthesis is left', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'assembly-'));
    app = new App({ outdir });
    stack = new Stack(app, 'Stack');
    writeFileSync(join(outdir, FILE), 'stale');
    write()(1, new CfnParameter(stack, 'Id').valueAsString);
    app.synth();

    expect(readdirSync(outdir)).not.toContain(FILE);
    rmSync(outdir, { recursive: true });
  });
});

test('the output of the policy can be left out', () => {
  connect({ outputs: false });

  expect(template().findOutputs('*')).toEqual({});
});

describe('an address', () => {
  test.each(['https://vault.example.com', ADDRESS, 'https://10.0.0.1:8200', 'https://[2001:db8::1]:8200'])('%s passes', (address) => {
    expect(() => connect({ address })).not.toThrow();
    Annotations.fromStack(stack).hasNoWarning('*', '*');
  });

  test.each<[string, string]>([
    ['http://vault.example.com:8200', ''],
    ['vault.example.com:8200', ', as it does not begin with a scheme and ://'],
    ['HTTPS://vault.example.com', ', as its scheme is HTTPS'],
    ['https://vault.example.com/', ', as it has a slash at its end'],
    ['https://vault.example.com/v1', ', as it has a path'],
    ['https://user:password@vault.example.com', ', as it has credentials in it'],
    ['https://vault.example.com?x=1', ', as it has a query'],
    ['https://vault.example.com#x', ', as it has a fragment'],
    [' https://vault.example.com', ', as it has white space in it'],
    ['https://', ', as it has no host'],
    ['https://vault_internal:8200', ', as its host has an underscore, which no name of a host may have'],
  ])('%s is refused, and its fault named', (address, fault) => {
    expect(() => connect({ address })).toThrow(
      `Stack/Vault: address ${JSON.stringify(address)} is not an https address of a server${fault}. Write scheme, host and port only`,
    );
  });

  test('of http passes with a warning, where that is allowed', () => {
    connect({ address: 'http://127.0.0.1:8200', allowInsecureAddress: true });

    Annotations.fromStack(stack).hasWarning('/Stack/Vault', Match.stringLikeRegexp('http://127.0.0.1:8200 is not https: tokens and secrets cross the network in clear'));
  });

  test('with a path is refused also then', () => {
    expect(() => connect({ address: 'http://127.0.0.1:8200/v1', allowInsecureAddress: true })).toThrow(
      'is not an https or http address of a server, as it has a path',
    );
  });

  test('known only at deployment is refused', () => {
    expect(() => connect({ address: Aws.STACK_NAME })).toThrow(
      'Stack/Vault: address "<AWS.StackName>" is known only at deployment. Write it out, or take it from the context',
    );
  });
});

test.each(['/zenml', 'zenml/', 'a//b', '../root', 'a b', 'a+', ''])('the namespace "%s" is refused', (vaultNamespace) => {
  expect(() => connect({ vaultNamespace })).toThrow(
    `Stack/Vault: vaultNamespace ${JSON.stringify(vaultNamespace)} is not a namespace of Vault.`,
  );
});

test('a namespace known only at deployment is refused', () => {
  expect(() => connect({ vaultNamespace: Aws.STACK_NAME })).toThrow(
    'Stack/Vault: vaultNamespace "<AWS.StackName>" is known only at deployment.',
  );
});

test.each([
  [Duration.seconds(29), '29'],
  [Duration.minutes(15), '900'],
  [Duration.millis(Lazy.number({ produce: () => 60_000 })), 'null'],
])('a timeout of %s is refused', (timeout, shown) => {
  expect(() => connect({ timeout })).toThrow(`Stack/Vault: timeout ${shown} is not from 30 to 840 seconds.`);
});

test('subnets and security groups without a VPC are refused', () => {
  expect(() => connect({ vpcSubnets: {}, securityGroups: [] })).toThrow(
    'Stack/Vault: vpcSubnets, securityGroups would have no effect without vpc. Give a vpc, or leave',
  );
});

test('garbage in place of the certificate, and an administrator who cannot be right, are refused', () => {
  expect(() => connect({ certificateAuthority: VaultCertificateAuthority.fromPem('garbage') })).toThrow(
    'Stack/Vault: certificateAuthority "garbage…" is not a certificate in PEM and nothing else.',
  );
  expect(() => connect({ administrator: VaultAdministrator.aws({ roleName: '*' }) }, 'Second'))
    .toThrow('Stack/Second: administrator roleName "*" is not');
});

test('a certificate that does not fit into the environment is refused', () => {
  const connectWith = (length: number) => () => {
    const certificateAuthority = VaultCertificateAuthority.fromPem(CERTIFICATE.padEnd(length));
    return connect({ certificateAuthority }, `Vault${length}`);
  };

  expect(connectWith(3_800)).not.toThrow();
  expect(connectWith(4_096)).toThrow(/certificateAuthority \d+ bytes with the rest of the function's environment are more than the 4096 that Lambda takes. .*VaultCertificateAuthority.fromSecret/);
});

describe('the administrator\'s secret', () => {
  const importedAs = (name: string) => secretsmanager.Secret.fromSecretNameV2(stack, 'Imported', name);

  test.each<[string, () => secretsmanager.ISecret]>([
    ['made here', () => new secretsmanager.Secret(stack, 'Made')],
    ['imported by its full ARN', () => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Imported', SECRET_ARN)],
    ['imported by an ARN known only at deployment',
      () => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Imported', new CfnParameter(stack, 'Arn').valueAsString)],
    ['imported by its name, for which CDK grants the six characters', () => importedAs('vault/zenml')],
    ['imported by its partial ARN', () => secretsmanager.Secret.fromSecretPartialArn(stack, 'Imported', SECRET_ARN.slice(0, -7))],
  ])('passes when it is %s', (_, secret) => {
    expect(connectBy(secret())).not.toThrow();
  });

  // Deprecated, and so left out of the types of aws-cdk-lib, but not of its JavaScript.
  const deprecated = secretsmanager.Secret as unknown as {
    fromSecretAttributes(scope: Stack, id: string, attributes: { secretArn: string }): secretsmanager.ISecret;
    fromSecretName(scope: Stack, id: string, name: string): secretsmanager.ISecret;
  };

  test.each<[string, () => secretsmanager.ISecret]>([
    ['an ARN that lacks its six characters',
      () => deprecated.fromSecretAttributes(stack, 'Imported', { secretArn: SECRET_ARN.slice(0, -7) })],
    ['a name that looks as if it had them', () => importedAs('vault-zenml1')],
    ['a partial ARN that looks as if it had them', () => secretsmanager.Secret.fromSecretPartialArn(stack, 'Imported', SECRET_ARN)],
    ['a name for which others are granted as well', () => deprecated.fromSecretName(stack, 'Imported', 'vault/zenml')],
  ])('is refused when it is imported by %s', (_, secret) => {
    expect(connectBy(secret())).toThrow(/^Stack\/Vault: administrator ".*" is imported without its full ARN, so that .* Import it by Secret.fromSecretCompleteArn/);
  });

  test('is refused when it is in another region, where the function does not look', () => {
    expect(connectBy(secretsmanager.Secret.fromSecretCompleteArn(stack, 'Imported', SECRET_ARN.replace(REGION, 'eu-west-1'))))
      .toThrow(/^Stack\/Vault: administrator ".*" is in eu-west-1, and the function in eu-central-1. Replicate the secret/);
  });

  test.each<[string, () => secretsmanager.ISecret]>([
    ['made here', () => new secretsmanager.Secret(stack, 'Made', { secretName: 'zenml/vault' })],
    ['imported by its full ARN',
      () => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Imported', SECRET_ARN.replace('vault/zenml', 'zenml/vault'))],
    ['imported by its name', () => importedAs('zenml/vault')],
  ])('is refused when it is named as ZenML\'s own, %s', (_, secret) => {
    expect(connectBy(secret())).toThrow(/^Stack\/Vault: administrator "zenml\/vault.*" is a name of ZenML's own secrets, which .* Name the secret otherwise/);
  });
});

describe('who administers', () => {
  const inStack = (administrator: (scope: Stack) => VaultAdministrator, role?: (scope: Stack) => iam.IRole) => {
    const scope = new Stack(new App(), 'Stack', { env: { account: '111122223333', region: 'eu-central-1' } });
    new VaultConnection(scope, 'Vault', {
      address: 'https://vault.example.com', administrator: administrator(scope), role: role?.(scope),
    });
    return Annotations.fromStack(scope).findWarning('*', Match.stringLikeRegexp('administratorRole')).map(({ entry }) => entry.data);
  };
  const byToken = (account: string) => (scope: Stack) => VaultAdministrator.token(secretsmanager.Secret.fromSecretCompleteArn(
    scope, 'Token', `arn:aws:secretsmanager:eu-central-1:${account}:secret:vault/zenml-AbCdEf`,
  ));
  const byRole = () => VaultAdministrator.aws({ roleName: 'zenml-admin' });

  test('a secret of another account: refused', () => {
    expect(() => inStack(byToken('444455556666'))).toThrow('Stack/Vault: administrator '
      + '"arn:aws:secretsmanager:eu-central-1:444455556666:secret:vault/zenml-AbCdEf" is in account 444455556666, and the function in '
      + '111122223333. Keep the secret in the account of the stack.');
    expect(inStack(byToken('111122223333'))).toEqual([]);
  });

  test('aws() without a role of the connection: a warning that Vault has to know it first', () => {
    expect(inStack(byRole)).toEqual([expect.stringMatching(
      /^VaultAdministrator\.aws\(\) logs in .* Vault has to know before the first deployment\. Give the connection a role .*\[ack: /,
    )]);
    expect(inStack(byRole, (scope) => new iam.Role(scope, 'Role', { assumedBy: new iam.AnyPrincipal() }))).toEqual([]);
  });
});
