import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

const warnedOf = new WeakMap<IConstruct, Set<string>>();

/** Has the stores of a construct warned of a thing once, and not each of them. */
export function warnOncePerThing(scope: IConstruct): void {
  warnedOf.set(scope, new Set());
}

/** The construct whose stores are warned of once, or else the store itself. */
export function warningGroup(scope: IConstruct): IConstruct {
  return scope.node.scopes.find((each) => warnedOf.has(each)) ?? scope;
}

/**
 * A warning that can be acknowledged. It stands at the store, since CDK shows nothing of constructs above the stacks.
 *
 * @param thing What it is about, if that is more than the id says.
 */
export function warn(scope: IConstruct, id: string, message: string, thing = ''): void {
  const warned = warnedOf.get(warningGroup(scope));
  const key = `${id} ${thing}`;
  if (!warned?.has(key)) {
    warned?.add(key);
    Annotations.of(scope).addWarningV2(`cdk-zenml-secrets-store:${id}`, message);
  }
}
