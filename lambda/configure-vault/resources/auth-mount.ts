import { FoundMount, Mount } from './mount';
import { noop, Plan } from './plan';
import { authMethod, AuthMethodName } from '../../../src/vault/contract/auth-methods';
import { authMountDescription, stackOfAuthMount } from '../claims/mount-descriptions';
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

  public plan(found: FoundMount | undefined, stackId: string, exists: boolean): Plan {
    if (found === undefined) {
      return this.creation({ type: this.type, description: authMountDescription(this.mount, stackId) });
    }
    if (found.type !== this.type) {
      throw new Error(`The ${this.object} is of type ${found.type}, not ${this.type}, and was made by ${this.maker(found)}. `
        + 'Choose another auth mount');
    }
    return !exists && this.isOf(found, stackId)
      ? noop(this.object)
      : { object: this.object, action: 'adopt', found: `compatible, made by ${this.maker(found)}` };
  }

  /**
   * Whether the mount is to go with the store: it is of this stack and nobody has a role on it any more. Which resource made it does not
   * matter: several stores of the stack may share it. A mount named as its type stays in any case: others expect it.
   */
  public async shouldDelete(found: FoundMount | undefined, stackId: string): Promise<boolean> {
    return this.isDeletable() && found !== undefined && this.isOf(found, stackId) && (await this.roles()).length === 0;
  }

  /** At a mount named as its type, such as `aws`, others expect to log in. */
  protected isDeletable(): boolean {
    return this.mount !== this.type;
  }

  protected async content(): Promise<string[]> {
    return this.roles();
  }

  private isOf(found: FoundMount, stackId: string): boolean {
    return found.type === this.type && stackOfAuthMount(this.mount, found.description) === stackId;
  }

  private maker({ description }: FoundMount): string {
    const stackId = stackOfAuthMount(this.mount, description);
    return stackId === undefined ? 'nobody that we know' : `stack ${stackId}`;
  }
}
