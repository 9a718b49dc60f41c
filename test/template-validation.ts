import { dirname } from 'node:path';

/*
 * aws-cdk-lib validates each template at each synthesis, and no context turns that off. The validator takes seconds to load, in each test file anew,
 * and a tenth of a second for a template. Its findings are no errors by default, so that tests go without, but for test/lint/cloudformation.test.ts.
 */

const VALIDATOR = require.resolve('@aws/cloudformation-validate', { paths: [dirname(require.resolve('aws-cdk-lib'))] });

jest.doMock(VALIDATOR, () => ({
  RegoEngine: class {
    public validateDetailed() {
      return { diagnostics: [] };
    }
  },
  TemplateFile: class {},
  version: () => undefined,
}));

/** For the tests of a file that look at the findings. */
export function useTemplateValidation() {
  jest.dontMock(VALIDATOR);
}
