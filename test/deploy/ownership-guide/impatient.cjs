const Module = require('node:module');

/* Loaded before the CDK CLI and the app: what takes time there, and is not what the test is about. */

// The CLI asks every five seconds how far a stack is. The embedded CloudFormation is faster.
const { setTimeout: wait } = globalThis;
globalThis.setTimeout = Object.assign((callback, delay, ...args) => wait(callback, delay === 5_000 ? 100 : delay, ...args), wait);

// See test/template-validation.ts.
class NoValidation {
  static PLUGIN_NAME = 'CloudFormation Validate';
  static _singletonInstance = () => new NoValidation();
  name = NoValidation.PLUGIN_NAME;
  validate = () => ({ success: true, violations: [] });
  _dispose = () => {};
}

const { _load: load } = Module;
Module._load = (request, ...rest) => request.endsWith('/cloudformation-validate-plugin')
  ? { CloudFormationValidatePlugin: NoValidation }
  : load(request, ...rest);
