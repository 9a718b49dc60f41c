import { IConstruct } from 'constructs';
import { invalid } from './validation';

const claims = new WeakMap<object, Map<string, string>>();

/**
 * Takes a name for one construct, within a realm in which AWS lets only one thing bear it. To take it twice is an error here,
 * because what AWS makes of it is worse: it refuses the deployment, or lets the second one overwrite the first.
 */
export function claim(scope: IConstruct, realm: object, prop: string, name: string, instead: string) {
  const taken = claims.get(realm) ?? new Map<string, string>();
  // IAM keeps the case of a name, but takes two names that differ in nothing else for the same.
  const key = name.toLowerCase();
  const owner = taken.get(key);
  if (owner !== undefined) {
    throw invalid(scope, prop, name, `is taken by ${owner}`, instead);
  }
  claims.set(realm, taken.set(key, scope.node.path));
}
