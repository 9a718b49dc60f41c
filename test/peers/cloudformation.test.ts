import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { build, Scenario, SCENARIOS } from '../scenarios';
import { HAS_VALIDATOR, useTemplateValidation } from '../template-validation';

/*
 * The validation that the newest aws-cdk-lib makes at each synthesis, by the schemas of CloudFormation. In its strict mode any finding is
 * an error. The floor has none.
 */

useTemplateValidation();

const STRICT = { '@aws-cdk/core:strictCfnValidateErrors': true };
const atNewest = process.env.PEERS === 'newest';

test('the newest aws-cdk-lib validates templates, the floor does not', () => {
  expect(HAS_VALIDATOR).toBe(atNewest);
});

if (atNewest) {
  test.each(SCENARIOS)('$name', (scenario: Scenario) => {
    const { app } = build({ ...scenario, context: { ...scenario.context, ...STRICT } });

    expect(() => app.synth()).not.toThrow();
  });

  test('the validation is really made', () => {
    const app = new App({ context: STRICT });
    const stack = new Stack(app, 'Stack');
    new CfnResource(stack, 'Role', { type: 'AWS::IAM::Role', properties: { MaxSessionDuration: 'long' } });

    expect(() => app.synth()).toThrow(/MaxSessionDuration/);
  });
}
