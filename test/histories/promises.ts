import { CloudFormationModel, Outcome } from './cloudformation-model';
import { Contents } from './contents';
import { Exemptions, namesOf } from './exemptions';
import { Foreign } from './others';
import { rolePathOf } from '../../src/vault/contract/store-properties';

/* What users are promised, whatever the history. Each broken promise is one line, which begins with its kind. */

/** A role lets somebody in only where a store is live, and what was there before is there again. */
export function* accessLeft(
  model: CloudFormationModel, now: Contents, foreign: Foreign, { everDisturbed }: Exemptions,
): Generator<string> {
  const live = model.stores();
  for (const [path, role] of Object.entries(now.roles)) {
    const name = path.split('/').at(-1)!;
    if (!live.some(({ store }) => rolePathOf(store) === path) && !everDisturbed.has(name) && !same(role, foreign[path])) {
      yield `access is left: ${path} ${JSON.stringify(role)}`;
    }
  }
  for (const [name, rules] of Object.entries(now.policies)) {
    const owners = live.filter(({ store }) => store.roleName === name || name.endsWith(`/${store.roleName}`));
    if (owners.length === 0 && !everDisturbed.has(name.split('/').at(-1)!) && rules !== foreign[`policy ${name}`]) {
      yield `access is left: policy ${name}`;
    }
  }
}

/**
 * A Delete that cannot revoke fails. So one that succeeds has revoked, also where people have stripped the claims.
 *
 * @param claimsRemain The names on which a claim of what is gone may explain a role that is left.
 */
export function* notRevoked(
  model: CloudFormationModel, outcome: Outcome, now: Contents, foreign: Foreign, claimsRemain: ReadonlySet<string>,
): Generator<string> {
  const refused = outcome.refusals.map(({ store }) => store);
  for (const store of outcome.deleted.filter((deleted) => !refused.includes(deleted) && !deleted.takeOver)) {
    const path = rolePathOf(store);
    const isExplained = claimsRemain.has(store.roleName) || model.stores().some(({ store: live }) => rolePathOf(live) === path);
    const admits = JSON.stringify(now.roles[path]?.bound_iam_principal_arn) === JSON.stringify([store.principalArn]);
    if (admits && !isExplained && !same(now.roles[path], foreign[path])) {
      yield `a Delete succeeds, but the workspace still gets in: ${path}`;
    }
  }
}

/** A description that somebody copied to a mount of theirs is no claim. */
export function* claimsOfTheDead(
  model: CloudFormationModel, now: Contents, bystanders: Foreign, { everDisturbed }: Exemptions,
): Generator<string> {
  const live = model.stores().map(({ physicalId }) => physicalId);
  if (everDisturbed.size === 0) {
    for (const { path, physicalId } of now.claims.filter((claim) => !(claim.path in bystanders) && !live.includes(claim.physicalId))) {
      yield `claim of a store that is gone: ${physicalId} on ${path}`;
    }
  }
}

/** The last store of a name gives back what it had found if it goes with takeOver, and else leaves nothing under that name. */
export function* notGivenBack(
  model: CloudFormationModel, outcome: Outcome, now: Contents, foreign: Foreign, { everDisturbed }: Exemptions,
): Generator<string> {
  for (const name of outcome.succeeded ? new Set(outcome.deleted.map(({ roleName }) => roleName)) : []) {
    const last = outcome.deleted.filter(({ roleName }) => roleName === name).at(-1)!;
    if (everDisturbed.has(name) || model.stores().some(({ store }) => store.roleName === name)) {
      continue;
    }
    const objects: [string, unknown][] = [
      [rolePathOf(last), now.roles[rolePathOf(last)]],
      ...last.policyIsExternal ? [] : [[`policy ${name}`, now.policies[name]] as [string, unknown]],
    ];
    for (const [path, found] of objects.filter(([path_, found_]) => !same(found_, last.takeOver ? foreign[path_] : undefined))) {
      const wanted = last.takeOver ? `was ${JSON.stringify(foreign[path])}` : 'had no takeOver';
      yield `not given back: ${path} is ${JSON.stringify(found)}, ${wanted}`;
    }
  }
}

/** A deployment that failed leaves policies and roles as they were, but for what it has put right. */
export function* notRolledBack(outcome: Outcome, before: Contents, now: Contents, disturbed: ReadonlySet<string>): Generator<string> {
  if (outcome.succeeded || outcome.refusals.length > 0) {
    return;
  }
  for (const kind of ['policies', 'roles'] as const) {
    for (const path of new Set([...Object.keys(before[kind]), ...Object.keys(now[kind])])) {
      if (!disturbed.has(path.split('/').at(-1)!) && !same(before[kind][path], now[kind][path])
        && (before[kind][path] || now[kind][path])) {
        yield `not rolled back: ${path} ${JSON.stringify(before[kind][path])} became ${JSON.stringify(now[kind][path])}`;
      }
    }
  }
}

/**
 * Secrets go only with a store that is deleted for good, with destroySecrets, and with no other that uses the mount.
 *
 * @param mayDestroy Whether the stack has made a KV mount, and nobody has given it up since.
 */
export function* secretsLost(
  model: CloudFormationModel, outcome: Outcome, before: Contents, now: Contents, mayDestroy: (path: string) => boolean,
): Generator<string> {
  for (const [path, { accessor, keys }] of Object.entries(before.kvMounts).filter(([, { keys: found }]) => found !== '')) {
    if (now.kvMounts[path]?.accessor === accessor && now.kvMounts[path].keys === keys) {
      continue;
    }
    const mayGo = outcome.succeeded && mayDestroy(path)
      && outcome.deleted.some(({ kvMount, kvRemoval }) => kvMount === path && kvRemoval === 'destroy')
      && !model.stores().some(({ store }) => store.kvMount === path);
    if (!mayGo || now.kvMounts[path] !== undefined) {
      yield `secrets are lost: KV mount ${path}`;
    }
  }
}

/** CloudFormation may neither be kept from rolling back nor from deleting. */
export function* refusals(outcome: Outcome, { disturbed, everDisturbed }: Exemptions): Generator<string> {
  for (const { event, store, message } of outcome.refusals) {
    // RemovalPolicy.DESTROY without destroySecrets is a refusal by its definition.
    const isExpected = namesOf(store).some((name) => disturbed.has(name) || everDisturbed.has(name)) || /holds secrets/.test(message);
    if (!isExpected) {
      yield `${event} is refused: ${message}`;
    }
  }
}

/** What is foreign is what it was. */
export function* harmed(now: Contents, bystanders: Foreign): Generator<string> {
  for (const [path, content] of Object.entries(bystanders)) {
    if (!same(now.all[path], content)) {
      yield `a bystander is harmed: ${path} ${JSON.stringify(content)} became ${JSON.stringify(now.all[path])}`;
    }
  }
}

export const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
