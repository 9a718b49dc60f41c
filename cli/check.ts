import { readFileSync } from 'node:fs';
import { DescribeStacksCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { CommandLine, readCommandLine, USAGE, UsageError } from './arguments';
import { Account, explain } from './aws/aws-clients';
import { checkAwsStore } from './aws/check-aws-store';
import { CheckContext } from './context';
import { EXIT, printable, Report, StoreReport } from './report';
import { readConfigurations } from './stack-outputs';
import { PseudoParameters, Template } from './stack-template';
import { checkVaultStore } from './vault/check-vault-store';
import { readStore, secretsOf, StoreConfiguration } from './workspace-configuration';
import { Redaction } from '../lambda/configure-vault/redaction';

/** What a process gives to the command. */
export interface CliIo {
  readonly environment: { readonly [name: string]: string | undefined };
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

/** Nothing could be checked. */
class Failure extends Error {}

type StoreCheck = (context: CheckContext, report: StoreReport, store: StoreConfiguration) => Promise<void> | void;

const CHECKS: { readonly [type: string]: StoreCheck } = {
  aws: checkAwsStore,
  hashicorp: checkVaultStore,
  gcp: (_, report) => skipOtherCloud(report, 'gcp'),
  azure: (_, report) => skipOtherCloud(report, 'azure'),
};

/** Runs the command, and returns its exit code. */
export async function main(args: string[], io: CliIo): Promise<number> {
  const redaction = new Redaction();
  try {
    const options = readCommandLine(args);
    if (typeof options === 'string') {
      io.print(options);
      return EXIT.ok;
    }
    const report = await check(options, io.environment, redaction);
    io.print(options.json ? report.json() : report.text());
    return report.exitCode;
  } catch (error) {
    const isOurs = error instanceof Failure || error instanceof UsageError;
    const message = printable(redaction.apply(isOurs ? error.message : explain(error as Error)));
    io.printError(error instanceof UsageError ? `${message}\n\n${USAGE}` : message);
    if (args.includes('--json')) {
      io.print(JSON.stringify({ error: message, exitCode: EXIT.failure }, null, 2));
    }
    return EXIT.failure;
  }
}

async function check(options: CommandLine, environment: CliIo['environment'], redaction: Redaction): Promise<Report> {
  const { VAULT_TOKEN: vaultToken, VAULT_ADDR: vaultAddress } = environment;
  redaction.add(...(vaultToken === undefined ? [] : [vaultToken]));
  const account = new Account(options);
  await account.cloudFormation.config.region().catch(() => {
    throw new Failure('There is no region: give --region <region>, set AWS_REGION, or write one into your AWS profile');
  });
  const { Stacks: [stack] = [] } = await account.cloudFormation.send(new DescribeStacksCommand({ StackName: options.stack }));
  const [, partition, , region, accountId] = stack.StackId!.split(':');
  const place = { stack: stack.StackName!, region, account: accountId };
  const pseudoParameters = { partition, region, account: accountId };
  const context: CheckContext = {
    options,
    account,
    place,
    pseudoParameters,
    template: await readTemplate(account, options.stack, pseudoParameters),
    redaction,
    vaultToken: vaultToken === '' ? undefined : vaultToken,
    vaultAddress,
    certificateAuthority: options.caFile === undefined ? undefined : readFileSync(options.caFile, 'utf8'),
  };

  const report = new Report(place, redaction);
  checkStatus(report.about('stack', options.stack), stack.StackStatus!);
  // A stack without outputs has no list of them.
  const configurations = await readConfigurations(context, report, [stack.Outputs].flat().filter((output) => output !== undefined));
  if (configurations.length === 0) {
    throw new Failure(`The stack ${options.stack} in ${region} hands nothing over: ${whyNothing(context, stack.StackStatus!)}`);
  }
  for (const { output, stores } of configurations) {
    for (const [name, value] of Object.entries(stores)) {
      await checkStore(context, report.about(output, name), value);
    }
  }
  return report;
}

function whyNothing({ template, place: { stack, region } }: CheckContext, status: string): string {
  if (status === 'ROLLBACK_COMPLETE') {
    return `it is ${status}, so its first deployment failed and nothing of it is left. `
      + 'Read the events of the stack, mend what they say, delete it, and deploy again';
  }
  if (!status.endsWith('_COMPLETE')) {
    return `it is ${status}. Wait until it is deployed, and if that failed, read its events`;
  }
  const nested = template?.nestedStacks ?? [];
  if (nested.length > 0) {
    return `it has nested stacks (${nested.join(', ')}), and a store in a NestedStack has its outputs there, not in the parent. `
      + `Run check with the name of the nested stack: aws cloudformation list-stack-resources --region ${region} --stack-name ${stack} `
      + 'shows it';
  }
  return 'none of its outputs is a WorkspaceConfiguration. Is it the right stack, and are its outputs not switched off by outputs: false?';
}

/** Without the right to read it, the workspace is taken for one that its names tell of. */
async function readTemplate({ cloudFormation }: Account, stack: string, pseudoParameters: PseudoParameters): Promise<Template | undefined> {
  return cloudFormation.send(new GetTemplateCommand({ StackName: stack }))
    .then(({ TemplateBody: body }) => new Template(body!, pseudoParameters), () => undefined);
}

function checkStatus(report: StoreReport, status: string): void {
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) {
    report.ok('deployment', `the stack is ${status}`);
  } else {
    report.finding('deployment', `the stack is ${status}: its last deployment is not done, or did not succeed`,
      'Wait until it is done. If it failed, read the events of the stack, mend what they say, and deploy again');
  }
}

async function checkStore(context: CheckContext, report: StoreReport, value: unknown): Promise<void> {
  const store = readStore(value);
  if (typeof store === 'string') {
    report.finding('form', `what is handed over is not a secrets store of ZenML: ${store}`,
      'Deploy the stack again, with this library or by the form that ZenML documents');
    return;
  }
  context.redaction.add(...secretsOf(store));
  report.ok('form', `${store.type}, ${store.method}: all that ZenML demands is there`);
  await CHECKS[store.type](context, report, store);
}

function skipOtherCloud(report: StoreReport, type: string): void {
  report.notChecked(type, 'resources of other clouds are not checked',
    `Run the commands of renderSetupCommands(), and check in that cloud that they succeeded; docs/${type}.md says what they make`);
}
