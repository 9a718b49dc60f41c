import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mayUpdateFiles } from './file-matcher';
import { Scenario, SCENARIOS, synthesize } from './scenarios';

const TEMPLATES = join(__dirname, 'templates');

function nameOfFile({ name }: Scenario): string {
  return `${name.toLowerCase().replaceAll('\'', '').replaceAll(/[^a-z0-9]+/g, '-')}.json`;
}

test.each(SCENARIOS)('template: $name', (scenario) => {
  // The hash of a function's code says nothing of the template.
  const template = JSON.stringify(synthesize(scenario)).replace(/[0-9a-f]{64}\.zip/g, '<hash>.zip');
  expect(withoutRuntimeOfFramework(JSON.parse(template))).toEqualJsonFile(join(TEMPLATES, nameOfFile(scenario)));
});

test('each file is the template of one scenario', () => {
  const names = SCENARIOS.map(nameOfFile).sort();
  if (mayUpdateFiles()) {
    readdirSync(TEMPLATES).filter((name) => !names.includes(name)).forEach((name) => rmSync(join(TEMPLATES, name)));
  }
  expect(readdirSync(TEMPLATES).sort()).toEqual(names);
});

/** The runtime of the provider framework's function is the choice of aws-cdk-lib, from version to version. */
function withoutRuntimeOfFramework(template: { Resources: Record<string, any> }) {
  for (const { Properties: properties } of Object.values(template.Resources)) {
    if (properties?.Handler === 'framework.onEvent') {
      properties.Runtime = '<of aws-cdk-lib>';
    }
  }
  return template;
}
