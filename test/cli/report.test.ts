import { Report } from '../../cli/report';
import { Redaction } from '../../lambda/configure-vault/redaction';

function reportOf(message: string, ...secrets: string[]): Report {
  const redaction = new Redaction();
  redaction.add(...secrets);
  const report = new Report({ stack: 'Zenml', region: 'eu-central-1', account: '111122223333' }, redaction);
  report.about('Output', 'secrets_store').finding('role', message, message);
  return report;
}

test.each([
  ['an escape that erases a line', 'a\u001b[2Kb', 'a\\u001b[2Kb'],
  ['a line that looks like a result', 'a\n  ok           role: fine', 'a\\u000a  ok           role: fine'],
  ['a text that is turned around', 'a\u202eb', 'a\\u202eb'],
  ['a control character of eight bits', 'a\u009bb', 'a\\u009bb'],
])('%s is made visible', (_, message, shown) => {
  const report = reportOf(message);

  expect(report.results[0]).toMatchObject({ message: shown, remedy: shown });
  expect(report.text().split('\n').filter((line) => line.includes('FINDING'))).toEqual([`  FINDING      role: ${shown}`]);
  expect(report.json()).not.toMatch(/\u001b|\u202e|\u009b/);
});

test('a secret is kept out also where JSON would write it in another way', () => {
  const report = reportOf('refused: canary"\\secret', 'canary"\\secret');

  expect(report.json() + report.text()).not.toContain('canary');
});

test('a secret that is a word of the report changes no key of it', () => {
  expect(Object.keys(JSON.parse(reportOf('x', 'status', 'results').json()))).toContain('results');
});
