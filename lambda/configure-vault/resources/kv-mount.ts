import { FoundMount, Mount } from './mount';
import { describeOwner, isOwnedBy, Owner } from './ownership-marker';
import { Plan } from './plan';
import { KvRemoval, StoreIdentity } from '../../../src/vault/contract/store-properties';
import { VaultClient } from '../client/vault-client';

/** What lies in a KV mount, as far as it tells whether the workspace may have it. */
export interface KvContent {
  readonly casRequired: boolean;
  /** The names at the top. */
  readonly keys: string[];
}

/** What is wanted of the mount. */
export interface KvWanted {
  readonly owner: Owner;
  /** Whether somebody else provides the mount. */
  readonly kvMountIsExternal: boolean;
  readonly kvRemoval: KvRemoval;
  /** What was wanted before this update. */
  readonly previous?: StoreIdentity;
}

/** The KV mount, version 2, in which the workspace keeps its secrets below `zenml/`. */
export class KvMount extends Mount {
  constructor(client: VaultClient, mount: string) {
    super(client, 'sys/mounts', mount, 'KV mount');
  }

  /** Reads what is in the mount; of one that is not KV version 2, nothing. */
  public async readContent(found: FoundMount | undefined): Promise<KvContent> {
    if (found === undefined || !isKv2(found)) {
      return { casRequired: false, keys: [] };
    }
    const [{ body }, keys] = await Promise.all([this.client.request('GET', `${this.mount}/config`), this.content()]);
    return { casRequired: body.data.cas_required, keys };
  }

  public plan(found: FoundMount | undefined, content: KvContent, wanted: KvWanted): Plan {
    const { owner, previous } = wanted;
    if (found === undefined) {
      return this.creation({ type: 'kv', options: { version: '2' } }, owner);
    }
    this.assertFitForUse(found, content, owner);
    // What an earlier store of this stack left behind, it left on purpose.
    const wasOurs = previous === undefined ? isOwnedBy(found.owner, owner) : previous.kvMount === this.mount && !previous.kvMountIsExternal;
    const wouldBeDestroyed = !wanted.kvMountIsExternal && wanted.kvRemoval === 'destroy';
    if (found.owner?.stackId === owner.stackId && !wasOurs && wouldBeDestroyed && content.keys.length > 0) {
      throw new Error(`The ${this.object} keeps secrets of an earlier store of this stack. `
        + 'Set destroySecrets with the next deployment only');
    }
    return this.adoption(found, owner, wanted.kvMountIsExternal);
  }

  /**
   * Whether the mount is to go with this generation of the resource. Refuses to let secrets go without having been told to.
   */
  public async shouldDelete(found: FoundMount | undefined, owner: Owner, removal: KvRemoval): Promise<boolean> {
    if (removal === 'keep' || !isOwnedBy(found?.owner, owner)) {
      return false;
    }
    if (removal === 'destroy-if-empty' && (await this.content()).length > 0) {
      throw new Error(`The ${this.object} holds secrets. Empty it and delete again, or deploy destroySecrets: true before you delete`);
    }
    return true;
  }

  protected async content(): Promise<string[]> {
    return this.list(`${this.mount}/metadata`);
  }

  /** ZenML prunes the versions of the whole mount, so it must not hold what is somebody else's. */
  private assertFitForUse(found: FoundMount, content: KvContent, owner: Owner): void {
    const refuse = (problem: string) => new Error(`The ${this.object} ${problem}, and belongs to ${describeOwner(found.owner)}. `
      + 'Choose another path for the KV mount');
    if (!isKv2(found)) {
      throw refuse(`is of type ${found.type}${found.version === undefined ? '' : ` version ${found.version}`}, not KV version 2`);
    }
    if (found.owner !== undefined && found.owner.workspaceId !== owner.workspaceId) {
      throw refuse(`keeps the secrets of another workspace, ${found.owner.workspaceId}`);
    }
    if (content.casRequired) {
      throw refuse('demands check-and-set (cas_required), with which ZenML cannot write a new value');
    }
    const others = content.keys.filter((key) => key !== 'zenml/').length;
    if (others > 0) {
      throw refuse(`holds ${others} more beside zenml/, of which ZenML would prune all but the last version`);
    }
  }
}

function isKv2(found: FoundMount): boolean {
  return found.type === 'kv' && found.version === '2';
}
