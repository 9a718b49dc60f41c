import { noop, Plan } from './plan';
import { before, differences, Fields, FieldsObject, Found } from './vault-resource';
import { authMethod } from '../../../src/vault/contract/auth-methods';
import { AuthMethod, valuesOf } from '../../../src/vault/contract/auth-methods/auth-method';
import { StoreIdentity, VaultStore } from '../../../src/vault/contract/store-properties';
import { RoleFields } from '../claims/access-claims';
import { VaultClient } from '../client/vault-client';

/**
 * With such a warning Vault accepts a role whose tokens it will never let live as long as they should. Each auth method has its own:
 * `Given max ttl of … greater than …`, `token_max_ttl is greater than …`, `Given explicit max TTL of … is greater than …`.
 */
const CAPPED = /max[ _]ttl\b.* greater than /i;

/** Older names of fields, which Vault keeps beside the newer ones where somebody has written them. */
const OLDER_NAMES = ['policies', 'ttl', 'max_ttl', 'period', 'explicit_max_ttl', 'bound_cidr_list', 'bound_cidrs'];

/** The role of a workspace on the mount of its logins, or that of its tokens. */
export class Role extends FieldsObject {
  private readonly method: AuthMethod;

  constructor(client: VaultClient, { authMethod: name, authMount, roleName }: StoreIdentity) {
    const method = authMethod(name);
    super(client, method.rolePath({ authMount, roleName }), `role ${roleName} on auth mount ${authMount}`);
    this.method = method;
  }

  /**
   * @param maxLeaseTtl What the mount allows, in seconds; 0 if it leaves that to the server.
   * @param mayUndo Whether nobody has claimed the role since.
   */
  public plan(found: Found, wanted: VaultStore, maxLeaseTtl: number, mayUndo: () => Promise<boolean>): Plan {
    const fields = this.fieldsOf(wanted);
    if (maxLeaseTtl > 0 && wanted.tokenMaxTtl > maxLeaseTtl) {
      throw this.tooLong(wanted, `but the mount allows ${maxLeaseTtl}`);
    }
    if (this.isAsWanted(found, fields)) {
      return noop(this.object);
    }
    const memory = this.memoryOf(found, wanted);
    const write = this.writing(
      fields,
      async () => {
        if (await mayUndo()) {
          await this.restore(memory);
        }
      },
      () => this.writeUncapped(fields, wanted),
    );
    return found === undefined
      ? { object: this.object, action: 'create', found: 'absent', write }
      : { object: this.object, action: 'change', found: `different in ${differences(found, fields).join(', ')}`, write };
  }

  /** What has to be written to have the role again as it was found. */
  public memoryOf(found: Found, wanted: VaultStore): RoleFields | null {
    if (found === undefined) {
      return null;
    }
    const older = OLDER_NAMES.filter((name) => found[name] && String(found[name]) !== '').map((name) => [name, found[name]]);
    return { ...before(found, this.fieldsOf(wanted)), ...Object.fromEntries(older) };
  }

  /** Whether what was found is as wanted. */
  public matches(found: Found, wanted: VaultStore): boolean {
    return this.isAsWanted(found, this.fieldsOf(wanted));
  }

  /** Whether the role may let this workspace in. In doubt it does. */
  public admits(found: Found, { principalArn }: StoreIdentity): boolean {
    if (found === undefined || !this.method.bindsPrincipal) {
      return found !== undefined;
    }
    const bound = found.bound_iam_principal_arn as string[] | null | undefined ?? [];
    return bound.length === 0 || bound.some((arn) => arn === principalArn || arn.includes('*'));
  }

  public async restore(memory: RoleFields | null): Promise<void> {
    await (memory === null ? this.remove() : this.write(memory));
  }

  private fieldsOf(store: VaultStore): Fields {
    return valuesOf(this.method.roleFields(store)) as Fields;
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
