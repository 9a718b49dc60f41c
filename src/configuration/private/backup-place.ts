import { Annotations, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalid } from '../../core/validation';

/** Begins a value that is not known here, so that it is the same as itself only, and perhaps as any other. */
export const UNKNOWN = 'unknown, of ';

/** Where a store keeps its secrets: the values that together tell two places apart. */
export interface StorePlace {
  readonly type: string;
  readonly values: { readonly [name: string]: string };
}

const DANGER = 'would hold no second copy, and zenml secret backup --delete-secrets would destroy every secret';
const INSTEAD = 'Name a store in another region, account, Vault, KV mount, project or Key Vault';

/** Refuses a backup in the place of the store itself, and warns where tokens hide whether it is. */
export function validateBackupPlace(scope: IConstruct, store: StorePlace, backup: StorePlace): void {
  if (store.type !== backup.type) {
    return;
  }
  const names = Object.keys(store.values);
  const sameness = names.map((name) => isSame(store.values[name], backup.values[name]));
  if (sameness.includes(false)) {
    return;
  }
  const shown = names.map((name) => `${name} ${backup.values[name]}`).join(', ');
  if (sameness.includes(undefined)) {
    Annotations.of(scope).addWarningV2('cdk-zenml-secrets-store:backupPlace',
      `Whether backupSecretsStore is in another place than secretsStore is known only at deployment (${names.join(', ')}). `
      + `In the same place it ${DANGER}. Make sure that it is another`);
    return;
  }
  throw invalid(scope, 'backupSecretsStore', shown, `is the place of secretsStore, so that it ${DANGER}`, INSTEAD);
}

/** Undefined where it is not known. */
function isSame(one: string, other: string): boolean | undefined {
  if (one === other) {
    return true;
  }
  return [one, other].some((value) => value.startsWith(UNKNOWN) || Token.isUnresolved(value)) ? undefined : false;
}
