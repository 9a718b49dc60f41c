import { concurrentModification, Plan } from './plan';
import { all } from '../all';
import { VaultClient } from '../client/vault-client';
import { VaultError } from '../client/vault-error';

/** A mount of a secrets engine or of an auth method, as Vault tells of it. */
export interface FoundMount {
  readonly type: string;
  /** Of a KV engine. */
  readonly version?: string;
  readonly description: string;
  /** Seconds; 0 if the mount leaves it to the server. */
  readonly maxLeaseTtl: number;
}

/** Where Vault keeps its mounts: those of secrets engines, or those of auth methods. */
export type Table = 'sys/mounts' | 'sys/auth';

export interface MountSettings {
  readonly type: string;
  readonly options?: object;
  readonly description: string;
}

/** A mount, whatever it is of. Its description tells who has made it, if it was one of us. */
export abstract class Mount {
  public readonly object: string;

  constructor(protected readonly client: VaultClient, private readonly table: Table, protected readonly mount: string, kind: string) {
    this.object = `${kind} ${mount}`;
  }

  /**
   * Reads the mount that is wanted. Where it is absent, it has to be possible to make it.
   *
   * @param exists Whether somebody else provides the mount.
   */
  public async read(exists: boolean): Promise<FoundMount | undefined> {
    if (exists) {
      return this.look();
    }
    const table = await this.readTable();
    const found = this.findIn(table);
    if (found === undefined) {
      this.assertRoom(table);
    }
    return found;
  }

  /** Reads the mount, if it is there. */
  public async find(): Promise<FoundMount | undefined> {
    return this.findIn(await this.readTable());
  }

  public async disable(): Promise<void> {
    await this.client.request('DELETE', `${this.table}/${this.mount}`);
  }

  /** Whether the mount may be removed at all. */
  protected isDeletable(): boolean {
    return true;
  }

  /** The names of what is in the mount. */
  protected abstract content(): Promise<string[]>;

  protected async list(path: string): Promise<string[]> {
    const { status, body } = await this.client.request('LIST', path);
    return status === 404 ? [] : body.data.keys;
  }

  protected creation(settings: MountSettings): Plan {
    const { description } = settings;
    return {
      object: this.object,
      action: 'create',
      found: 'absent',
      write: {
        apply: () => this.enable(settings),
        // A new KV mount may still be turning into version 2; the client waits until it tells what is in it.
        verify: async () => {
          await all([this.verify(description), this.content()]);
        },
        undo: async () => {
          if (this.isDeletable() && await this.carries(description) && (await this.content()).length === 0) {
            await this.disable();
          }
        },
      },
    };
  }

  protected async carries(description: string): Promise<boolean> {
    return (await this.find())?.description === description;
  }

  protected async verify(description: string): Promise<void> {
    if (!await this.carries(description)) {
      throw concurrentModification(this.object, 'its description');
    }
  }

  /** All mounts by their paths, each with a slash at its end. */
  private async readTable(): Promise<{ readonly [path: string]: any }> {
    return this.get(this.table);
  }

  private findIn(table: { readonly [path: string]: any }): FoundMount | undefined {
    const found = table[`${this.mount}/`];
    return found === undefined ? undefined : foundMount(found);
  }

  private assertRoom(table: { readonly [path: string]: any }): void {
    const own = `${this.mount}/`;
    const other = Object.keys(table).find((path) => path.startsWith(own) || own.startsWith(path));
    if (other !== undefined) {
      throw new Error(`The ${this.object} cannot be made, as ${other} of type ${table[other].type} is there, `
        + 'and Vault takes no mount above or below another. Choose a path that is neither');
    }
  }

  /**
   * Looks at a mount that somebody else provides. That needs no permission beyond the one to use it, so that the administrator
   * need not see all the others.
   */
  private async look(): Promise<FoundMount> {
    const path = this.table === 'sys/auth' ? `auth/${this.mount}` : this.mount;
    try {
      const found = await this.get(`sys/internal/ui/mounts/${path}`);
      if (found.path !== `${this.mount}/`) {
        const above = `${path.slice(0, -this.mount.length)}${found.path}`;
        throw new Error(`The mount ${path}/ is not there, as ${above} is. Have it created elsewhere, or name another`);
      }
      return foundMount(found);
    } catch (error) {
      if (error instanceof VaultError && error.status === 403) {
        throw new Error(`The mount ${path}/ is not there, or the administrator may do nothing on it. `
          + 'Have it created, or the administrator\'s policy extended');
      }
      throw error;
    }
  }

  /** Reads what there is in every namespace. */
  private async get(path: string): Promise<any> {
    const { status, body } = await this.client.request('GET', path);
    if (status === 404) {
      throw new Error(`Vault: GET ${path} answers 404, as if there were no such namespace. `
        + 'Look whether address and vaultNamespace are right');
    }
    return body.data;
  }

  /** Vault enables a mount only if there is none, so that two who do it at once cannot both believe that it is theirs. */
  private async enable(settings: MountSettings): Promise<void> {
    try {
      await this.client.request('POST', `${this.table}/${this.mount}`, settings);
    } catch (error) {
      // An answer may have been lost on its way, and the request have been made again.
      const mayExist = error instanceof VaultError && error.status === 400;
      if (!mayExist || !await this.carries(settings.description)) {
        throw error;
      }
    }
  }

  protected async describe(description: string): Promise<void> {
    await this.client.request('POST', `${this.table}/${this.mount}/tune`, { description });
  }
}

/** In a namespace Vault writes this before the types of the mounts that it always has, such as `ns_token`. */
const IN_NAMESPACE = /^ns_/;

function foundMount(found: any): FoundMount {
  return {
    type: found.type.replace(IN_NAMESPACE, ''),
    version: found.options?.version,
    description: found.description,
    maxLeaseTtl: found.config.max_lease_ttl,
  };
}
