import { FoundMount, Mount } from './mount';
import { describeOwner, Owner } from './ownership-marker';
import { noop, Plan } from './plan';
import { authMethod, AuthMethodName } from '../../../src/vault/contract/auth-methods';
import { VaultClient } from '../client/vault-client';

/** The mount of the auth method at which the workspace logs in. Others may log in there as well. */
export class AuthMount extends Mount {
  private readonly type: string;

  constructor(client: VaultClient, mount: string, method: AuthMethodName) {
    super(client, 'sys/auth', mount, 'auth mount');
    this.type = authMethod(method).mountType;
  }

  /** The names of all roles on the mount, ours and those of others. */
  public async roles(): Promise<string[]> {
    return this.list(`auth/${this.mount}/role`);
  }

  public plan(found: FoundMount | undefined, owner: Owner, exists: boolean): Plan {
    if (found === undefined) {
      return this.creation({ type: this.type }, owner);
    }
    if (found.type !== this.type) {
      throw new Error(`The ${this.object} is of type ${found.type}, not ${this.type}, and belongs to ${describeOwner(found.owner)}. `
        + 'Choose another auth mount');
    }
    // A mark of this stack is enough, whichever store left it: stores that come at the same time would write over each other's.
    return !exists && found.owner?.stackId === owner.stackId ? noop(this.object) : this.adoption(found, owner, exists);
  }

  /**
   * Whether the mount is to go with the store: it is of this stack and nobody has a role on it any more. The resource does not
   * matter, since of several stores on a mount the last one takes it along. A mount named as its type stays in any case: others expect it.
   */
  public async shouldDelete(found: FoundMount | undefined, owner: Owner): Promise<boolean> {
    return this.isDeletable() && found?.owner?.stackId === owner.stackId && (await this.roles()).length === 0;
  }

  /** At a mount named as its type, such as `aws`, others expect to log in. */
  protected isDeletable(): boolean {
    return this.mount !== this.type;
  }

  protected async content(): Promise<string[]> {
    return this.roles();
  }
}
