import { Output } from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { ask } from './aws/aws-clients';
import { CheckContext } from './context';
import { Report } from './report';

/** What a stack hands over: the JSON at `zenml_service.configuration` of the workspace. */
export interface StackConfiguration {
  readonly output: string;
  readonly stores: { readonly [name: string]: unknown };
}

const STORES = ['secrets_store', 'backup_secrets_store'];

/** Finds the hand-offs in the outputs of a stack, and reads the secrets in which those are that hold credentials. */
export async function readConfigurations(context: CheckContext, report: Report, outputs: Output[]): Promise<StackConfiguration[]> {
  const found: StackConfiguration[] = [];
  for (const { OutputKey: output = '', OutputValue: value = '' } of outputs) {
    if (output.includes('WorkspaceConfigurationSecret')) {
      found.push({ output, stores: await readSecret(context, report, output, value) });
    } else if (isConfiguration(value)) {
      found.push({ output, stores: storesOf(value) });
    }
  }
  return found;
}

function isConfiguration(text: string): boolean {
  return text.startsWith('{') && text.includes('"secrets_store"');
}

/** The stores of a hand-off; what is not JSON has none that could be read. */
function storesOf(text: string): StackConfiguration['stores'] {
  try {
    const configuration = JSON.parse(text);
    const given = STORES.filter((name) => name === 'secrets_store' || (configuration[name] ?? null) !== null);
    return Object.fromEntries(given.map((name) => [name, configuration[name]]));
  } catch {
    return { secrets_store: undefined };
  }
}

async function readSecret(context: CheckContext, report: Report, output: string, arn: string): Promise<StackConfiguration['stores']> {
  const text = await ask(report.about(output, 'secrets_store'), 'hand-off', `secretsmanager:GetSecretValue on ${arn}`, async () => {
    const { SecretString: value } = await context.account.secrets(arn.split(':')[3]).send(new GetSecretValueCommand({ SecretId: arn }));
    return value!;
  });
  return text === undefined ? {} : storesOf(text);
}
