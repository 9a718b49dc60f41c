import { parseArgs } from 'node:util';
import { ACCOUNT, OTHER_WORKSPACE, prepareAccount, REGION, WORKSPACE } from './account';
import { demonstrateAwsSecretsStore } from './aws-secrets-store';
import { Steps } from './steps';
import { demonstrateVaultSecretsStore } from './vault-secrets-store';
import { environmentOf } from '../test/emulators/cdk-cli';
import { EmbeddedAws } from '../test/emulators/embedded-aws';
import { EmbeddedVault } from '../test/emulators/embedded-vault';
import { ControlPlane } from '../test/emulators/zenml-pro';
import { compile, installPackage, isStale } from '../test/package/packed-library';

/*
 * npm run demo             deploys and uses both secrets stores on an embedded AWS and an embedded Vault, then removes everything
 * npm run demo -- --keep   leaves both servers up with the deployed stacks in them
 */

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const INTERRUPTED = 130;
const interruption = new AbortController();

async function main(): Promise<number> {
  const { values: { keep } } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
  const { signal } = interruption;
  const steps = new Steps(signal);
  let aws: EmbeddedAws | undefined;
  let vault: EmbeddedVault | undefined;
  let handoffs: object[] | undefined;
  try {
    if (isStale()) {
      await steps.run('the library is compiled', () => compile(signal));
    }
    await steps.run('the library is packed as for npm and installed for the examples', () => installPackage(signal));
    await steps.run('the embedded AWS is installed (first run only)', () => EmbeddedAws.install(signal));
    await steps.run('the embedded Vault is installed, and its auth method aws built (first run only)', () => EmbeddedVault.install(signal));
    aws = await steps.run('the embedded AWS is up, with IAM enforced', () => new EmbeddedAws({ region: REGION, detached: keep }).start());
    console.log(`  the embedded AWS answers at ${aws.endpoint}`);
    vault = await steps.run('the embedded Vault is up, with a certificate of a private authority',
      () => new EmbeddedVault({ tls: true, detached: keep }).start());
    console.log(`  the embedded Vault answers at ${vault.address}`);
    handoffs = await demonstrate(steps, aws, vault, keep);
  } catch (error) {
    if (signal.aborted) {
      return INTERRUPTED;
    }
    console.error(`\n${error instanceof Error ? error.stack : error}`);
    [aws, vault].filter((server) => server !== undefined).forEach(({ logFile }) => console.error(`\nThe log of a server: ${logFile}`));
  } finally {
    if (handoffs === undefined || !keep) {
      await Promise.all([aws?.stop(), vault?.stop()]);
    }
  }

  console.log(`\n${steps.table()}`);
  if (handoffs === undefined || steps.failed) {
    return 1;
  }
  const documents = handoffs.map((handoff) => JSON.stringify(handoff, null, 2));
  console.log(`\nThis goes to ZenML support, one or the other, and nothing else:\n\n${documents.join('\n\n')}`);
  if (keep) {
    console.log(howToLookAround(aws!, vault!));
  }
  return 0;
}

async function demonstrate(steps: Steps, aws: EmbeddedAws, vault: EmbeddedVault, keep: boolean): Promise<object[]> {
  await steps.run(`account ${ACCOUNT} is ready for CDK (asset bucket and version parameter, as cdk bootstrap leaves them)`,
    () => prepareAccount(aws));
  const [workspace, otherWorkspace] = await steps.run(
    'ZenML\'s account 715803424590 runs two workspaces, each under a role of its own',
    async () => {
      const controlPlane = await ControlPlane.create(aws);
      return [await controlPlane.createWorkspace(WORKSPACE), await controlPlane.createWorkspace(OTHER_WORKSPACE)];
    },
  );
  const demonstration = { keep, signal: interruption.signal, workspace, otherWorkspace };
  return [
    await demonstrateAwsSecretsStore(steps, aws, demonstration),
    await demonstrateVaultSecretsStore(steps, aws, vault, demonstration),
  ];
}

function howToLookAround(aws: EmbeddedAws, vault: EmbeddedVault): string {
  const exports = Object.entries(environmentOf(aws, ACCOUNT, REGION)).map(([name, value]) => `  export ${name}=${value}`).join('\n');
  return `
The embedded AWS and the embedded Vault are still up. To look around with the AWS CLI or an SDK, and with the CLI of Vault or OpenBao:

${exports}
  aws cloudformation describe-stacks
  aws iam list-roles
  aws secretsmanager list-secrets

  export VAULT_ADDR=${vault.address} VAULT_CACERT=${vault.certificateAuthorityFile} VAULT_TOKEN=${vault.rootToken}
  vault auth list
  vault policy read zenml-${WORKSPACE}

To stop them, with everything in them:

  kill ${aws.pid} ${vault.pid}
`;
}

/** The command that runs is ended, no further step begins, and main() clears up on its way out. */
function interrupt(signal: NodeJS.Signals) {
  console.error(`\n${signal}: stopping, and removing what was started`);
  interruption.abort();
}
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
process.on('SIGHUP', interrupt);

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
