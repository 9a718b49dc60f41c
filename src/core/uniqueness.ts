import { IConstruct } from 'constructs';
import { isPlaceholder } from './lookups';
import { invalid } from './validation';

/*
 * Names and settings that constructs of one app have in common. `within` is an object that stands for the scope of a name, such as an
 * account or a Vault server: only constructs that give the same object are compared.
 */

const reservedNames = new WeakMap<object, Map<string, string>>();

/**
 * Reserves a name for one construct. To reserve it twice is an error at synthesis, because AWS would refuse the deployment, or let the
 * second construct overwrite the resource of the first.
 */
export function reserveName(scope: IConstruct, within: object, prop: string, name: string, instead: string) {
  const owners = reservedNames.get(within) ?? new Map<string, string>();
  // IAM keeps the case of a name, but treats names that differ only in case as the same.
  const key = name.toLowerCase();
  const owner = owners.get(key);
  if (owner !== undefined) {
    throw invalid(scope, prop, name, `is taken by ${owner}`, instead);
  }
  reservedNames.set(within, owners.set(key, scope.node.path));
}

const sharedValues = new WeakMap<object, Map<string, { readonly value: string; readonly owner: string }>>();

/** Lets many constructs share a thing, as long as all give the same value for it. */
export function requireSame(scope: IConstruct, within: object, prop: string, name: string, value: string, instead: string) {
  const values = sharedValues.get(within) ?? new Map();
  const first = values.get(name);
  if (first !== undefined && first.value !== value && ![first.value, value].some(isPlaceholder)) {
    throw invalid(scope, prop, value, `is not that of ${first.owner} for ${name}, ${JSON.stringify(first.value)}`, instead);
  }
  sharedValues.set(within, values.set(name, { value, owner: scope.node.path }));
}
