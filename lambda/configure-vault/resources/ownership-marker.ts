/** Who made an object of Vault: a resource of a CloudFormation stack, in the generation that its physical id tells. */
export interface Owner {
  readonly stackId: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly workspaceId: string;
}

const PREFIX = 'cdk-zenml-secrets-store';
const FORM = new RegExp(`^(?:# )?${PREFIX} stack=(\\S+) resource=(\\S+) id=(\\S+) workspace=(\\S+)`);

/** The mark that we leave on what we own: in the description of a mount, and in the first comment of a policy. */
export function marker(owner: Owner): string {
  return `${PREFIX} stack=${owner.stackId} resource=${owner.logicalId} id=${owner.physicalId} workspace=${owner.workspaceId}`;
}

/** The owner whose mark a text carries, if any. */
export function ownerOf(text: string): Owner | undefined {
  const found = FORM.exec(text);
  return found === null ? undefined : { stackId: found[1], logicalId: found[2], physicalId: found[3], workspaceId: found[4] };
}

/**
 * Whether an object carries the mark of this very generation of this very resource. Neither part would do alone: the store of another
 * stack may want the same paths, and a resource under a new logical id in this one does.
 */
export function isOwnedBy(found: Owner | undefined, owner: Owner): boolean {
  return found?.stackId === owner.stackId && found.logicalId === owner.logicalId && found.physicalId === owner.physicalId;
}

/** Whom to ask about an object, for a message. */
export function describeOwner(owner: Owner | undefined): string {
  return owner === undefined ? 'nobody that we know' : `resource ${owner.logicalId} of stack ${owner.stackId}`;
}
