/** Expects that a call is refused, for the right reason, and shows how. */
export async function refused(call: Promise<unknown>, why: RegExp) {
  const error = await call.then(() => undefined, (reason) => reason);
  if (error === undefined) {
    throw new Error('It was let through');
  }
  if (!why.test(`${error.name}: ${error.message}`)) {
    throw error;
  }
  console.log(`  refused: ${error.message}`);
}

export function expectValue(found: unknown, expected: unknown) {
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`Found ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
  }
}

/** The JSON for ZenML support among the outputs of a stack. */
export function handoffOf(outputs: { readonly [output: string]: string }) {
  const [json] = Object.entries(outputs).filter(([name]) => name.includes('WorkspaceConfiguration')).map(([, value]) => value);
  console.log(`  ${json}`);
  return JSON.parse(json);
}

/** Shows what a command says, set apart from what the demonstration says. */
export function showOutput(text: string) {
  process.stdout.write(text.replace(/^(?=.)/gm, '  | '));
}
