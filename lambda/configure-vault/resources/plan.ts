import { all } from '../all';
import { VaultClient } from '../client/vault-client';
import { Log } from '../runtime-context';

/**
 * What is to be done about one object of Vault: `create` it, `change` what is ours, `adopt` what was there (take it over, or rely on
 * it), or nothing (`noop`).
 */
export type Action = 'create' | 'change' | 'adopt' | 'noop';

export interface Plan {
  /** Such as `policy zenml-123e4567-…`. */
  readonly object: string;
  readonly action: Action;
  /** What was found, in a few words, without values that may be secret. */
  readonly found: string;
  /** Absent where nothing is to be written. */
  readonly write?: Write;
}

/** The plan for an object that needs nothing. */
export function noop(object: string): Plan {
  return { object, action: 'noop', found: 'as wanted' };
}

/** The refusal to replace what is not of this stack. */
export function alreadyExists(object: string, whose: string): Error {
  return new Error(`The ${object} is there already, and ${whose}. `
    + 'Delete it, choose another roleName, or set takeOver: true if it may be replaced');
}

/** What the final read found not to be as it was written. */
export function concurrentModification(object: string, what: string): Error {
  return new Error(`The ${object} does not read as it was written, in ${what}. `
    + 'Somebody else writes to it at the same time, or this Vault does not know it');
}

export interface Write {
  /** Brings Vault from what was found to what is wanted. */
  readonly apply: () => Promise<unknown>;
  /** Makes sure that Vault got there, and that nobody has written over it since. */
  readonly verify: () => Promise<void>;
  /** Brings Vault back to what was found, unless somebody else has been there since. */
  readonly undo: () => Promise<unknown>;
}

/** One step of a deletion. */
export interface Step {
  readonly object: string;
  readonly action: 'revoke' | 'restore' | 'remove' | 'release';
  readonly apply: () => Promise<unknown>;
}

/**
 * Applies stage after stage, since the objects of a later one depend on those of an earlier one, and then reads back what was
 * written. If anything fails, all is undone, last first: CloudFormation sends no Delete after a failed Create.
 */
export async function applyAll(client: VaultClient, stages: Plan[][], log: Log): Promise<void> {
  const begun: Plan[] = [];
  try {
    for (const stage of stages) {
      begun.push(...stage);
      await all(stage.map((plan) => apply(plan, log)));
    }
    await all(begun.map((plan) => plan.write?.verify()));
  } catch (error) {
    client.useRollbackTime();
    for (const plan of begun.reverse()) {
      await undo(plan, log);
    }
    throw error;
  }
}

async function apply(plan: Plan, log: Log): Promise<void> {
  const start = Date.now();
  await plan.write?.apply();
  log({ object: plan.object, found: plan.found, action: plan.action, milliseconds: Date.now() - start });
}

/** Undoes as much as can be undone; what cannot still carries our claim, and the next event converges it. */
async function undo({ object, action, write }: Plan, log: Log): Promise<void> {
  const start = Date.now();
  try {
    await write?.undo();
    log({ object, undone: action, milliseconds: Date.now() - start });
  } catch (error) {
    log({ object, notUndone: action, because: (error as Error).message, milliseconds: Date.now() - start });
  }
}
