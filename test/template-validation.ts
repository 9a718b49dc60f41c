import { dirname, join } from 'node:path';
import type { IPolicyValidationPlugin } from 'aws-cdk-lib';

/*
 * aws-cdk-lib validates each template at each synthesis, and no context turns that off. The validator takes seconds to load, in each test file anew,
 * and a tenth of a second for a template. Its findings are no errors by default, so that tests go without, but for test/lint/cloudformation.test.ts.
 */

const PLUGIN = join(dirname(require.resolve('aws-cdk-lib')), 'core/lib/validation/cloudformation-validate-plugin.js');

/** In place of the plugin that each app has by default. */
class NoValidation implements IPolicyValidationPlugin {
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

jest.doMock(PLUGIN, () => ({ CloudFormationValidatePlugin: NoValidation }));

/** For the tests of a file that look at the findings. */
export function useTemplateValidation() {
  jest.dontMock(PLUGIN);
}
