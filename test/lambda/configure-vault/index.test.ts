import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { storeOf, WORKSPACE } from './stack-under-test';
import { wipe } from './vault-under-test';
import { handler } from '../../../lambda/configure-vault/index';
import { Administrator } from '../../../src/vault/contract/environment';
import { writeProperties } from '../../../src/vault/contract/property-readers';
import { physicalId, STORE_TYPE } from '../../../src/vault/contract/store-properties';
import { Credentials } from '../../emulators/embedded-aws';
import { useEmbeddedVault } from '../../emulators/use-embedded-vault';
import { useEmbeddedAws } from '../../emulators/use-emulators';
import { ControlPlane } from '../../emulators/zenml-pro';

/* The function as Lambda runs it: all that it knows comes from its environment, and its secrets from Secrets Manager. */

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const ENVIRONMENT = { ...process.env };
const aws = useEmbeddedAws();
const vault = useEmbeddedVault();
let lambda: Credentials;
let stranger: Credentials;
let textArn: string;
let binaryArn: string;
let print: jest.SpyInstance;

beforeAll(async () => {
  const account = await ControlPlane.create(aws, ACCOUNT);
  lambda = (await account.createRole('lambda')).credentials;
  stranger = (await account.createRole('stranger')).credentials;
  const secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
  const create = async (Name: string, value: { readonly SecretString?: string; readonly SecretBinary?: Uint8Array }) =>
    (await secrets.send(new CreateSecretCommand({ Name, ...value }))).ARN!;
  textArn = await create('administrator', { SecretString: JSON.stringify({ token: vault.rootToken }) });
  binaryArn = await create('binary', { SecretBinary: Buffer.from(JSON.stringify({ token: vault.rootToken })) });
  await new IAMClient(aws.client(aws.root(ACCOUNT), REGION)).send(new PutRolePolicyCommand({
    RoleName: 'lambda',
    PolicyName: 'read-secrets',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: [textArn, binaryArn] },
    }),
  }));
});

beforeEach(() => {
  print = jest.spyOn(console, 'log').mockImplementation();
});

afterEach(async () => {
  print.mockRestore();
  process.env = { ...ENVIRONMENT };
  await wipe(vault);
});

const byToken = (secretArn: string): Administrator => ({ method: 'token', secretArn, field: 'token' });
const BY_IAM: Administrator = { method: 'aws', roleName: 'admin', mount: 'aws', stsHost: 'sts.amazonaws.com', stsRegion: 'us-east-1' };

/** Runs the function, with so much time, under the credentials of its role. */
async function run(administrator: Administrator, credentials = lambda, time = 20_000) {
  process.env = {
    ...ENVIRONMENT,
    ADDRESS: vault.address,
    ADMINISTRATOR: JSON.stringify(administrator),
    CONNECTION_STACK: 'Vault',
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  };
  return call(time);
}

async function call(time: number) {
  return handler({
    ResourceType: STORE_TYPE,
    RequestType: 'Create',
    RequestId: 'once',
    StackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Zenml/0f8fad5b`,
    LogicalResourceId: 'Store',
    ResourceProperties: { ServiceToken: 'arn', ...writeProperties(storeOf(), 'hash') },
  }, { getRemainingTimeInMillis: () => time });
}

const lines = () => print.mock.calls.map(([line]) => JSON.parse(line));
const statusOf = async (path: string) => (await vault.call('GET', path)).status;

test('makes a store under the token of a secret', async () => {
  const answer = await run(byToken(textArn));

  expect(answer).toMatchObject({
    PhysicalResourceId: physicalId(storeOf(), '', 'once'), Data: { Created: expect.stringContaining(`policy zenml-${WORKSPACE}`) },
  });
  expect(await statusOf(`auth/zenml-aws/role/zenml-${WORKSPACE}`)).toBe(200);
  expect(lines()).toContainEqual({ login: 'token', milliseconds: expect.any(Number) });
});

test('makes a store under its own role', async () => {
  await vault.call('POST', 'sys/auth/aws', { type: 'aws' });
  await vault.call('POST', 'auth/aws/config/client', { sts_endpoint: aws.endpoint });
  await vault.call('POST', 'sys/policies/acl/all', {
    policy: 'path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }',
  });
  await vault.call('POST', 'auth/aws/role/admin', {
    auth_type: 'iam',
    bound_iam_principal_arn: [`arn:aws:iam::${ACCOUNT}:role/lambda`],
    resolve_aws_unique_ids: false,
    token_policies: ['all'],
  });
  await run(BY_IAM);

  expect(await statusOf(`sys/policies/acl/zenml-${WORKSPACE}`)).toBe(200);
  expect(lines()).toContainEqual({ login: 'aws', milliseconds: expect.any(Number) });

  await expect(run(BY_IAM, stranger)).rejects.toThrow(/does not belong to the role "admin"/);
});

test('says of a binary secret what to do about it, and not what is in it', async () => {
  await expect(run(byToken(binaryArn))).rejects.toThrow(new Error(`The secret ${binaryArn} is binary. Store it as text`));
  expect(await statusOf(`sys/policies/acl/zenml-${WORKSPACE}`)).toBe(404);
});

test('reads no secret that its role may not read', async () => {
  // Too little time for another attempt.
  await expect(run(byToken(textArn), stranger, 5_000)).rejects.toThrow(/not authorized/);
  expect(await statusOf(`sys/policies/acl/zenml-${WORKSPACE}`)).toBe(404);
});

test('has no more time than Lambda gives it', async () => {
  await expect(run(byToken(textArn), lambda, 0)).rejects.toThrow(/^Vault: \w+ \S+: no answer within 1 ms$/);
});

test('without its variables, it asks nobody', async () => {
  await expect(call(20_000)).rejects.toThrow('The function lacks its environment variables');
  expect(lines()).toEqual([]);
});
