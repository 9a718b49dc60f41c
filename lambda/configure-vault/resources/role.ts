import { alreadyExists, noop, Plan } from './plan';
import { before, differences, Fields, FieldsObject, Found } from './vault-resource';
import { authMethod } from '../../../src/vault/contract/auth-methods';
import { AuthMethod, LoginSettings, valuesOf } from '../../../src/vault/contract/auth-methods/auth-method';
import { StoreIdentity, VaultStore } from '../../../src/vault/contract/store-properties';
import { VaultClient } from '../client/vault-client';

/** With this warning Vault accepts a role whose tokens it will never let live as long as they should. */
const CAPPED = /max ttl will be capped/;

/**
 * The role of a workspace on the mount of its logins, or that of its tokens. It carries no mark of its own, but follows its policy.
 */
export class Role extends FieldsObject {
  private readonly method: AuthMethod;

  constructor(client: VaultClient, { authMethod: name, authMount, roleName }: StoreIdentity) {
    const method = authMethod(name);
    super(client, method.rolePath({ authMount, roleName }), `role ${roleName} on auth mount ${authMount}`);
    this.method = method;
  }

  /**
   * @param mayReplace Whether a role of that name may be replaced: it is ours, or the user gives it up to us.
   * @param maxLeaseTtl What the mount allows, in seconds; 0 if it leaves that to the server.
   */
  public plan(found: Found, wanted: VaultStore, mayReplace: boolean, maxLeaseTtl: number): Plan {
    const fields = fieldsOf(this.method, wanted);
    if (maxLeaseTtl > 0 && wanted.tokenMaxTtl > maxLeaseTtl) {
      throw this.tooLong(wanted, `but the mount allows ${maxLeaseTtl}`);
    }
    // Whoever made a role that asks for no IAM principal may hold credentials for it.
    if (this.isAsWanted(found, fields) && (mayReplace || this.method.bindsPrincipal)) {
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
  public matches(found: Found, wanted: StoreIdentity): boolean {
    return this.isAsWanted(found, fieldsOf(this.method, wanted));
  }

  /** Whether the role gives that policy to whoever logs in, and no other. */
  public grantsOnly(found: Found, wanted: StoreIdentity): boolean {
    const fields = Object.entries(fieldsOf(this.method, wanted)).filter(([name]) => /^(auth_type|(token|allowed)_policies)$/.test(name));
    return this.isAsWanted(found, Object.fromEntries(fields));
  }

  public isBoundTo(found: Found, { principalArn }: VaultStore): boolean {
    return this.isAsWanted(found, { bound_iam_principal_arn: [principalArn] });
  }

  public async remove(): Promise<void> {
    await this.client.request('DELETE', this.path);
  }

  private async writeUncapped(fields: Fields, wanted: VaultStore): Promise<void> {
    const warnings: string[] = (await this.write(fields))?.warnings ?? [];
    const capped = warnings.find((warning) => CAPPED.test(warning));
    if (capped !== undefined) {
      throw this.tooLong(wanted, `but Vault says: ${capped}`);
    }
  }

  private tooLong(wanted: VaultStore, limit: string): Error {
    return new Error(`The ${this.object} asks for tokens of up to ${wanted.tokenMaxTtl} seconds, ${limit}. `
      + 'Write a shorter tokenMaxTtl (of token() tokenTtl), or have max_lease_ttl of the mount raised');
  }
}

/** The fields of the role of a store, as far as its settings are known. */
function fieldsOf(method: AuthMethod, store: StoreIdentity): Fields {
  const fields = Object.entries(valuesOf(method.roleFields(store as LoginSettings)));
  return Object.fromEntries(fields.filter(([, value]) => ![value].flat().some((element) => element === undefined))) as Fields;
}
