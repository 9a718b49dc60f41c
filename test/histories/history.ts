import * as fc from 'fast-check';

/* What can happen to two stacks, to Vault, and between them. */

/** A store as it is written in a template. Each value is one of few, so that stores meet. */
export interface Choice {
  /** The role, and the managed policy. */
  readonly name: 'n1' | 'n2';
  readonly kv: 'k1' | 'k2';
  readonly mount: 'm1' | 'm2' | 'shared';
  readonly header: 'h1' | 'h2';
  readonly ttl: 600 | 1200;
  readonly workspace: 0 | 1;
  readonly takeOver: boolean;
  /** Whether the policy is managed externally. */
  readonly external: boolean;
  readonly removal: 'keep' | 'destroy-if-empty' | 'destroy';
}

/** The stores of a stack by their logical ids. */
export type Template = Readonly<Partial<Record<'L1' | 'L2', Choice>>>;

export type StackName = 'A' | 'B';

export interface Deployment {
  readonly kind: 'deploy';
  readonly stack: StackName;
  /** What changes in the template: all of it, the logical ids of its stores, or something of its first store. */
  readonly change: Template | 'rename' | Partial<Choice>;
  /** Whether another resource of the stack fails after the stores. */
  readonly neighbourFails: boolean;
  /** CloudFormation has no order among resources that do not depend on each other. */
  readonly reversed: boolean;
  /** Whether the rollback of a replacement only deletes what was made, as some emulators do, or has it updated back before. */
  readonly deletesOnly: boolean;
  /** When the workspaces write a secret that they keep: after the deployment, or after the stores and before anything is deleted. */
  readonly writes: 'after' | 'meanwhile' | 'never';
  /** The request of the first event that Vault denies, once. What the event had done by then, it has to undo. */
  readonly denied?: number;
  /** The event that comes twice. */
  readonly twice?: number;
  /** The event during which the function dies, and after how many of its requests. */
  readonly lost?: { readonly event: number; readonly request: number };
}

export type Step = Deployment
  /** A Delete that was sent before comes again. */
  | { readonly kind: 'late'; readonly pick: number }
  | { readonly kind: 'person'; readonly act: Act; readonly name: Choice['name'] };

/** What people do in Vault, to the policy and the role of a name. */
export const ACTS = ['edits the rules', 'strips the claims', 'deletes the policy', 'edits the role', 'gives the role one more policy',
  'deletes the role', 'copies the description of k1 to k2'] as const;
export type Act = typeof ACTS[number];

/** What is there before. */
export const BEGINNINGS = ['nothing', 'a live workspace, by hand', 'a role, by hand', 'a KV mount with secrets, by hand'] as const;
export type Beginning = typeof BEGINNINGS[number];

export interface History {
  readonly beginning: Beginning;
  readonly steps: readonly Step[];
}

/** The first of each is the most usual, to which a history shrinks. */
const rarely = <T>(usual: T, ...others: T[]) => fc.oneof({ weight: 4, arbitrary: fc.constant(usual) },
  ...others.map((other) => ({ weight: 1, arbitrary: fc.constant(other) })));

const choice: fc.Arbitrary<Choice> = fc.record({
  name: rarely<Choice['name']>('n1', 'n2'),
  kv: rarely<Choice['kv']>('k1', 'k2'),
  mount: rarely<Choice['mount']>('m1', 'm2', 'shared'),
  header: fc.oneof({ weight: 9, arbitrary: fc.constant('h1' as const) }, { weight: 1, arbitrary: fc.constant('h2' as const) }),
  ttl: rarely<Choice['ttl']>(600, 1200),
  workspace: fc.oneof({ weight: 9, arbitrary: fc.constant(0 as const) }, { weight: 1, arbitrary: fc.constant(1 as const) }),
  takeOver: rarely(false, true, true),
  external: rarely(false, true),
  removal: rarely<Choice['removal']>('keep', 'destroy-if-empty', 'destroy', 'destroy'),
});

const template: fc.Arbitrary<Template> = fc.oneof(
  { weight: 6, arbitrary: choice.map((L1) => ({ L1 })) },
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: choice.map((L2) => ({ L2 })) },
  { weight: 3, arbitrary: fc.record({ L1: choice, L2: choice }) },
);

const fields = ['name', 'kv', 'mount', 'header', 'ttl', 'workspace', 'takeOver', 'external', 'removal'] as const;

/** Most often a name or a path. Role, policy and auth mount can change only together. */
const change: fc.Arbitrary<Partial<Choice>> = fc.tuple(choice, fc.uniqueArray(fc.constantFrom(...fields), { minLength: 1, maxLength: 3 }))
  .map(([values, names]) => Object.fromEntries(names.map((name) => [name, values[name]])));

