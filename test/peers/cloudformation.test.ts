import * as cdk from 'aws-cdk-lib';
import { build, Scenario, SCENARIOS } from '../scenarios';
import { HAS_VALIDATOR, useTemplateValidation } from '../template-validation';

/*
 * The validation that the newest aws-cdk-lib makes at each synthesis, by the schemas of CloudFormation. In its strict mode any finding is
 * an error. The floor has none.
 */

useTemplateValidation();

const STRICT = { '@aws-cdk/core:strictCfnValidateErrors': true };
const atNewest = process.env.PEERS === 'newest';

/** It judges a default where a condition leaves it out. */
const EMPTY_DEFAULT = { id: 'CloudFormation-Validate::W1030', reason: 'An empty parameter is not used: another value is' };

test('the newest aws-cdk-lib validates templates, the floor does not', () => {
  expect(HAS_VALIDATOR).toBe(atNewest);
});

if (atNewest) {
  test.each(SCENARIOS)('$name', (scenario: Scenario) => {
    const { app, stack } = build({ ...scenario, context: { ...scenario.context, ...STRICT } });
    if (scenario.name.startsWith('plain template')) {
      (cdk as any).Validations.of(stack).acknowledge(EMPTY_DEFAULT); // which the floor does not have
    }

    expect(() => app.synth()).not.toThrow();
  });

  test('the validation is really made', () => {
    const app = new cdk.App({ context: STRICT });
    const stack = new cdk.Stack(app, 'Stack');
    new cdk.CfnResource(stack, 'Role', { type: 'AWS::IAM::Role', properties: { MaxSessionDuration: 'long' } });

    expect(() => app.synth()).toThrow(/MaxSessionDuration/);
  });
}
