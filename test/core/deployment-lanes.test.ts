import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { deployInLanes } from '../../src/core/deployment-lanes';

let server: object;
let stack: Stack;

beforeEach(() => {
  server = {};
  stack = new Stack(new App(), 'Stack');
});

/** Numbers of the resources, as a person counts them. */
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

function deploy(howMany: number, { name = 'aws', within = server, of = stack, prefix = 'N' } = {}) {
  numbers(1, howMany).forEach((number) => {
    deployInLanes(within, of, name, new CfnResource(of, `${prefix}${number}`, { type: 'Test::Resource' }));
  });
}

/** What each resource depends on. */
function dependencies(of = stack): { [id: string]: string[] | undefined } {
  return Object.fromEntries(Object.entries<any>(Template.fromStack(of).toJSON().Resources)
    .map(([id, { DependsOn: before }]) => [id, before]));
}

/** Such dependencies, by number. */
const expected = (pairs: [number, number | undefined][], prefix = 'N') => (
  Object.fromEntries(pairs.map(([number, before]) => [`${prefix}${number}`, before && [`${prefix}${before}`]]))
);

test.each<[number, [number, number | undefined][]]>([
  [1, [[1, undefined]]],
  [2, [[1, undefined], [2, 1]]],
  [11, [[1, undefined], ...numbers(2, 11).map((number): [number, number] => [number, 1])]],
  [12, [[1, undefined], ...numbers(2, 11).map((number): [number, number] => [number, 1]), [12, 2]]],
  [40, [
    [1, undefined],
    ...numbers(2, 11).map((number): [number, number] => [number, 1]),
    ...numbers(12, 40).map((number): [number, number] => [number, number - 10]),
  ]],
])('%i constructs: ten depend on the first, each later one on the one ten before', (howMany, pairs) => {
  deploy(howMany);

  expect(dependencies()).toEqual(expected(pairs));
});

test('40 constructs: five deep, and ten at most have the same depth', () => {
  deploy(40);
  const before = dependencies();
  const depth = (id: string): number => 1 + Math.max(0, ...(before[id] ?? []).map(depth));

  const depths = Object.keys(before).map(depth);
  expect(numbers(1, 6).map((each) => depths.filter((found) => found === each).length)).toEqual([1, 10, 10, 10, 9, 0]);
});

test.each([
  ['another name', { name: 'approle' }],
  ['another scope of the name', { within: {} }],
])('%s: lanes of its own', (_, other) => {
  deploy(2);
  deploy(2, { ...other, prefix: 'M' });

  expect(dependencies()).toEqual({ ...expected([[1, undefined], [2, 1]]), ...expected([[1, undefined], [2, 1]], 'M') });
});

test('two stacks: lanes of their own, and no dependency between them', () => {
  const other = new Stack(stack.node.scope as App, 'Other');
  deploy(2);
  deploy(2, { of: other });

  expect([stack, other].map(dependencies)).toEqual([expected([[1, undefined], [2, 1]]), expected([[1, undefined], [2, 1]])]);
  expect([...stack.dependencies, ...other.dependencies]).toEqual([]);
});
