import { readFileSync } from 'node:fs';
import { DescribeStacksCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { CommandLine, readCommandLine, USAGE, UsageError } from './arguments';
import { Account, explain } from './aws/aws-clients';
import { checkAwsStore } from './aws/check-aws-store';
import { Run } from './context';
import { EXIT, printable, Report, StoreReport } from './report';
import { readConfigurations } from './stack-outputs';
import { Surroundings, Template } from './stack-template';
import { checkVaultStore } from './vault/check-vault-store';
import { readStore, secretsOf } from './workspace-configuration';
import { Redaction } from '../lambda/configure-vault/redaction';

/** What a process gives to the command. */
export interface Surface {
  readonly environment: { readonly [name: string]: string | undefined };
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** Nothing could be checked. */
class Failure extends Error {}

const ELSEWHERE: { readonly [type: string]: string } = {
  gcp: 'Run the commands of renderSetupCommands(), and look there whether they went through; docs/gcp.md says what has to be',
  azure: 'Run the commands of renderSetupCommands(), and look there whether they went through; docs/azure.md says what has to be',
};

/** Runs the command, and returns its exit code. */
export async function main(args: string[], surface: Surface): Promise<number> {
  const redaction = new Redaction();
  try {
    const options = readCommandLine(args);
    if (options === undefined) {
      surface.print(USAGE);
      return EXIT.ok;
    }
    const report = await check(options, surface.environment, redaction);
    surface.print(options.json ? report.json() : report.text());
    return report.exitCode;
  } catch (error) {
    const message = printable(redaction.apply(error instanceof Failure || error instanceof UsageError ? error.message : explain(error as Error)));
    surface.complain(error instanceof UsageError ? `${message}\n\n${USAGE}` : message);
    if (args.includes('--json')) {
      surface.print(JSON.stringify({ error: message, exitCode: EXIT.failure }, null, 2));
    }
    return EXIT.failure;
  }
}

async function check(options: CommandLine, environment: Surface['environment'], redaction: Redaction): Promise<Report> {
  const { VAULT_TOKEN: vaultToken, VAULT_ADDR: vaultAddress } = environment;
  redaction.add(...(vaultToken === undefined ? [] : [vaultToken]));
  const account = new Account(options);
  const { Stacks: [stack] = [] } = await account.cloudFormation.send(new DescribeStacksCommand({ StackName: options.stack }));
  const [, partition, , region, accountId] = stack.StackId!.split(':');
  const place = { stack: stack.StackName!, region, account: accountId };
  const surroundings = { partition, region, account: accountId };
  const run: Run = {
    options,
    account,
    place,
    surroundings,
    template: await readTemplate(account, options.stack, surroundings),
    redaction,
    vaultToken: vaultToken === '' ? undefined : vaultToken,
    vaultAddress,
    certificateAuthority: options.caFile === undefined ? undefined : readFileSync(options.caFile, 'utf8'),
  };

  const report = new Report(place, redaction);
  checkStatus(report.about('stack', options.stack), stack.StackStatus!);
  // A stack without outputs has no list of them.
  const configurations = await readConfigurations(run, report, [stack.Outputs].flat().filter((output) => output !== undefined));
  if (configurations.length === 0) {
    throw new Failure(`The stack ${options.stack} in ${region} hands nothing over: none of its outputs is a WorkspaceConfiguration. Is it the right stack, and are its outputs not switched off by outputs: false?`);
  }
  for (const { output, stores } of configurations) {
    for (const [name, value] of Object.entries(stores)) {
      await checkStore(run, report.about(output, name), value);
    }
  }
  return report;
}

/** Without the right to read it, the workspace is taken for one that its names tell of. */
async function readTemplate({ cloudFormation }: Account, stack: string, surroundings: Surroundings): Promise<Template | undefined> {
  return cloudFormation.send(new GetTemplateCommand({ StackName: stack }))
    .then(({ TemplateBody: body }) => new Template(body!, surroundings), () => undefined);
}

function checkStatus(report: StoreReport, status: string): void {
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) {
    report.ok('deployment', `the stack is ${status}`);
  } else {
    report.finding('deployment', `the stack is ${status}: its last deployment is not done, or did not succeed`,
      'Wait until it is done. If it failed, read the events of the stack, mend what they say, and deploy again');
  }
}

async function checkStore(run: Run, report: StoreReport, value: unknown): Promise<void> {
  const store = readStore(value);
  if (typeof store === 'string') {
    report.finding('form', `what is handed over is not a secrets store of ZenML: ${store}`, 'Deploy the stack again, with this library or by the form that ZenML documents');
    return;
  }
  run.redaction.add(...secretsOf(store));
  report.ok('form', `${store.type}, ${store.method}: all that ZenML demands is there`);
  switch (store.type) {
    case 'aws': return checkAwsStore(run, report, store);
    case 'hashicorp': return checkVaultStore(run, report, store);
    default: report.notChecked(store.type, 'what is in another cloud is not looked at', ELSEWHERE[store.type]);
  }
}
