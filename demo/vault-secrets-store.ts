import { resolve } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ACCOUNT, REGION, SECRET } from './account';
import type { Demonstration } from './aws-secrets-store';
import { expectValue, handoffOf, refused, showOutput } from './checks';
import { Steps } from './steps';
import { Cdk } from '../test/emulators/cdk-cli';
import { EmbeddedAws } from '../test/emulators/embedded-aws';
import { EmbeddedVault } from '../test/emulators/embedded-vault';
import { ZenmlVaultStore } from '../test/emulators/zenml-vault';

const APP = resolve(__dirname, 'vault-app');

/** The stack of the example for the Vault secrets store, deployed, used as ZenML uses it, updated, and destroyed. */
export async function demonstrateVaultSecretsStore(steps: Steps, aws: EmbeddedAws, vault: EmbeddedVault, demonstration: Demonstration) {
  const { keep, signal, workspace, otherWorkspace } = demonstration;
  const context = { vaultAddress: vault.address, stsEndpoint: aws.endpoint, tokenMinutes: '60' };
  const cdk = new Cdk(APP, aws, ACCOUNT, REGION, { context, onOutput: showOutput });
  try {
    await steps.run('Vault\'s administrator is a token with the policy that the library renders, kept in AWS Secrets Manager',
      () => appoint(aws, vault, cdk, signal));
    const outputs = await steps.run('cdk deploy of the stack of examples/vault-secrets-store, for this Vault and this AWS',
      () => cdk.deploy(signal));
    const handoff = await steps.run('the stack hands over the JSON for ZenML support', () => handoffOf(outputs.ZenmlVaultSecretsStore));
    const configuration = handoff.secrets_store.settings.auth_config;

    const logIn = () => ZenmlVaultStore.open(vault, configuration, workspace.credentials);
    const store = await steps.run(`the workspace logs in to Vault as ${configuration.aws_role}, by a signed sts:GetCallerIdentity`, logIn);
    await liveWithASecret(steps, store);

    await steps.run('another workspace cannot log in', () => refused(ZenmlVaultStore.open(vault, configuration, otherWorkspace.credentials), /does not belong to the role/));
    const forged = { ...workspace.credentials, secretAccessKey: 'forged' };
    await steps.run('a forged signature cannot log in', () => refused(ZenmlVaultStore.open(vault, configuration, forged), /received error code/));
    const headless = { ...configuration, aws_header_value: 'another' };
    await steps.run('nor can the workspace with another header', () => refused(ZenmlVaultStore.open(vault, headless, workspace.credentials), /error validating .* header/));
    await steps.run('the workspace cannot write outside of zenml/', () => refused(store.create(SECRET, {}, 'production'), /permission denied/));

    await steps.run('cdk deploy with tokens of 10 minutes', () => cdk.deploy(signal, { tokenMinutes: '10' }));
    await steps.run('the next token of the workspace lives that long', async () => expectValue((await logIn()).login.lease_duration, 600));

    if (!keep) {
      await steps.run('cdk destroy', () => cdk.destroy(signal));
      await steps.run('the role is gone: the workspace cannot log in any more', () => refused(logIn(), /entry for role .* not found/));
      await steps.run('the KV mount with the secrets stays',
        async () => expectValue((await vault.call('GET', `${configuration.mount_point}/config`)).status, 200));
    }
    return handoff;
  } finally {
    cdk.cleanUp();
  }
}

/** What the platform team does once, before the first deployment. */
async function appoint(aws: EmbeddedAws, vault: EmbeddedVault, cdk: Cdk, signal: AbortSignal) {
  const outputs: { Description: string; Value: string }[] = Object.values((await cdk.synth(signal)).Outputs);
  const { Value: policy } = outputs.find(({ Description: description }) => description.startsWith('The policy that the administrator'))!;
  showOutput(`${policy}\n`);
  await vault.call('POST', 'sys/policies/acl/zenml-admin', { policy });
  const { body } = await vault.call('POST', 'auth/token/create', { policies: ['zenml-admin'], no_default_policy: true });

  const secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
  await secrets.send(new CreateSecretCommand({
    Name: 'vault/zenml/administrator',
    SecretString: JSON.stringify({ token: body.auth.client_token }),
  }));
  await secrets.send(new CreateSecretCommand({ Name: 'vault/zenml/ca', SecretString: vault.certificateAuthority }));
}

async function liveWithASecret(steps: Steps, store: ZenmlVaultStore) {
  await steps.run(`it creates the secret zenml/${SECRET}`, () => store.create(SECRET, { password: 'first' }));
  await steps.run('it reads the secret', async () => expectValue(await store.read(SECRET), { password: 'first' }));
  await steps.run('it overwrites the secret, and reads the new value', async () => {
    await store.update(SECRET, { password: 'second' });
    expectValue(await store.read(SECRET), { password: 'second' });
  });
  await steps.run('it deletes the secret, which is gone with all its versions', async () => {
    await store.delete(SECRET);
    expectValue(await store.read(SECRET), undefined);
  });
}
