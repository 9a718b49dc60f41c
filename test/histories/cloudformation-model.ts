import { randomUUID } from 'node:crypto';
import { Deployment, StackName } from './history';
import { writeProperties } from '../../src/vault/contract/property-readers';
import { STORE_TYPE, VaultStore } from '../../src/vault/contract/store-properties';

/* What CloudFormation does with the custom resources of a stack: which events it sends, in which order, and what it holds for live. */

export interface Resource {
  readonly physicalId: string;
  readonly store: VaultStore;
}

export interface Event {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly [field: string]: unknown;
}

/** Has the function take an event. @returns the physical id; throws if the event failed. */
export type Send = (stack: StackName, event: Event, stores: readonly VaultStore[]) => Promise<string>;

/** Something that CloudFormation tells of only in the events of a stack. */
export interface Refusal {
  readonly event: 'Update in a rollback' | 'Delete';
  readonly store: VaultStore;
  readonly message: string;
}

export interface Outcome {
  readonly succeeded: boolean;
  /** The stores of the template before and after. */
  readonly touched: readonly VaultStore[];
  readonly deleted: readonly VaultStore[];
  readonly refusals: readonly Refusal[];
}

export interface SentDelete {
  readonly stack: StackName;
  readonly event: Event;
  readonly store: VaultStore;
}

export class CloudFormationModel {
  /** What is live, by stack and logical id. */
  public readonly live: { readonly [stack in StackName]: Map<string, Resource> } = { A: new Map(), B: new Map() };
  /** The Deletes that succeeded. */
  public readonly deletes: SentDelete[] = [];
  private readonly generations: { [stack in StackName]: number } = { A: 1, B: 1 };

  /** @param meanwhile What happens when all stores are deployed, before anything is deleted. */
  constructor(private readonly send: Send, private readonly meanwhile: () => Promise<void>) {}

  public async deploy(
    stack: StackName, wanted: ReadonlyMap<string, VaultStore>, options: Pick<Deployment, 'neighbourFails' | 'reversed' | 'deletesOnly'>,
  ): Promise<Outcome> {
    const live = this.live[stack];
    const before = new Map(live);
    const refusals: Refusal[] = [];
    const deleted: VaultStore[] = [];
    const begun: string[] = [];
    let succeeded = true;
    for (const [logicalId, store] of ordered(wanted, options.reversed)) {
      const current = live.get(logicalId);
      if (current !== undefined && JSON.stringify(current.store) === JSON.stringify(store)) {
        continue;
      }
      begun.push(logicalId);
      try {
        live.set(logicalId, { physicalId: await this.converge(stack, logicalId, store, current), store });
      } catch {
        succeeded = false;
        break;
      }
    }

    if (succeeded) {
      await this.meanwhile();
    }
    const remove = async (logicalId: string, { physicalId, store }: Resource) => {
      const event = this.event(stack, 'Delete', logicalId, store, physicalId);
      try {
        deleted.push(store);
        await this.send(stack, event, [store]);
        this.deletes.push({ stack, event, store });
      } catch (error) {
        refusals.push({ event: 'Delete', store, message: (error as Error).message });
      }
    };
    if (succeeded && !options.neighbourFails) {
      const replaced = begun.flatMap((logicalId) => {
        const old = before.get(logicalId);
        return old !== undefined && old.physicalId !== live.get(logicalId)!.physicalId ? [[logicalId, old] as const] : [];
      });
      const removed = [...before].filter(([logicalId]) => !wanted.has(logicalId));
      removed.forEach(([logicalId]) => live.delete(logicalId));
      for (const [logicalId, resource] of [...replaced, ...removed]) {
        await remove(logicalId, resource);
      }
      return { succeeded: true, touched: [...wanted.values()], deleted, refusals };
    }

    // All that was updated goes back, also what failed; then what was made goes. A Create that failed is never deleted.
    const made: [string, Resource][] = [];
    for (const logicalId of begun.reverse()) {
      const [old, now] = [before.get(logicalId), live.get(logicalId)];
      if (old === undefined) {
        live.delete(logicalId);
        made.push(...now === undefined ? [] : [[logicalId, now] as [string, Resource]]);
        continue;
      }
      const failed = wanted.get(logicalId)!;
      if (options.deletesOnly && now!.physicalId !== old.physicalId) {
        live.set(logicalId, old);
        made.push([logicalId, { physicalId: now!.physicalId, store: failed }]);
        continue;
      }
      try {
        const physicalId = await this.converge(stack, logicalId, old.store, { physicalId: now!.physicalId, store: failed });
        live.set(logicalId, { physicalId, store: old.store });
        if (now!.physicalId !== physicalId) {
          made.push([logicalId, { physicalId: now!.physicalId, store: failed }]);
        }
        if (physicalId !== old.physicalId) {
          refusals.push({ event: 'Update in a rollback', store: old.store, message: 'it did not return to the physical id of before' });
        }
      } catch (error) {
        live.set(logicalId, old);
        refusals.push({ event: 'Update in a rollback', store: old.store, message: (error as Error).message });
      }
    }
    for (const [logicalId, resource] of options.reversed ? made.reverse() : made) {
      await remove(logicalId, resource);
    }
    if (before.size === 0) {
      // A stack whose creation failed can only be deleted. The next one has another id.
      this.generations[stack]++;
    }
    return { succeeded: false, touched: [...[...before.values()].map(({ store }) => store), ...wanted.values()], deleted, refusals };
  }

  /** All stores that are live, with the stack of each. */
  public stores(): (Resource & { readonly stack: StackName })[] {
    return (['A', 'B'] as const).flatMap((stack) => [...this.live[stack].values()].map((resource) => ({ ...resource, stack })));
  }

  private async converge(stack: StackName, logicalId: string, store: VaultStore, current?: Resource): Promise<string> {
    const event = current === undefined
      ? this.event(stack, 'Create', logicalId, store)
      : this.event(stack, 'Update', logicalId, store, current.physicalId, current.store);
    return this.send(stack, event, [store, ...current === undefined ? [] : [current.store]]);
  }

  private event(
    stack: StackName, type: Event['RequestType'], logicalId: string, store: VaultStore, physicalId?: string, previous?: VaultStore,
  ): Event {
    return {
      RequestType: type,
      RequestId: randomUUID(),
      ResourceType: STORE_TYPE,
      StackId: `arn:aws:cloudformation:eu-central-1:111122223333:stack/${stack}/${this.generations[stack]}`,
      LogicalResourceId: logicalId,
      ...physicalId === undefined ? {} : { PhysicalResourceId: physicalId },
      ResourceProperties: { ServiceToken: 'arn', ...writeProperties(store, 'hash') },
      ...previous === undefined ? {} : { OldResourceProperties: { ServiceToken: 'arn', ...writeProperties(previous, 'hash') } },
    };
  }
}

function ordered<T>(entries: ReadonlyMap<string, T>, reversed: boolean): [string, T][] {
  return reversed ? [...entries].reverse() : [...entries];
}
