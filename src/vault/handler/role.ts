import { before, differences, Fields, FieldsObject, Found } from './fields';
import { keep, Plan, taken } from './plan';
import { VaultClient } from './vault-client';

/** What is wanted of the role of a workspace on the mount of its logins. */
export interface RoleWanted {
  /** The one IAM principal that may log in, without an IAM path, which Vault never matches. */
  readonly principalArn: string;
  readonly policy: string;
  /** Seconds. */
  readonly tokenTtl: number;
  /** Seconds. */
  readonly tokenMaxTtl: number;
  readonly tokenBoundCidrs: string[];
  readonly tokenNoDefaultPolicy: boolean;
}

/** With this warning Vault accepts a role whose tokens it will never let live as long as they should. */
const CAPPED = /max ttl will be capped/;

/** The role of a workspace on a mount of the auth method `aws`. It bears no mark of its own, but follows its policy. */
export class Role extends FieldsObject {
  constructor(client: VaultClient, mount: string, name: string) {
    super(client, `auth/${mount}/role/${name}`, `role ${name} on auth mount ${mount}`);
  }

  /**
   * @param mayReplace Whether a role of that name may be replaced: it is ours, or the user gives it up to us.
   * @param longestLease What the mount allows, in seconds; 0 if it leaves that to the server.
   */
  public plan(found: Found, wanted: RoleWanted, mayReplace: boolean, longestLease: number): Plan {
    const fields = fieldsOf(wanted);
    if (longestLease > 0 && wanted.tokenMaxTtl > longestLease) {
      throw this.tooLong(wanted, `but the mount allows ${longestLease}`);
    }
    if (this.isAsWanted(found, fields)) {
      return keep(this.object);
    }
    const write = this.writing(
      fields,
      () => found === undefined ? this.remove() : this.write(before(found, fields)),
      () => this.writeUncapped(fields, wanted),
    );
    if (found === undefined) {
      return { object: this.object, action: 'create', found: 'absent', write };
    }
    if (!mayReplace) {
      throw taken(this.object, 'was not made by this stack');
    }
    return { object: this.object, action: 'change', found: `different in ${differences(found, fields).join(', ')}`, write };
  }

  /** Whether the role is as we would make it, and so ours although no policy of ours says so. */
  public isAs(found: Found, wanted: RoleWanted): boolean {
    return this.isAsWanted(found, fieldsOf(wanted));
  }

  /** Whether the role gives that policy to whoever logs in, and no other. */
  public isFor(found: Found, policy: string): boolean {
    return this.isAsWanted(found, { auth_type: 'iam', token_policies: [policy] });
  }

  public isBoundTo(found: Found, { principalArn }: RoleWanted): boolean {
    return this.isAsWanted(found, { bound_iam_principal_arn: [principalArn] });
  }

  public async remove(): Promise<void> {
    await this.client.request('DELETE', this.path);
  }

  private async writeUncapped(fields: Fields, wanted: RoleWanted): Promise<void> {
    const warnings: string[] = (await this.write(fields))?.warnings ?? [];
    const capped = warnings.find((warning) => CAPPED.test(warning));
    if (capped !== undefined) {
      throw this.tooLong(wanted, `but Vault says: ${capped}`);
    }
  }

  private tooLong(wanted: RoleWanted, limit: string): Error {
    return new Error(`The ${this.object} asks for tokens of up to ${wanted.tokenMaxTtl} seconds, ${limit}. `
      + 'Write a shorter tokenMaxTtl, or have max_lease_ttl of the mount raised');
  }
}

/** Every field that matters is written, also to clear it: Vault merges a write into what is there. */
function fieldsOf(wanted: RoleWanted): Fields {
  return {
    auth_type: 'iam',
    bound_iam_principal_arn: [wanted.principalArn],
    // With true, Vault would have to look the role up in an account that is not the customer's.
    resolve_aws_unique_ids: false,
    inferred_entity_type: '',
    bound_account_id: [],
    token_policies: [wanted.policy],
    token_ttl: wanted.tokenTtl,
    token_max_ttl: wanted.tokenMaxTtl,
    token_bound_cidrs: wanted.tokenBoundCidrs,
    token_no_default_policy: wanted.tokenNoDefaultPolicy,
    token_explicit_max_ttl: 0,
    token_num_uses: 0,
    token_period: 0,
    token_type: 'default',
  };
}
