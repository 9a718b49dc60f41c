import { describeOwner, isOwnedBy, marker, Owner, ownerOf } from './marker';
import { keep, Plan } from './plan';
import { VaultClient } from './vault-client';

export interface FoundMount {
  readonly type: string;
  readonly description: string;
  /** Whose mark it bears, if any. */
  readonly owner?: Owner;
}

/** The mount of the auth method `aws` at which the workspace logs in. Others may log in there as well. */
export class AuthMount {
  private readonly object: string;

  constructor(private readonly client: VaultClient, private readonly mount: string) {
    this.object = `auth mount ${mount}`;
  }

  public async read(): Promise<FoundMount | undefined> {
    const { body } = await this.client.request('GET', 'sys/auth');
    const found = body.data[`${this.mount}/`];
    return found === undefined ? undefined : { type: found.type, description: found.description, owner: ownerOf(found.description) };
  }

  /** The names of all roles on the mount, ours and those of others. */
  public async roles(): Promise<string[]> {
    const { status, body } = await this.client.request('LIST', `auth/${this.mount}/role`);
    return status === 404 ? [] : body.data.keys;
  }

  public async plan(owner: Owner): Promise<Plan> {
    const found = await this.read();
    const description = marker(owner);
    if (found === undefined) {
      return { object: this.object, action: 'create', found: 'absent', apply: () => this.enable(description), undo: () => this.disableIfEmpty() };
    }
    if (found.type !== 'aws') {
      throw new Error(`The ${this.object} is of type ${found.type}, not aws, and belongs to ${describeOwner(found.owner)}. Write another mountPath`);
    }
    if (found.description === description) {
      return keep(this.object, 'as wanted');
    }
    if (found.owner?.stackId !== owner.stackId) {
      return { ...keep(this.object, `of type aws, belongs to ${describeOwner(found.owner)}`), action: 'adopt' };
    }
    return {
      object: this.object,
      action: 'change',
      found: 'ours, of another generation',
      apply: () => this.describe(description),
      undo: () => this.describe(found.description),
    };
  }

  /**
   * Removes the mount if it bears the mark of that generation of the resource and nobody has a role on it any more. The mount
   * `aws` stays in any case: others expect to find it.
   */
  public async remove(owner: Owner): Promise<boolean> {
    const found = await this.read();
    if (this.mount === 'aws' || !isOwnedBy(found?.owner, owner)) {
      return false;
    }
    return this.disableIfEmpty();
  }

  private async enable(description: string): Promise<void> {
    await this.client.request('POST', `sys/auth/${this.mount}`, { type: 'aws', description });
  }

  private async describe(description: string): Promise<void> {
    await this.client.request('POST', `sys/auth/${this.mount}/tune`, { description });
  }

  private async disableIfEmpty(): Promise<boolean> {
    if ((await this.roles()).length > 0) {
      return false;
    }
    await this.client.request('DELETE', `sys/auth/${this.mount}`);
    return true;
  }
}
