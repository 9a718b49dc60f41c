import { resolve } from 'node:path';
import { ACCOUNT, OTHER_WORKSPACE, REGION, SECRET, WORKSPACE } from './account';
import { expectValue, handoffOf, refused, showOutput } from './checks';
import { Steps } from './steps';
import { Cdk } from '../test/emulators/cdk-cli';
import { EmbeddedAws } from '../test/emulators/embedded-aws';
import { Principal, ZenmlSecretsStore } from '../test/emulators/zenml-pro';

const APP = resolve(__dirname, '../examples/aws-secrets-store/typescript');
const DENIED = /^(AccessDenied|NoSuchEntity)/;

export interface Demonstration {
  readonly keep: boolean;
  readonly signal: AbortSignal;
  /** The principals under which ZenML runs the workspace, and another one. */
  readonly workspace: Principal;
  readonly otherWorkspace: Principal;
}

/** The example for the AWS secrets store, deployed, used as ZenML uses it, and destroyed. */
export async function demonstrateAwsSecretsStore(
  steps: Steps, aws: EmbeddedAws, { keep, signal, workspace, otherWorkspace }: Demonstration,
) {
  const cdk = new Cdk(APP, aws, ACCOUNT, REGION, { onOutput: showOutput });
  try {
    const outputs = await steps.run('cdk deploy of examples/aws-secrets-store/typescript', () => cdk.deploy(signal));
    const handoff = await steps.run('the stack hands over the JSON for ZenML support', () => handoffOf(outputs.ZenmlSecretsStore));
    const { region, role_arn: roleArn } = handoff.secrets_store.settings.auth_config;

    const store = await steps.run(`the workspace assumes ${roleArn}`, () => workspace.openSecretsStore(WORKSPACE, roleArn, region));
    await liveWithASecret(steps, store);

    await steps.run('another workspace cannot assume the role',
      () => refused(otherWorkspace.openSecretsStore(OTHER_WORKSPACE, roleArn, region), DENIED));
    await steps.run('the workspace cannot create a secret outside of zenml/',
      () => refused(store.create(SECRET, {}, `production/${SECRET}`), DENIED));

    if (!keep) {
      await steps.run('cdk destroy', () => cdk.destroy(signal));
      await steps.run('the role is gone: the workspace cannot assume it any more',
        () => refused(workspace.openSecretsStore(WORKSPACE, roleArn, region), DENIED));
    }
    return handoff;
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
