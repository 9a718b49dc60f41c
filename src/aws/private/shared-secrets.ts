import { Stack, Stage, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { warn, warningGroup } from '../../core/warnings';
import { ZenmlWorkspace } from '../../core/zenml-workspace';

/** A store, as far as it matters to others in its account and region. */
export interface StoreInAccount {
  readonly workspace: ZenmlWorkspace;
  readonly region: string;
  /** How the isolation is called in an app. */
  readonly isolation: string;
  /** Whether its isolation keeps it from the secrets of other workspaces. */
  readonly isApart: boolean;
}

interface Known extends StoreInAccount {
  readonly scope: IConstruct;
}

/** At most one store of each of two workspaces, which is enough to find one of another workspace than any given. */
interface Place {
  readonly all: Known[];
  readonly notApart: Known[];
}

const placesByRoot = new WeakMap<IConstruct, Map<string, Place>>();

/**
 * Warns of workspaces that can reach the secrets of others, at the later of two stores.
 *
 * It compares with one store of another workspace, and not with each, as an app may hold a thousand.
 */
export function warnOfSharedSecrets(scope: IConstruct, store: StoreInAccount): void {
  const { root } = scope.node;
  const places = placesByRoot.get(root) ?? new Map<string, Place>();
  placesByRoot.set(root, places);
  const key = placeOf(scope, store.region);
  const place = places.get(key) ?? { all: [], notApart: [] };
  places.set(key, place);

  const isOfWorkspace = ({ workspace }: Known) => workspace.id === store.workspace.id;
  const entry = { ...store, scope };
  const other = (store.isApart ? place.notApart : place.all).find((known) => !isOfWorkspace(known));
  if (other !== undefined) {
    const [reader, owner] = store.isApart ? [other, entry] : [entry, other];
    const { path } = warningGroup(other.scope).node;
    warn(scope, 'sharedSecrets',
      `Workspace ${reader.workspace.id} can read and delete the secrets of workspace ${owner.workspace.id} (${owner.scope.node.path}): `
      + `both are in one account and region, and SecretsIsolation.${reader.isolation}, which ${reader.scope.node.path} has, does not `
      + 'tell workspaces apart. Write isolation: SecretsIsolation.workspace() for both, or keep them in different regions or accounts',
      path);
  }
  for (const known of store.isApart ? [place.all] : [place.all, place.notApart]) {
    if (known.length < 2 && !known.some(isOfWorkspace)) {
      known.push(entry);
    }
  }
}

/** Stacks of one stage without an environment are taken to be deployed to one, as the CLI does. */
function placeOf(scope: IConstruct, region: string): string {
  const { account } = Stack.of(scope);
  const isKnown = !Token.isUnresolved(account) && !Token.isUnresolved(region);
  return [account, region, ...isKnown ? [] : [Stage.of(scope)?.node.path]].join(' ');
}
