import { parseArgs } from 'node:util';
import { version } from '../package.json';
import * as formats from '../src/vault/contract/environment';

export interface CommandLine {
  readonly stack: string;
  readonly region?: string;
  readonly profile?: string;
  readonly json: boolean;
  /** A file of certificate authorities that the workspace trusts beside the public ones. */
  readonly caFile?: string;
  /** The ARN of the workspace's own role, where the stack does not tell. */
  readonly principal?: string;
  /** The id of the ZenML server, where it is not that of the workspace. */
  readonly serverId?: string;
  readonly allowInsecureAddress: boolean;
}

export const USAGE = `Usage: cdk-zenml-secrets-store check <stack name> [options]

Checks whether what a stack hands over to ZenML support can work. It changes nothing in AWS. With an AppRole it logs in to Vault,
and out again.

  --region <region>           the region of the stack; default: that of your AWS configuration
  --profile <name>            the profile of your AWS configuration
  --json                      print the results as JSON
  --principal <ARN>           the role of the workspace; default: what the stack says
  --server-id <id>            the id of the ZenML server; default: the id of the workspace
  --ca-file <file>            PEM of certificate authorities that the pod of a hybrid workspace trusts beside the public ones
  --allow-insecure-address    speak to a Vault by http as well: for a test environment only
  --help                      this text
  --version                   the version of the command

Roles, policies and mounts of a Vault are checked if the environment has VAULT_TOKEN, and VAULT_ADDR with its address.
Exit code: 0 all is well, 1 there is a finding, 2 nothing could be checked, 3 no finding, but not all was checked.
`;

/** What was typed is not a command. */
export class UsageError extends Error {}

/** Understands what was typed; a text is the answer to a call for help, or for the version. */
export function readCommandLine(args: string[]): CommandLine | string {
  const { values, positionals } = parse(args);
  if (values.help || values.version) {
    return values.help ? USAGE : version;
  }
  const [command, stack, ...others] = positionals;
  if (command !== 'check' || stack === undefined || others.length > 0) {
    throw new UsageError('Write check and the name of one stack.');
  }
  const principal = values.principal;
  if (principal !== undefined && !formats.roleArn.matches(principal)) {
    throw new UsageError(`--principal ${JSON.stringify(principal)} is not the ARN of a role.`);
  }
  const serverId = values['server-id']?.toLowerCase();
  if (serverId !== undefined && !formats.uuid.matches(serverId)) {
    throw new UsageError(`--server-id ${JSON.stringify(serverId)} is not a UUID.`);
  }
  return {
    stack,
    region: values.region,
    profile: values.profile,
    json: values.json ?? false,
    caFile: values['ca-file'],
    principal,
    serverId,
    allowInsecureAddress: values['allow-insecure-address'] ?? false,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        'region': { type: 'string' },
        'profile': { type: 'string' },
        'json': { type: 'boolean' },
        'principal': { type: 'string' },
        'server-id': { type: 'string' },
        'ca-file': { type: 'string' },
        'allow-insecure-address': { type: 'boolean' },
        'help': { type: 'boolean' },
        'version': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
