import { SCENARIOS, synthesize } from './scenarios';

test.each(SCENARIOS)('template: $name', (scenario) => {
  expect(synthesize(scenario)).toMatchSnapshot();
});
