import { describeOwner, isOwnedBy, marker, Owner, ownerOf } from './marker';
import { keep, Plan } from './plan';
import { VaultClient } from './vault-client';

/** What may happen to the secrets when the store goes. */
export interface KvRemoval {
  /** `false` keeps the mount, whatever is in it. */
  readonly destroy: boolean;
  /** Whether a mount with secrets in it may go as well. */
  readonly destroySecrets: boolean;
}

interface Found {
  readonly type: string;
  readonly version?: string;
  readonly description: string;
  readonly owner?: Owner;
}

/** The KV mount, version 2, in which the workspace keeps its secrets below `zenml/`. */
export class KvMount {
  private readonly object: string;

  constructor(private readonly client: VaultClient, private readonly mount: string) {
    this.object = `KV mount ${mount}`;
  }

  public async read(): Promise<Found | undefined> {
    const { body } = await this.client.request('GET', 'sys/mounts');
    const found = body.data[`${this.mount}/`];
    return found === undefined
      ? undefined
      : { type: found.type, version: found.options?.version, description: found.description, owner: ownerOf(found.description) };
  }

  public async plan(owner: Owner): Promise<Plan> {
    const found = await this.read();
    const description = marker(owner);
    if (found === undefined) {
      return { object: this.object, action: 'create', found: 'absent', apply: () => this.enable(description), undo: () => this.disableIfEmpty() };
    }
    await this.demandFitForUse(found, owner);
    if (found.description === description) {
      return keep(this.object, 'as wanted');
    }
    if (found.owner?.stackId !== owner.stackId) {
      return { ...keep(this.object, `KV version 2 without secrets of others, belongs to ${describeOwner(found.owner)}`), action: 'adopt' };
    }
    return {
      object: this.object,
      action: 'change',
      found: 'ours, of another generation',
      apply: () => this.describe(description),
      undo: () => this.describe(found.description),
    };
  }

  /** Refuses a removal that would destroy secrets without having been told to. */
  public async demandRemovable(owner: Owner, removal: KvRemoval): Promise<void> {
    if (await this.isToGo(owner, removal) && !removal.destroySecrets && (await this.content()).length > 0) {
      throw new Error(`The ${this.object} holds secrets. To destroy them with it, set destroySecrets: true; `
        + 'to keep them, set RemovalPolicy.RETAIN. Deploy, then delete again');
    }
  }

  /** Removes the mount if that is wanted, if it bears the mark of that generation of the resource, and if its secrets may go. */
  public async remove(owner: Owner, removal: KvRemoval): Promise<boolean> {
    await this.demandRemovable(owner, removal);
    const goes = await this.isToGo(owner, removal);
    if (goes) {
      await this.disable();
    }
    return goes;
  }

  private async isToGo(owner: Owner, removal: KvRemoval): Promise<boolean> {
    return removal.destroy && isOwnedBy((await this.read())?.owner, owner);
  }

  /** ZenML prunes the versions of the whole mount, so it must not hold what is somebody else's. */
  private async demandFitForUse(found: Found, owner: Owner): Promise<void> {
    const refuse = (problem: string) => new Error(`The ${this.object} ${problem}, and belongs to ${describeOwner(found.owner)}. Write another kvMountPath`);
    if (found.type !== 'kv' || found.version !== '2') {
      throw refuse(`is of type ${found.type}${found.version === undefined ? '' : ` version ${found.version}`}, not KV version 2`);
    }
    if (found.owner !== undefined && found.owner.workspaceId !== owner.workspaceId) {
      throw refuse(`keeps the secrets of another workspace, ${found.owner.workspaceId}`);
    }
    const { body } = await this.client.request('GET', `${this.mount}/config`);
    if (body.data.cas_required) {
      throw refuse('demands check-and-set (cas_required), with which ZenML cannot write a new value');
    }
    const others = (await this.content()).filter((key) => key !== 'zenml/');
    if (others.length > 0) {
      throw refuse(`holds ${others.length === 1 ? 'something' : `${others.length} things`} beside zenml/, of which ZenML would prune all but the last version`);
    }
  }

  /** What lies at the top of the mount. */
  private async content(): Promise<string[]> {
    const { status, body } = await this.client.request('LIST', `${this.mount}/metadata`);
    return status === 404 ? [] : body.data.keys;
  }

  private async enable(description: string): Promise<void> {
    await this.client.request('POST', `sys/mounts/${this.mount}`, { type: 'kv', options: { version: '2' }, description });
    // A new mount may still be turning into version 2; the client waits until it answers.
    await this.client.request('GET', `${this.mount}/config`);
  }

  private async describe(description: string): Promise<void> {
    await this.client.request('POST', `sys/mounts/${this.mount}/tune`, { description });
  }

  private async disableIfEmpty(): Promise<void> {
    if ((await this.content()).length === 0) {
      await this.disable();
    }
  }

  private async disable(): Promise<void> {
    await this.client.request('DELETE', `sys/mounts/${this.mount}`);
  }
}
