import { describeOwner, isOwnedBy, marker, Owner, ownerOf } from './marker';
import { keep, Plan } from './plan';
import { VaultClient } from './vault-client';

/** What is wanted of the policy. */
export interface PolicyWanted {
  /** The paths and capabilities, in HCL. */
  readonly rules: string;
  readonly owner: Owner;
  /** Whether a policy of that name may be replaced that is not of this stack. */
  readonly takeOver: boolean;
}

/** The ACL policy of a workspace. */
export class Policy {
  private readonly path: string;
  private readonly object: string;

  constructor(private readonly client: VaultClient, name: string) {
    this.path = `sys/policies/acl/${name}`;
    this.object = `policy ${name}`;
  }

  /** The text of the policy, or undefined if there is none. */
  public async read(): Promise<string | undefined> {
    const { status, body } = await this.client.request('GET', this.path);
    return status === 404 ? undefined : body.data.policy;
  }

  public async plan(wanted: PolicyWanted): Promise<Plan> {
    const found = await this.read();
    const text = `# ${marker(wanted.owner)}\n${wanted.rules}`;
    if (found === text) {
      return keep(this.object, 'as wanted');
    }
    if (found === undefined) {
      return { object: this.object, action: 'create', found: 'absent', apply: () => this.write(text), undo: () => this.delete() };
    }

    const owner = ownerOf(found);
    if (owner?.stackId !== wanted.owner.stackId && !wanted.takeOver) {
      throw new Error(`The ${this.object} is there already, and belongs to ${describeOwner(owner)}. `
        + 'Delete it, choose another roleName, or set takeOver: true if it may be replaced');
    }
    const action = owner?.stackId === wanted.owner.stackId ? 'change' : 'adopt';
    return { object: this.object, action, found: 'different', apply: () => this.write(text), undo: () => this.write(found) };
  }

  /** Removes the policy if it still bears the mark of that generation of the resource. */
  public async remove(owner: Owner): Promise<boolean> {
    const found = await this.read();
    if (found === undefined || !isOwnedBy(ownerOf(found), owner)) {
      return false;
    }
    await this.delete();
    return true;
  }

  private async write(text: string): Promise<void> {
    await this.client.request('POST', this.path, { policy: text });
    if (await this.read() !== text) {
      throw new Error(`The ${this.object} does not read as it was written. Somebody else writes to it at the same time`);
    }
  }

  private async delete(): Promise<void> {
    await this.client.request('DELETE', this.path);
  }
}
