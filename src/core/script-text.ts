import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isPlaceholder } from './lookups';
import { TerraformResource } from './terraform';
import { invalid } from './validation';

/*
 * Shell commands for another cloud's tools. Whoever calls these has checked each value against a format without quotes, spaces and `$`; the
 * quoting here is the second line of defence.
 */

/** What has to be done outside of AWS before a workspace can use a store there. */
export interface Setup {
  /** Commands of a shell. */
  readonly commands: string[];
  readonly terraform: TerraformResource[];
}

/** Nobody could run a command with a token in it. */
export function refuseTokens(scope: IConstruct, values: [string, string | undefined][]) {
  for (const [option, value] of values) {
    if (Token.isUnresolved(value) && !isPlaceholder(String(value))) {
      throw invalid(scope, option, value, 'is known only to the deployment, so that there are no setup commands', 'Write the value itself');
    }
  }
}

/** Quotes a value as one argument of a shell command. */
export function shellQuote(value: string): string {
  return `'${value.replace(/'/g, '\'\\\'\'')}'`;
}

/** A command over several lines: the first part, and one option a line. */
export function command(start: string, ...options: string[]): string {
  return [start, ...options].join(' \\\n  ');
}

/** Stops the script with a message unless a test succeeds. */
export function exitUnless(test: string, message: string): string {
  return `${test} || { echo ${shellQuote(message)} >&2; exit 1; }`;
}
