import { describeOwner, isOwnedBy, marker, Owner, ownerOf } from './ownership-marker';
import { noop, Plan, alreadyExists } from './plan';
import { FieldsObject, Found } from './vault-resource';
import { VaultClient } from '../client/vault-client';

/** What is wanted of the policy. */
export interface PolicyWanted {
  /** The paths and capabilities, in HCL. */
  readonly rules: string;
  readonly owner: Owner;
  /** Whether a policy of that name may be replaced that is not of this stack. */
  readonly takeOver: boolean;
}

/** The ACL policy of a workspace. */
export class Policy extends FieldsObject {
  constructor(client: VaultClient, name: string) {
    super(client, `sys/policies/acl/${name}`, `policy ${name}`);
  }

  public plan(found: Found, wanted: PolicyWanted): Plan {
    const fields = { policy: `# ${marker(wanted.owner)}\n${wanted.rules}` };
    if (this.isAsWanted(found, fields)) {
      return noop(this.object);
    }
    if (found === undefined) {
      return { object: this.object, action: 'create', found: 'absent', write: this.writing(fields, () => this.remove()) };
    }
    const owner = ownerOfPolicy(found);
    const isOurs = owner?.stackId === wanted.owner.stackId;
    if (!isOurs && !wanted.takeOver) {
      throw alreadyExists(this.object, `belongs to ${describeOwner(owner)}`);
    }
    const write = this.writing(fields, () => this.write({ policy: textOf(found) }));
    return { object: this.object, action: isOurs ? 'change' : 'adopt', found: 'different', write };
  }

  /** A policy that somebody else provides is only looked for: a login without its policy would be of no use. */
  public planExisting(found: Found, owner: Owner): Plan {
    if (found === undefined) {
      throw new Error(`The ${this.object} is not there. Have it created, or use VaultPolicy.managed()`);
    }
    if (ownerOfPolicy(found)?.stackId === owner.stackId) {
      // It would go with the resource that made it.
      throw new Error(`The ${this.object} is of this stack. Use VaultPolicy.managed(), or name another policy`);
    }
    return { object: this.object, action: 'adopt', found: 'managed externally' };
  }

  /** Whether what was found still carries the mark of that generation of the resource. */
  public isOurs(found: Found, owner: Owner): boolean {
    return isOwnedBy(ownerOfPolicy(found), owner);
  }

  public async remove(): Promise<void> {
    await this.client.request('DELETE', this.path);
  }
}

/** Whose mark a policy carries, if any. */
export function ownerOfPolicy(found: Found): Owner | undefined {
  return ownerOf(textOf(found));
}

function textOf(found: Found): string {
  return String(found?.policy);
}
