import type { AggregatedResult, Reporter } from '@jest/reporters';
import { SCENARIOS } from './language';

/** Prints language by scenario: whether the templates are those of TypeScript, and how long the app took. */
export default class Table implements Reporter {
  public onRunComplete(_contexts: unknown, { testResults }: AggregatedResult) {
    const tests = testResults.flatMap((file) => file.testResults).filter(({ title }) => SCENARIOS.includes(title));
    const languages = [...new Set(tests.map(({ ancestorTitles: [language] }) => language))].sort();
    const rows = languages.map((language) => [language, ...SCENARIOS.map((scenario) => {
      const test = tests.find(({ ancestorTitles, title }) => ancestorTitles[0] === language && title === scenario);
      return test === undefined ? '' : outcome(test);
    })]);
    const table = [['', ...SCENARIOS], ...rows];
    const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
    console.log('\nThe templates of each example, against those of TypeScript, and how long the app took:\n');
    table.forEach((row) => console.log(row.map((cell, column) => cell.padEnd(widths[column])).join('   ')));
    console.log('\nnot run: this machine has no toolchain for the language, or it was not asked for\n');
  }
}

function outcome({ status, duration }: { status: string; duration?: number | null }): string {
  switch (status) {
    case 'passed': return `same, ${((duration ?? 0) / 1000).toFixed(1)} s`;
    case 'failed': return 'DIFFERENT';
    default: return 'not run';
  }
}
