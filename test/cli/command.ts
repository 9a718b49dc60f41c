import { main } from '../../cli/check';
import { Result } from '../../cli/report';

export interface Outcome {
  readonly exitCode: number;
  readonly results: Result[];
  /** All that was said, in whatever form. */
  readonly said: string;
}

/** Runs the command, as JSON and as text, under what is in the environment, and returns the results. Both have to agree. */
export async function check(args: string[], environment: { readonly [name: string]: string } = {}): Promise<Outcome> {
  const asJson = await run(['check', ...args, '--json'], environment);
  const asText = await run(['check', ...args], environment);
  expect(asText.exitCode).toBe(asJson.exitCode);
  const { results = [] } = JSON.parse(asJson.printed);
  const said = [asJson.printed, asJson.printedErrors, asText.printed, asText.printedErrors].join('\n');
  return { exitCode: asJson.exitCode, results, said };
}

export async function run(args: string[], environment: { readonly [name: string]: string } = {}) {
  const printed: string[] = [];
  const printedErrors: string[] = [];
  const exitCode = await main(args, { environment, print: (text) => printed.push(text), printError: (text) => printedErrors.push(text) });
  return { exitCode, printed: printed.join('\n'), printedErrors: printedErrors.join('\n') };
}

/** What is not well, each as `status check: message`. */
export function problems({ results }: Outcome): string[] {
  return results.filter(({ status }) => status !== 'ok').map(({ status, check: name, message }) => `${status} ${name}: ${message}`);
}
