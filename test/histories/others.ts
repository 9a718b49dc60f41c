import { CloudFormationModel } from './cloudformation-model';
import { Contents } from './contents';
import { rolePathOf } from '../../src/vault/contract/store-properties';

/** What belongs to others, by its path in Vault. */
export interface Foreign {
  readonly [path: string]: unknown;
}

const MOUNTS = ['m1', 'm2', 'shared'];

export const rolePathsOf = (name: string) => MOUNTS.map((mount) => `auth/${mount}/role/${name}`);

/** What others have in Vault beside the stores. */
export class Others {
  /** What no store ever touches. */
  public bystanders: Foreign = {};
  /** Policies (as `policy <name>`) and roles that were made by hand, until a store takes them over. */
  public readonly foreign: { [path: string]: unknown } = {};
  /** KV mounts with secrets that nobody's DESTROY may take. */
  public readonly retained = new Set<string>();

  public protect(objects: Foreign) {
    this.bystanders = { ...this.bystanders, ...objects };
  }

  public own({ policies, roles }: Contents) {
    Object.assign(this.foreign, roles, Object.fromEntries(Object.entries(policies).map(([name, rules]) => [`policy ${name}`, rules])));
  }

  /** What stands under this name is somebody else's, as far as no store is live there. */
  public remember(name: string, { policies, roles }: Contents, model: CloudFormationModel) {
    const stores = model.stores().map(({ store }) => store);
    if (!stores.some(({ roleName, policyIsExternal }) => roleName === name && !policyIsExternal)) {
      this.foreign[`policy ${name}`] = policies[name];
    }
    for (const path of rolePathsOf(name)) {
      if (!stores.some((store) => rolePathOf(store) === path)) {
        this.foreign[path] = roles[path];
      }
    }
  }
}
