import { FoundMount, Mount } from './mount';
import { noop, Plan, Step } from './plan';
import { KvRemoval, VaultStore } from '../../../src/vault/contract/store-properties';
import { all } from '../all';
import { joinKvClaims, KvClaim, KvClaims, kvClaims, kvMountDescription, leaveKvClaims } from '../claims/mount-descriptions';
import { describeOwner, Owner } from '../claims/owner';
import { VaultClient } from '../client/vault-client';

/** What lies in a KV mount, as far as it tells whether the workspace may have it. */
export interface KvContent {
  readonly casRequired: boolean;
  /** The names at the top. */
  readonly keys: string[];
}

/** What is wanted of the mount. */
export interface KvWanted extends Pick<VaultStore, 'workspaceId' | 'kvMountIsExternal'> {
  readonly owner: Owner;
  /** Whether a claim is of an owner that is no more. */
  readonly isDead: (claim: Owner) => boolean;
}

/** More than ever use one mount, so that a mistake does not let its description grow without end. */
const MAX_CLAIMS = 50;

/** The KV mount, version 2, in which the workspace keeps its secrets below `zenml/`. One that we make carries the claims of its users. */
export class KvMount extends Mount {
  constructor(client: VaultClient, mount: string) {
    super(client, 'sys/mounts', mount, 'KV mount');
  }

  /** Reads what is in the mount; of one that is not KV version 2, nothing. */
  public async readContent(found: FoundMount | undefined): Promise<KvContent> {
    if (found === undefined || !isKv2(found)) {
      return { casRequired: false, keys: [] };
    }
    const [{ body }, keys] = await all([this.client.request('GET', `${this.mount}/config`), this.content()]);
    return { casRequired: body.data.cas_required, keys };
  }

  public claims(found: FoundMount | undefined): readonly Owner[] {
    return this.claimsOn(found)?.claims ?? [];
  }

  public plan(found: FoundMount | undefined, content: KvContent, { workspaceId, kvMountIsExternal, owner, isDead }: KvWanted): Plan {
    if (found === undefined) {
      const claims = [{ ...owner, made: true }];
      return this.creation({ type: 'kv', options: { version: '2' }, description: kvMountDescription(this.mount, { workspaceId, claims }) });
    }
    const known = this.claimsOn(found);
    this.assertCompatible(found, content, workspaceId, known);
    // Without claims the mount is nobody's, and what was relied on never becomes ours.
    if (kvMountIsExternal || known === undefined || known.claims.length === 0) {
      return { object: this.object, action: 'adopt', found: `compatible, ${describeUsers(known)}` };
    }
    const claims = joinKvClaims(known.claims, owner).filter((claim) => !isDead(claim));
    if (claims.length > MAX_CLAIMS) {
      throw new Error(`The description of the ${this.object} would have more than ${MAX_CLAIMS} claims. `
        + 'Remove those of stores that are gone, or choose another path');
    }
    const description = kvMountDescription(this.mount, { workspaceId, claims });
    if (description === found.description) {
      return noop(this.object);
    }
    return {
      object: this.object,
      action: known.claims.some(({ stackId }) => stackId === owner.stackId) ? 'change' : 'adopt',
      found: `compatible, ${describeUsers(known)}`,
      write: {
        apply: () => this.describe(description),
        verify: () => this.verify(description),
        undo: async () => await this.carries(description) && this.describe(found.description),
      },
    };
  }

  /**
   * What is to become of the mount when its user goes. Refuses to let secrets go without having been told to.
   *
   * @returns undefined if the owner has no claim on the mount.
   */
  public async planRelease(found: FoundMount | undefined, owner: Owner, removal: KvRemoval): Promise<Step | undefined> {
    const known = this.claimsOn(found);
    const claims = leaveKvClaims(known?.claims ?? [], owner);
    if (known === undefined || claims.length === known.claims.length) {
      return undefined;
    }
    const made = known.claims.some((claim) => claim.made && !claims.includes(claim));
    if (removal === 'keep' || !made || claims.length > 0) {
      const description = kvMountDescription(this.mount, { ...known, claims });
      return { object: this.object, action: 'release', apply: () => this.describe(description) };
    }
    if (removal === 'destroy-if-empty' && (await this.content()).length > 0) {
      throw new Error(`The ${this.object} holds secrets. Empty it and delete again, or deploy destroySecrets: true before you delete`);
    }
    return { object: this.object, action: 'remove', apply: () => this.disable() };
  }

  protected async content(): Promise<string[]> {
    return this.list(`${this.mount}/metadata`);
  }

  private claimsOn(found: FoundMount | undefined): KvClaims | undefined {
    return found === undefined || !isKv2(found) ? undefined : kvClaims(this.mount, found.description);
  }

  /** ZenML prunes the versions of the whole mount, so it must not hold what is somebody else's. */
  private assertCompatible(found: FoundMount, content: KvContent, workspaceId: string, known: KvClaims | undefined): void {
    const refuse = (problem: string) => new Error(`The ${this.object} ${problem}, and is ${describeUsers(known)}. `
      + 'Choose another path for the KV mount');
    if (!isKv2(found)) {
      throw refuse(`is of type ${found.type}${found.version === undefined ? '' : ` version ${found.version}`}, not KV version 2`);
    }
    if (known !== undefined && known.workspaceId !== workspaceId) {
      throw refuse(`keeps the secrets of another workspace, ${known.workspaceId}`);
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

function describeUsers(known: KvClaims | undefined): string {
  const users: readonly (KvClaim | undefined)[] = known === undefined || known.claims.length === 0 ? [undefined] : known.claims;
  return `used by ${users.map(describeOwner).join(', ')}`;
}
