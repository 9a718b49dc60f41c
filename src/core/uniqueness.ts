import { IConstruct } from 'constructs';
import { invalid } from './validation';

const claims = new WeakMap<object, Map<string, string>>();

/**
 * Takes a name for one construct, within a realm in which AWS lets only one thing bear it. To take it twice is an error here,
 * because what AWS makes of it is worse: it refuses the deployment, or lets the second one overwrite the first.
 */
export function reserveName(scope: IConstruct, realm: object, prop: string, name: string, instead: string) {
  const taken = claims.get(realm) ?? new Map<string, string>();
  // IAM keeps the case of a name, but takes two names that differ in nothing else for the same.
  const key = name.toLowerCase();
  const owner = taken.get(key);
  if (owner !== undefined) {
    throw invalid(scope, prop, name, `is taken by ${owner}`, instead);
  }
  claims.set(realm, taken.set(key, scope.node.path));
}

const agreements = new WeakMap<object, Map<string, { readonly value: string; readonly owner: string }>>();

/** Likewise for a thing that many constructs may share, as long as all want the same of it. */
export function requireSame(scope: IConstruct, realm: object, prop: string, name: string, value: string, instead: string) {
  const agreed = agreements.get(realm) ?? new Map();
  const first = agreed.get(name);
  if (first !== undefined && first.value !== value) {
    throw invalid(scope, prop, value, `is not that of ${first.owner} for ${name}, ${JSON.stringify(first.value)}`, instead);
  }
  agreements.set(realm, agreed.set(name, { value, owner: scope.node.path }));
}

const turns = new WeakMap<object, Map<string, IConstruct>>();

/** Lets the constructs of one stack that share a thing take turns at it: each is deployed after the one before. */
export function deploySequentially(realm: object, stack: IConstruct, name: string, construct: IConstruct) {
  const last = turns.get(realm) ?? new Map<string, IConstruct>();
  const key = `${stack.node.addr} ${name}`;
  const predecessor = last.get(key);
  if (predecessor !== undefined) {
    construct.node.addDependency(predecessor);
  }
  turns.set(realm, last.set(key, construct));
}
