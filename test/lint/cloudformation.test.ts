import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { build, Scenario, SCENARIOS } from '../scenarios';
import { useTemplateValidation } from '../template-validation';

/* The validation that aws-cdk-lib makes at each synthesis, by the schemas of CloudFormation. In its strict mode any finding is an error. */

useTemplateValidation();

const STRICT = { '@aws-cdk/core:strictCfnValidateErrors': true };

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
