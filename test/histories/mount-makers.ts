import { CloudFormationModel, Outcome } from './cloudformation-model';
import { Contents } from './contents';
import { Exemptions, namesOf } from './exemptions';
import { StackName } from './history';
import { Foreign } from './others';

/**
 * Which stack has made a mount. A KV mount is a stack's own only until none of its stores uses it any more; an auth mount ends with its
 * last role, unless stores of another stack were there too.
 */
export class MountMakers {
  private readonly kvMounts = new Map<string, StackName>();
  /** By the accessor, since a mount that was made anew is another one. */
  private readonly stacksOfAuthMounts = new Map<string, Set<StackName>>();

  /** Whether the stack has made the KV mount, and used it ever since. */
  public hasMade(stack: StackName, path: string, before: Contents): boolean {
    return before.kvMounts[path] === undefined || this.kvMounts.get(path) === stack;
  }

  /** Notes what a deployment has made and given up. */
  public note(stack: StackName, model: CloudFormationModel, before: Contents, now: Contents) {
    const live = model.stores();
    for (const { stack: user, store } of live) {
      const accessor = now.authMounts[store.authMount];
      this.stacksOfAuthMounts.set(accessor, new Set([...this.stacksOfAuthMounts.get(accessor) ?? [], user]));
    }
    for (const [path, { accessor }] of Object.entries(now.kvMounts)) {
      if (before.kvMounts[path]?.accessor !== accessor) {
        this.kvMounts.set(path, stack);
      }
    }
    for (const [path, maker] of this.kvMounts) {
      if (!live.some(({ stack: user, store }) => user === maker && store.kvMount === path)) {
        this.kvMounts.delete(path);
      }
    }
  }

  /** What a stack has made goes with the last of its stores there, unless it is to be kept. */
  public* leftBehind(
    stack: StackName, model: CloudFormationModel, outcome: Outcome, contents: { readonly before: Contents; readonly now: Contents },
    bystanders: Foreign, { everDisturbed }: Exemptions,
  ): Generator<string> {
    const { before, now } = contents;
    const live = model.stores();
    for (const [path, accessor] of Object.entries(now.authMounts)) {
      const isUsed = live.some(({ store }) => store.authMount === path)
        || Object.keys(now.roles).some((role) => role.startsWith(`auth/${path}/role/`));
      const stacks = this.stacksOfAuthMounts.get(accessor)?.size ?? 0;
      if (!isUsed && stacks < 2 && everDisturbed.size === 0 && !(`sys/auth/${path}/` in bystanders)) {
        yield `a mount is left: auth mount ${path}`;
      }
    }
    for (const [path, { keys }] of Object.entries(now.kvMounts)) {
      const last = outcome.deleted.filter(({ kvMount }) => kvMount === path).at(-1);
      const shouldGo = last?.kvRemoval === 'destroy' || (last?.kvRemoval === 'destroy-if-empty' && keys === '');
      if (shouldGo && this.hasMade(stack, path, before) && !live.some(({ store }) => store.kvMount === path)
        && !namesOf(last).some((name) => everDisturbed.has(name))) {
        yield `a mount is left: KV mount ${path}`;
      }
    }
  }
}
