import { IConstruct } from 'constructs';

/** CloudFormation would start all constructs at once that depend on the first; each of them may be a login at somebody's server. */
const LANES = 10;

const constructsByKey = new WeakMap<object, Map<string, IConstruct[]>>();

/**
 * Deploys the constructs of a stack that share a thing in lanes: first the one that makes the thing, then the others, at most ten side
 * by side. They are deleted in reverse, so the first goes last and takes the thing along.
 *
 * @param within Stands for the scope of the name, as in `reserveName`.
 */
export function deployInLanes(within: object, stack: IConstruct, name: string, construct: IConstruct) {
  const byKey = constructsByKey.get(within) ?? new Map<string, IConstruct[]>();
  const key = `${stack.node.addr} ${name}`;
  const before = byKey.get(key) ?? [];
  if (before.length > 0) {
    // The first of each lane depends on the very first, any other on the one before it in its lane.
    construct.node.addDependency(before[Math.max(0, before.length - LANES)]);
  }
  constructsByKey.set(within, byKey.set(key, [...before, construct]));
}
