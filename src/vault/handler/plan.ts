/**
 * What is to be done about one object of Vault: `create` it, `change` what is ours, `adopt` (put our mark on, or rely on, what
 * was there), or `keep` it as it is.
 */
export type Action = 'create' | 'change' | 'adopt' | 'keep';

export interface Plan {
  /** Such as `policy zenml-123e4567-…`. */
  readonly object: string;
  readonly action: Action;
  /** What was found, in a few words, without values that may be secret. */
  readonly found: string;
  /** Brings Vault from what was found to what is wanted, and makes sure that it got there. */
  readonly apply: () => Promise<unknown>;
  /** Brings Vault back to what was found. */
  readonly undo: () => Promise<unknown>;
}

/** The plan for an object with which nothing is to be done. */
export function keep(object: string, found: string): Plan {
  const nothing = async () => {};
  return { object, action: 'keep', found, apply: nothing, undo: nothing };
}

export type Log = (line: { readonly [field: string]: unknown }) => void;

/**
 * Plans and applies one object after the other: a later one may depend on what an earlier one has made. If one fails, those
 * before it are undone, last first, since CloudFormation sends no Delete after a failed Create.
 */
export async function applyAll(planners: (() => Promise<Plan>)[], log: Log): Promise<Plan[]> {
  const applied: Plan[] = [];
  try {
    for (const planner of planners) {
      const start = Date.now();
      const plan = await planner();
      applied.push(plan);
      await plan.apply();
      log({ object: plan.object, found: plan.found, action: plan.action, milliseconds: Date.now() - start });
    }
    return applied;
  } catch (error) {
    await undoAll(applied, log);
    throw error;
  }
}

/** Undoes as much as can be undone; what cannot still bears our mark, and the next event converges it. */
async function undoAll(applied: Plan[], log: Log): Promise<void> {
  for (const plan of [...applied].reverse()) {
    try {
      await plan.undo();
      log({ object: plan.object, undone: plan.action });
    } catch (error) {
      log({ object: plan.object, notUndone: plan.action, because: (error as Error).message });
    }
  }
}
