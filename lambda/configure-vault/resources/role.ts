import { noop, Plan, alreadyExists } from './plan';
import { before, differences, Fields, FieldsObject, Found } from './vault-resource';
import { VaultStore } from '../../../src/vault/contract/store-properties';
import { VaultClient } from '../client/vault-client';

/** What is wanted of the role of a workspace. */
export type RoleWanted = Pick<VaultStore,
  'authMethod' | 'principalArn' | 'policy' | 'tokenTtl' | 'tokenMaxTtl' | 'tokenBoundCidrs' | 'tokenNoDefaultPolicy' | 'secretIdBoundCidrs' | 'secretIdTtl'>;

/** With this warning Vault accepts a role whose tokens it will never let live as long as they should. */
const CAPPED = /max ttl will be capped/;

/**
 * The role of a workspace on the mount of its logins, or that of its tokens. It bears no mark of its own, but follows its policy.
 */
export class Role extends FieldsObject {
  constructor(client: VaultClient, { authMethod, authMount, roleName }: VaultStore) {
    super(client, `auth/${authMount}/role${authMethod === 'token' ? 's' : ''}/${roleName}`, `role ${roleName} on auth mount ${authMount}`);
  }

  /**
   * @param mayReplace Whether a role of that name may be replaced: it is ours, or the user gives it up to us.
   * @param maxLeaseTtl What the mount allows, in seconds; 0 if it leaves that to the server.
   */
  public plan(found: Found, wanted: RoleWanted, mayReplace: boolean, maxLeaseTtl: number): Plan {
    const fields = fieldsOf(wanted);
    if (maxLeaseTtl > 0 && wanted.tokenMaxTtl > maxLeaseTtl) {
      throw this.tooLong(wanted, `but the mount allows ${maxLeaseTtl}`);
    }
    // Whoever made a role that asks for no IAM principal may hold credentials for it.
    if (this.isAsWanted(found, fields) && (mayReplace || wanted.authMethod === 'aws')) {
      return noop(this.object);
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
      throw alreadyExists(this.object, 'was not made by this stack');
    }
    return { object: this.object, action: 'change', found: `different in ${differences(found, fields).join(', ')}`, write };
  }

  /** Whether the role is as we would make it, and so ours although no policy of ours says so. */
  public matches(found: Found, wanted: RoleWanted): boolean {
    return this.isAsWanted(found, fieldsOf(wanted));
  }

  /** Whether the role gives that policy to whoever logs in, and no other. */
  public grantsOnly(found: Found, wanted: RoleWanted): boolean {
    const fields = Object.entries(fieldsOf(wanted)).filter(([name]) => /^(auth_type|(token|allowed)_policies)$/.test(name));
    return this.isAsWanted(found, Object.fromEntries(fields));
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
      + 'Write a shorter tokenMaxTtl (of token() tokenTtl), or have max_lease_ttl of the mount raised');
  }
}

/** Every field that matters is written, also to clear it: Vault merges a write into what is there. */
function fieldsOf(wanted: RoleWanted): Fields {
  const token: Fields = {
    token_bound_cidrs: wanted.tokenBoundCidrs,
    token_no_default_policy: wanted.tokenNoDefaultPolicy,
    token_num_uses: 0,
    token_period: 0,
  };
  if (wanted.authMethod === 'token') {
    return {
      ...token,
      allowed_policies: [wanted.policy],
      allowed_policies_glob: [],
      allowed_entity_aliases: [],
      disallowed_policies: [],
      // Else the token would end with the one that asks for it, which is that of the administrator.
      orphan: true,
      path_suffix: '',
      renewable: false,
      token_explicit_max_ttl: wanted.tokenMaxTtl,
      token_type: 'service',
    };
  }
  const login: Fields = {
    ...token,
    token_policies: [wanted.policy],
    token_ttl: wanted.tokenTtl,
    token_max_ttl: wanted.tokenMaxTtl,
    token_explicit_max_ttl: 0,
    token_type: 'default',
  };
  return wanted.authMethod === 'app_role' ? {
    ...login,
    bind_secret_id: true,
    secret_id_bound_cidrs: wanted.secretIdBoundCidrs,
    secret_id_num_uses: 0,
    secret_id_ttl: wanted.secretIdTtl,
  } : {
    ...login,
    auth_type: 'iam',
    bound_iam_principal_arn: [wanted.principalArn],
    // With true, Vault would have to look the role up in an account that is not the customer's.
    resolve_aws_unique_ids: false,
    inferred_entity_type: '',
    bound_account_id: [],
  };
}
