import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { App, CfnOutput, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { customerAccount } from './customer-account';
import { uploadAssets } from '../emulators/assets';
import { CloudFormation, DeployedStack } from '../emulators/cloudformation';
import { useEmbeddedVault } from '../emulators/use-embedded-vault';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { ACCOUNT, REGION } from '../scenarios';

/* The embedded AWS runs a custom resource of the CDK provider framework, under the policies of its role, as AWS does. */

/** Reads a secret with the SDK of the runtime, and calls a server whose certificate is of a private authority. */
const ON_EVENT = `
const https = require('node:https');
const { GetSecretValueCommand, SecretsManagerClient } = require('@aws-sdk/client-secrets-manager');

exports.handler = async ({ RequestType, ResourceProperties: { SecretArn, Server, CertificateAuthority, Greeting } }) => {
  if (Greeting === 'none') {
    throw new Error('There is no greeting in ' + RequestType);
  }
  const secrets = new SecretsManagerClient({});
  const { SecretString, ARN } = await secrets.send(new GetSecretValueCommand({ SecretId: SecretArn }));
  const { sealed } = await new Promise((done, fail) => https.get(Server + '/v1/sys/health', { ca: CertificateAuthority }, (response) => {
    let text = '';
    response.on('data', (chunk) => text += chunk).on('end', () => done(JSON.parse(text)));
  }).on('error', fail));
  return {
    PhysicalResourceId: 'greeting',
    Data: {
      SecretArn: ARN,
      Token: JSON.parse(SecretString).token,
      Sealed: String(sealed),
      Greeting,
      RequestType,
      Region: await secrets.config.region(),
      Node: process.version,
    },
  };
};
`;

interface GreetingProps {
  readonly greeting: string;
  readonly granted?: boolean;
  readonly description?: string;
}

const aws = useEmbeddedAws({ region: REGION });
const vault = useEmbeddedVault({ tls: true });
let cloudFormation: CloudFormation;
let code: string;

beforeAll(async () => {
  code = mkdtempSync(join(tmpdir(), 'on-event-'));
  writeFileSync(join(code, 'index.js'), ON_EVENT);
});

beforeEach(async () => {
  ({ cloudFormation } = await customerAccount(aws));
});

afterAll(async () => {
  rmSync(code, { recursive: true });
});

async function deploy({ greeting, granted = true, description }: GreetingProps): Promise<DeployedStack> {
  const app = new App();
  const stack = new Stack(app, 'Greeting');
  const secret = new secretsmanager.Secret(stack, 'Secret', {
    description,
    removalPolicy: RemovalPolicy.DESTROY,
    generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'token', excludePunctuation: true, passwordLength: 200 },
  });
  const onEventHandler = new lambda.Function(stack, 'OnEvent', {
    code: lambda.Code.fromAsset(code),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_24_X,
    timeout: Duration.seconds(10),
  });
  const provider = new Provider(stack, 'Provider', { onEventHandler });
  const resource = new CustomResource(stack, 'Resource', {
    serviceToken: provider.serviceToken,
    properties: {
      SecretArn: secret.secretArn,
      Server: vault.address,
      CertificateAuthority: vault.certificateAuthority,
      Greeting: greeting,
    },
  });
  if (granted) {
    resource.node.addDependency(secret.grantRead(onEventHandler));
  }
  new CfnOutput(stack, 'Ref', { key: 'Ref', value: secret.secretArn });
  for (const key of ['SecretArn', 'Token', 'Sealed', 'Greeting', 'RequestType', 'Region', 'Node']) {
    new CfnOutput(stack, `Output${key}`, { key, value: resource.getAttString(key) });
  }
  const artifact = app.synth().getStackByName(stack.stackName);
  await uploadAssets(aws, ACCOUNT, REGION, artifact);
  return cloudFormation.deploy('Greeting', artifact.template);
}

async function status(): Promise<string> {
  const client = new CloudFormationClient(aws.client(aws.root(ACCOUNT), REGION));
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: 'Greeting' }));
  return stack.StackStatus!;
}

const secrets = () => new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));

test('is created, updated and deleted', async () => {
  const { outputs: created } = await deploy({ greeting: 'hello' });
  const { SecretString: value } = await secrets().send(new GetSecretValueCommand({ SecretId: created.Ref }));

  expect(created).toMatchObject({ RequestType: 'Create', Greeting: 'hello', Sealed: 'false', Region: REGION });
  expect(created.Node).toMatch(/^v24\./);
  expect(created.Token).toMatch(/^[A-Za-z0-9]{200}$/);
  expect(created.Ref).toMatch(/^arn:aws:secretsmanager:eu-central-1:111122223333:secret:.+-\w{6}$/);
  expect(created.SecretArn).toBe(created.Ref);
  expect(JSON.parse(value!)).toEqual({ token: created.Token });

  const { outputs: updated } = await deploy({ greeting: 'good morning', description: 'Another one' });

  expect(updated).toEqual({ ...created, RequestType: 'Update', Greeting: 'good morning' });
  expect(await secrets().send(new DescribeSecretCommand({ SecretId: created.Ref }))).toMatchObject({ Description: 'Another one' });

  await cloudFormation.delete('Greeting');

  await expect(secrets().send(new DescribeSecretCommand({ SecretId: created.Ref })))
    .rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('fails, and is rolled back, where its function may not read the secret', async () => {
  await expect(deploy({ greeting: 'hello', granted: false })).rejects.toThrow(/is not authorized to perform: secretsmanager:GetSecretValue/);

  expect(await status()).toBe('ROLLBACK_COMPLETE');
});

test('fails with the message of its function', async () => {
  await expect(deploy({ greeting: 'none' })).rejects.toThrow('There is no greeting in Create');

  expect(await status()).toBe('ROLLBACK_COMPLETE');
});

test('keeps what it had where an update fails', async () => {
  await deploy({ greeting: 'hello' });

  await expect(deploy({ greeting: 'none' })).rejects.toThrow('There is no greeting in Update');

  expect(await status()).toBe('UPDATE_ROLLBACK_COMPLETE');
});
