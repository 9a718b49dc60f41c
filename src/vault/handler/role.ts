import { before, differences, Fields } from './fields';
import { keep, Plan } from './plan';
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
  /** Whether a role of that name may be replaced: its policy was ours, or the user gives it up to us. */
  readonly mayReplace: boolean;
}

/** The role of a workspace on a mount of the auth method `aws`. It bears no mark of its own, but follows its policy. */
export class Role {
  private readonly path: string;
  private readonly object: string;

  constructor(private readonly client: VaultClient, private readonly mount: string, name: string) {
    this.path = `auth/${mount}/role/${name}`;
    this.object = `role ${name} on auth mount ${mount}`;
  }

  /** The role, or undefined if there is none, also for want of its mount. */
  public async read(): Promise<{ readonly [field: string]: unknown } | undefined> {
    const { status, body } = await this.client.request('GET', this.path);
    return status === 404 ? undefined : body.data;
  }

  public async plan(wanted: RoleWanted): Promise<Plan> {
    const fields = fieldsOf(wanted);
    const found = await this.read();
    if (found !== undefined && differences(found, fields).length === 0) {
      return keep(this.object, 'as wanted');
    }
    await this.demandLeases(wanted);
    if (found === undefined) {
      return { object: this.object, action: 'create', found: 'absent', apply: () => this.write(fields), undo: () => this.remove() };
    }
    if (!wanted.mayReplace) {
      throw new Error(`The ${this.object} is there already, and was not made by this stack. `
        + 'Delete it, choose another roleName, or set takeOver: true if it may be replaced');
    }
    return {
      object: this.object,
      action: 'change',
      found: `different in ${differences(found, fields).join(', ')}`,
      apply: () => this.write(fields),
      undo: () => this.write(before(found, fields)),
    };
  }

  /** Whether the role is as we would make it: what a removal leaves that was cut off after the policy. */
  public async isOrphan(wanted: RoleWanted): Promise<boolean> {
    const found = await this.read();
    return found !== undefined && differences(found, fieldsOf(wanted)).length === 0;
  }

  public async remove(): Promise<void> {
    await this.client.request('DELETE', this.path);
  }

  /** Vault shortens a lease that is longer than its mount allows, and says so only when somebody logs in. */
  private async demandLeases(wanted: RoleWanted): Promise<void> {
    const { body } = await this.client.request('GET', `sys/auth/${this.mount}/tune`);
    const longest = Math.max(wanted.tokenTtl, wanted.tokenMaxTtl);
    if (longest > body.data.max_lease_ttl) {
      throw new Error(`The ${this.object} asks for tokens of ${longest} seconds, but the mount allows ${body.data.max_lease_ttl}. `
        + 'Write a shorter tokenMaxTtl, or have max_lease_ttl of the mount raised');
    }
  }

  private async write(fields: Fields): Promise<void> {
    await this.client.request('POST', this.path, fields);
    const different = differences(await this.read() ?? {}, fields);
    if (different.length > 0) {
      throw new Error(`The ${this.object} does not read as it was written, in ${different.join(', ')}. `
        + 'Somebody else writes to it at the same time, or this Vault does not know the field');
    }
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
  };
}
