import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalid } from './validation';

/*
 * Texts for another cloud's tools. Every value in them was checked against a form without quotes, spaces and `$`, see validation.ts; the quoting
 * here is the second line of defence.
 */

/** What has to be done outside of AWS before a workspace can use a store there. */
export interface Setup {
  /** Commands of a shell. */
  readonly commands: string[];
  /** Blocks of HCL. */
  readonly terraform: string[];
}

/** Nobody could run a command with a token in it. */
export function refuseTokens(scope: IConstruct, values: [string, string | undefined][]) {
  for (const [option, value] of values) {
    if (Token.isUnresolved(value)) {
      throw invalid(scope, option, value, 'is known only to the deployment, so that there are no setup commands', 'Write the value itself');
    }
  }
}

/** One word of a command of a shell. */
export function word(value: string): string {
  return `'${value.replace(/'/g, '\'\\\'\'')}'`;
}

/** A command over several lines: the first part, and one option a line. */
export function command(start: string, ...options: string[]): string {
  return [start, ...options].join(' \\\n  ');
}

/** Stops the script with a message where a test fails. */
export function demand(test: string, message: string): string {
  return `${test} || { echo ${word(message)} >&2; exit 1; }`;
}

type Body = ReadonlyArray<readonly [name: string, expression: string]>;

/** A string of HCL. */
export function text(value: string): string {
  return JSON.stringify(value).replace(/([$%])\{/g, '$1$1{');
}

export function list(values: readonly string[]): string {
  return `[\n${values.map((value) => `    ${text(value)},\n`).join('')}  ]`;
}

/** A block of HCL as `terraform fmt` writes it: plain attributes, then longer ones and inner blocks, each after an empty line. */
export function block(start: string, attributes: Body, longer: readonly string[] = []): string {
  return `${start} {\n${[aligned(attributes, '  '), ...longer.map((part) => `  ${part}\n`)].join('\n')}}`;
}

/** A block, or the value of an attribute, within a block. */
export function inner(start: string, body: Body): string {
  return `${start} {\n${aligned(body, '    ')}  }`;
}

function aligned(body: Body, indent: string): string {
  const width = Math.max(...body.map(([name]) => name.length));
  return body.map(([name, expression]) => `${indent}${name.padEnd(width)} = ${expression}\n`).join('');
}
