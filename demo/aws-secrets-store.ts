import { resolve } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Cdk } from './cdk';
import { Steps } from './steps';
import { CloudFormation } from '../test/emulators/cloudformation';
import { EmbeddedAws } from '../test/emulators/embedded-aws';
import { ControlPlane, Principal, ZenmlSecretsStore } from '../test/emulators/zenml-pro';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';
const APP = resolve(__dirname, '../examples/aws-secrets-store/typescript');
const WORKSPACE = '123e4567-e89b-12d3-a456-426614174000';
const OTHER_WORKSPACE = '9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b';
const SECRET = '0f8fad5b-d9cb-469f-a165-70867728950e';

/** The example for the AWS secrets store, deployed, used as ZenML uses it, and destroyed. */
export async function demonstrateAwsSecretsStore(steps: Steps, aws: EmbeddedAws, options: { keep: boolean; signal: AbortSignal }) {
  const cdk = new Cdk(APP, aws, ACCOUNT, REGION);
  try {
    await steps.run(`account ${ACCOUNT} is ready for CDK (asset bucket and version parameter, as cdk bootstrap leaves them)`, () => prepareAccount(aws));
    const [workspace, otherWorkspace] = await steps.run('ZenML\'s account 715803424590 runs two workspaces, each under a role of its own', async () => {
      const controlPlane = await ControlPlane.create(aws);
      return [await controlPlane.createWorkspace(WORKSPACE), await controlPlane.createWorkspace(OTHER_WORKSPACE)];
    });

    const outputs = await steps.run('cdk deploy of examples/aws-secrets-store/typescript', () => cdk.deploy(options.signal));
    const handoff = await steps.run('the stack hands over the JSON for ZenML support', () => handoffOf(outputs.ZenmlSecretsStore));
    const { region, role_arn: roleArn } = handoff.secrets_store.settings.auth_config;

    const store = await steps.run(`the workspace assumes ${roleArn}`, () => workspace.openSecretsStore(WORKSPACE, roleArn, region));
    await liveWithASecret(steps, store);

    await steps.run('another workspace cannot assume the role', () => refused(openedBy(otherWorkspace, roleArn, region)));
    await steps.run('the workspace cannot create a secret outside of zenml/', () => refused(store.create(SECRET, {}, `production/${SECRET}`)));

    if (!options.keep) {
      await steps.run('cdk destroy', () => cdk.destroy(options.signal));
      await steps.run('the role is gone: the workspace cannot assume it any more', () => refused(openedBy(workspace, roleArn, region)));
    }
    return { handoff, environment: cdk.environment };
  } finally {
    cdk.cleanUp();
  }
}

async function liveWithASecret(steps: Steps, store: ZenmlSecretsStore) {
  await steps.run(`it creates the secret zenml/${SECRET}`, () => store.create(SECRET, { password: 'first' }));
  await steps.run('it reads the secret', async () => expectValue(await store.read(SECRET), { password: 'first' }));
  await steps.run('it describes the secret, and finds its own tags', async () => {
    const { Tags: tags = [] } = await store.describe(SECRET);
    expectValue(tags.find(({ Key }) => Key === 'zenml')?.Value, WORKSPACE);
  });
  await steps.run('it updates the secret, and reads the new value', async () => {
    await store.update(SECRET, { password: 'second' });
    expectValue(await store.read(SECRET), { password: 'second' });
  });
  await steps.run('it tags the secret', () => store.tag(SECRET));
  await steps.run('it deletes the secret, which is gone at once', async () => {
    await store.delete(SECRET);
    await refused(store.read(SECRET), /^ResourceNotFound/);
  });
}

async function prepareAccount(aws: EmbeddedAws) {
  await new CloudFormation(aws, ACCOUNT, REGION).pretendBootstrap();
  const s3 = new S3Client({ ...aws.client(aws.root(ACCOUNT), REGION), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}` }));
}

function handoffOf(outputs: { readonly [output: string]: string }) {
  const [json] = Object.entries(outputs).filter(([name]) => name.includes('WorkspaceConfiguration')).map(([, value]) => value);
  console.log(`  ${json}`);
  return JSON.parse(json);
}

const openedBy = (principal: Principal, roleArn: string, region: string) => principal.openSecretsStore(WORKSPACE, roleArn, region);

async function refused(call: Promise<unknown>, why = /^(AccessDenied|NoSuchEntity)/) {
  const error = await call.then(() => undefined, (reason) => reason);
  if (error === undefined) {
    throw new Error('It was let through');
  }
  if (!why.test(error.name)) {
    throw error;
  }
  console.log(`  refused: ${error.message}`);
}

function expectValue(found: unknown, expected: unknown) {
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`Found ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
  }
}
