import { SCENARIOS, synthesize } from './scenarios';

test.each(SCENARIOS)('template: $name', (scenario) => {
  // The hash of a function's code says nothing of the template.
  const template = JSON.stringify(synthesize(scenario)).replace(/[0-9a-f]{64}\.zip/g, '<hash>.zip');
  expect(JSON.parse(template)).toMatchSnapshot();
});
