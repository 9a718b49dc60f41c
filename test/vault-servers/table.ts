/** What Jest's option --json says, as far as it is read here. */
export interface JestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** How a test file fared under one server. */
export interface Outcome {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly leftOut: readonly string[];
}

export interface Column {
  readonly server: string;
  /** What the server says of its version. */
  readonly version: string;
  readonly outcomes: { readonly [suite: string]: Outcome };
}

/** A test that cannot be run under a server says why in its title. */
const REASON = /\(left out: .+\)$/;

export function outcomesOf({ testResults }: JestResults, nameOf: (path: string) => string): { [suite: string]: Outcome } {
  return Object.fromEntries(testResults.map(({ name, status, assertionResults }) => {
    const titles = (...wanted: string[]) => assertionResults.filter((one) => wanted.includes(one.status)).map(({ fullName }) => fullName);
    const failed = titles('failed');
    return [nameOf(name), {
      passed: titles('passed').length,
      failed: failed.length === 0 && status === 'failed' ? ['the file itself'] : failed,
      leftOut: titles('pending', 'skipped', 'todo', 'disabled'),
    }];
  }));
}

/** What keeps a run from being a success: tests that failed, suites that did not run, and what was left out without a reason. */
export function problemsOf(suites: readonly string[], columns: readonly Column[]): string[] {
  return columns.flatMap(({ server, outcomes }) => suites.flatMap((suite) => {
    const outcome = outcomes[suite];
    if (outcome === undefined || outcome.passed + outcome.failed.length === 0) {
      return [`${server}, ${suite}: nothing was run`];
    }
    return [
      ...outcome.failed.map((title) => `${server}, ${suite}, failed: ${title}`),
      ...outcome.leftOut.filter((title) => !REASON.test(title)).map((title) => `${server}, ${suite}, left out without a reason: ${title}`),
    ];
  }));
}

/** The servers beside each other, as Markdown; below, what was left out and why. */
export function table(suites: readonly string[], columns: readonly Column[]): string {
  const sum = (outcomes: readonly Outcome[]): Outcome => ({
    passed: outcomes.reduce((count, { passed }) => count + passed, 0),
    failed: outcomes.flatMap(({ failed }) => failed),
    leftOut: outcomes.flatMap(({ leftOut }) => leftOut),
  });
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const leftOut = columns.flatMap(({ server, outcomes }) => Object.values(outcomes).flatMap((outcome) => outcome.leftOut)
    .map((title) => `* ${server}: ${title}`));
  return [
    line(['Passed / failed / left out', ...columns.map(({ server, version }) => `${server}: ${version}`)]),
    line(['---', ...columns.map(() => '---')]),
    ...suites.map((suite) => line([suite, ...columns.map(({ outcomes }) => cell(outcomes[suite]))])),
    line(['all', ...columns.map(({ outcomes }) => cell(sum(Object.values(outcomes))))]),
    '',
    leftOut.length === 0 ? 'Nothing was left out.' : ['Left out:', '', ...leftOut].join('\n'),
    '',
  ].join('\n');
}

function cell(outcome?: Outcome): string {
  return outcome === undefined ? 'not run' : `${outcome.passed} / ${outcome.failed.length} / ${outcome.leftOut.length}`;
}
