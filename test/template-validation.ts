import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/*
 * A newer aws-cdk-lib than the floor validates each template at each synthesis, and no context turns that off. The validator takes seconds
 * to load, in each test file anew, and a tenth of a second for a template. Its findings are no errors by default, so that tests go without,
 * but for test/peers/cloudformation.test.ts.
 */

const PLUGIN = join(dirname(require.resolve('aws-cdk-lib')), 'core/lib/validation/cloudformation-validate-plugin.js');

/** Whether the installed aws-cdk-lib has the validator. */
export const HAS_VALIDATOR = existsSync(PLUGIN);

/** In place of the plugin that each app has by default. */
class NoValidation {
  public static readonly PLUGIN_NAME = 'CloudFormation Validate';

  public static _singletonInstance() {
    return new NoValidation();
  }

  public readonly name = NoValidation.PLUGIN_NAME;

  public validate() {
    return { success: true, violations: [] };
  }

  public _dispose() {}
}

if (HAS_VALIDATOR) {
  jest.doMock(PLUGIN, () => ({ CloudFormationValidatePlugin: NoValidation }));
}

/** For the tests of a file that look at the findings. */
export function useTemplateValidation() {
  if (HAS_VALIDATOR) {
    jest.dontMock(PLUGIN);
  }
}