const deployment: fc.Arbitrary<Deployment> = fc.record({
  kind: fc.constant('deploy' as const),
  stack: rarely<StackName>('A', 'B'),
  change: fc.oneof(
    { weight: 4, arbitrary: template }, { weight: 3, arbitrary: fc.constant('rename' as const) }, { weight: 4, arbitrary: change },
  ),
  neighbourFails: rarely(false, true, true),
  reversed: fc.boolean(),
  deletesOnly: rarely(false, true),
  writes: rarely<Deployment['writes']>('after', 'meanwhile', 'never'),
  denied: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.integer({ min: 4, max: 15 }) }),
  twice: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(5) }),
  lost: fc.oneof(
    { weight: 15, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.record({ event: fc.nat(3), request: fc.integer({ min: 4, max: 15 }) }) },
  ),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: deployment },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('late' as const), pick: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('person' as const), act: fc.constantFrom(...ACTS), name: rarely<Choice['name']>('n1', 'n2') }),
  },
);

export const history: fc.Arbitrary<History> = fc.record({
  beginning: rarely<Beginning>(...BEGINNINGS as unknown as [Beginning, Beginning]),
  steps: fc.array(step, { minLength: 3, maxLength: 10, size: 'max' }),
});

/** One line for the beginning and for each step. */
export function describeHistory({ beginning, steps }: History): string[] {
  return [`beginning: ${beginning}`, ...steps.map(describeStep)];
}

const USUAL: Choice = {
  name: 'n1', kv: 'k1', mount: 'm1', header: 'h1', ttl: 600, workspace: 0, takeOver: false, external: false, removal: 'keep',
};

/** The template of a stack after a change, which of a stack without stores makes one. */
export function changed(current: Template, { change: to }: Deployment): Template {
  if (to === 'rename' && Object.keys(current).length > 0) {
    return { ...current.L2 && { L1: current.L2 }, ...current.L1 && { L2: current.L1 } };
  }
  if (to !== 'rename' && isTemplate(to)) {
    return distinct(to);
  }
  const [logicalId, store] = Object.entries({ L1: USUAL, ...current })[current.L1 === undefined && current.L2 !== undefined ? 1 : 0];
  return distinct({ ...current, [logicalId]: to === 'rename' ? store : { ...store, ...to } });
}

/** The library refuses two stores of one app that want the same of one Vault. */
function distinct(template_: Template): Template {
  const { L1, L2 } = template_;
  return L1 === undefined || L2 === undefined ? template_ : {
    L1, L2: { ...L2, name: L1.name === 'n1' ? 'n2' : 'n1', kv: L1.kv === 'k1' ? 'k2' : 'k1', header: L1.header },
  };
}

function isTemplate(to: Template | Partial<Choice>): to is Template {
  return Object.keys(to).length === 0 || 'L1' in to || 'L2' in to;
}

function describeStep(one: Step): string {
  if (one.kind === 'late') {
    return `a Delete comes again (${one.pick})`;
  }
  if (one.kind === 'person') {
    return `somebody ${one.act}: ${one.name}`;
  }
  const { stack, change: to, neighbourFails, reversed, deletesOnly, writes, denied, twice, lost } = one;
  return [
    `deploy ${stack} ${describeChange(to)}`,
    ...neighbourFails ? ['then a neighbour fails'] : [],
    ...reversed ? ['in reverse'] : [],
    ...deletesOnly && neighbourFails ? ['rolled back by Deletes only'] : [],
    ...writes === 'after' ? [] : [writes === 'never' ? 'no secret is written' : 'secrets are written meanwhile'],
    ...denied === undefined ? [] : [`Vault denies request ${denied} of the first event`],
    ...twice === undefined ? [] : [`event ${twice} comes twice`],
    ...lost === undefined ? [] : [`the function dies in event ${lost.event} after ${lost.request} requests`],
  ].join(', ');
}

function describeChange(to: Deployment['change']): string {
  if (to === 'rename') {
    return 'with other logical ids';
  }
  return isTemplate(to) ? describeTemplate(to) : `with ${JSON.stringify(to)}`;
}

function describeTemplate(template_: Template): string {
  return Object.entries(distinct(template_)).map(([logicalId, store]) => `${logicalId}=${describeChoice(store)}`).join(' ')
    || 'without stores';
}

function describeChoice({ name, kv, mount, header, ttl, workspace, takeOver, external, removal }: Choice): string {
  const flags = [...takeOver ? ['takeOver'] : [], ...external ? ['existing policy'] : []];
  return [name, kv, mount, header, ttl, `w${workspace}`, ...flags, removal].join('/');
}
