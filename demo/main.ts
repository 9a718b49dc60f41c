import { parseArgs } from 'node:util';
import { demonstrateAwsSecretsStore, REGION } from './aws-secrets-store';
import { Steps } from './steps';
import { EmbeddedAws } from '../test/emulators/embedded-aws';
import { compile, installForExamples, isStale } from '../test/package/packed-library';

/*
 * npm run demo             deploys and uses the AWS secrets store on an embedded AWS, then removes everything
 * npm run demo -- --keep   leaves the embedded AWS up with the deployed stack in it
 */

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const INTERRUPTED = 130;
const interruption = new AbortController();

async function main(): Promise<number> {
  const { values: { keep } } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
  const { signal } = interruption;
  const steps = new Steps(signal);
  let aws: EmbeddedAws | undefined;
  let demonstrated: Awaited<ReturnType<typeof demonstrateAwsSecretsStore>> | undefined;
  try {
    if (isStale()) {
      await steps.run('the library is compiled', () => compile(signal));
    }
    await steps.run('the library is packed as for npm and installed for the examples', () => installForExamples(signal));
    await steps.run('the embedded AWS is installed (first run only)', () => EmbeddedAws.install(signal));
    aws = await steps.run('the embedded AWS is up, with IAM enforced', () => EmbeddedAws.start({ region: REGION, detached: keep }));
    console.log(`  the embedded AWS answers at ${aws.endpoint}`);
    demonstrated = await demonstrateAwsSecretsStore(steps, aws, { keep, signal });
  } catch (error) {
    if (signal.aborted) {
      return INTERRUPTED;
    }
    console.error(`\n${error instanceof Error ? error.stack : error}`);
    if (aws !== undefined) {
      console.error(`\nThe log of the embedded AWS: ${aws.logFile}`);
    }
  } finally {
    if (demonstrated === undefined || !keep) {
      await aws?.stop();
    }
  }

  console.log(`\n${steps.table()}`);
  if (demonstrated === undefined || steps.failed) {
    return 1;
  }
  console.log(`\nThis goes to ZenML support, and nothing else:\n\n${JSON.stringify(demonstrated.handoff, null, 2)}`);
  if (keep) {
    console.log(howToLookAround(demonstrated.environment, aws!.pid));
  }
  return 0;
}

function howToLookAround(environment: { [name: string]: string }, pid: number): string {
  const exports = Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`).join('\n');
  return `
The embedded AWS is still up. To look around with the AWS CLI or an SDK:

${exports}
  aws cloudformation describe-stacks
  aws iam list-roles
  aws secretsmanager list-secrets

To stop it, with everything in it:

  kill ${pid}
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
