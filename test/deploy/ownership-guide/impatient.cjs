/* The CDK CLI asks every five seconds how far a stack is. The embedded CloudFormation is faster. */

const { setTimeout: wait } = globalThis;

globalThis.setTimeout = Object.assign((callback, delay, ...args) => wait(callback, delay === 5_000 ? 100 : delay, ...args), wait);
