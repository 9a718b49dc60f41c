import { AccessClaim, AccessClaims, AccessContent, RoleFields } from './access-claims';
import { isSameOwner, rebuildOwner } from './owner';
import { matching, readStrictly } from './strict-json';

/* The text of a policy that carries claims: a line that says so, a line for each claim, and the rules. */

/** What stands in a policy. */
export interface PolicyText {
  /** None if there are none, or if a line was edited: then nobody knows whose the policy is. */
  readonly claims: AccessClaims;
  /** All but the claims. */
  readonly rules: string;
}

const HEADER = '# Claims of cdk-zenml-secrets-store on this policy and its role, the oldest first. Do not edit or copy them.';
const PREFIX = '# ';

/** Vault keeps a policy in one entry of its storage, of 512 KB at most on Consul. */
const MAX_BYTES = 64 * 1024;

export function readPolicyText(text: string): PolicyText {
  const [header, ...lines] = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith(`${PREFIX}{`));
  const claims = lines.slice(0, Math.max(end, 0)).flatMap((line) => readStrictly(line.slice(PREFIX.length), rebuildClaim) ?? []);
  const isOurs = header === HEADER && claims.length > 0 && claims.length === end && claims.every(isConsistent);
  return isOurs ? { claims, rules: lines.slice(end).join('\n') } : { claims: [], rules: text };
}

/** @param policy The name of the policy, for a message. */
export function writePolicyText({ claims, rules }: PolicyText, policy: string): string {
  if (claims.length === 0) {
    return rules;
  }
  const text = [HEADER, ...claims.map((claim) => PREFIX + JSON.stringify(rebuildClaim(claim))), rules].join('\n');
  if (Buffer.byteLength(text) > MAX_BYTES) {
    throw new Error(`The claims on policy ${policy}, with what each has found, would take more than ${MAX_BYTES} bytes. `
      + 'Delete the policy by hand if it may go, or choose another roleName');
  }
  return text;
}

/** All claims are of one workspace and one role, and each is of another owner. */
function isConsistent(claim: AccessClaim, index: number, claims: AccessClaims): boolean {
  return claim.workspaceId === claims[0].workspaceId && claim.rolePath === claims[0].rolePath
    && claims.findIndex((other) => isSameOwner(other, claim)) === index;
}

function rebuildClaim(claim: AccessClaim): AccessClaim {
  return {
    ...rebuildOwner(claim),
    workspaceId: matching(/^[0-9a-f-]{36}$/, claim.workspaceId),
    rolePath: matching(/^auth\/[^\s"\\]+$/, claim.rolePath),
    found: rebuildContent(claim.found),
  };
}

function rebuildContent({ policy, role }: AccessContent): AccessContent {
  return { policy: policy === null ? null : matching(/^/, policy), role: role === null ? null : rebuildRole(role) };
}

function rebuildRole(role: RoleFields): RoleFields {
  return Object.fromEntries(Object.entries(role).map(([name, value]) => {
    const elements: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!elements.every((element) => ['string', 'number', 'boolean'].includes(typeof element))) {
      throw new TypeError(`${name} is not a field of a role`);
    }
    return [matching(/^[a-z_]+$/, name), value];
  }));
}
