/*
 * Whether policies of Vault grant what ZenML needs, read from their text. It is for an operator's token, which cannot ask Vault for the capabilities
 * of somebody else. Parameters are not judged.
 */

/** What ZenML needs, by path. */
export function needsOfZenml(kvMount: string): [path: string, capabilities: string[]][] {
  const secret = '0f8fad5b-d9cb-469f-a165-70867728950e';
  return [
    [`${kvMount}/config`, ['update']],
    [`${kvMount}/data/zenml/${secret}`, ['create', 'read', 'update']],
    [`${kvMount}/metadata/zenml/${secret}`, ['delete']],
  ];
}

interface Rule {
  readonly path: string;
  readonly capabilities: string[];
}

export interface Judgement {
  /** The rights that are missing, one a text such as `update on secrets/config`. */
  readonly missing: string[];
  /** The paths that several patterns fit. Vault takes the most specific one only, and which that is has rules of its own. */
  readonly unclear: string[];
}

export function judgeRights(policies: string[], kvMount: string): Judgement {
  const rules = policies.flatMap(rulesOf);
  const judged = needsOfZenml(kvMount).map(([path, needed]): Judgement => {
    const fitting = rules.filter((rule) => covers(rule.path, path));
    const exact = fitting.filter((rule) => rule.path === path);
    const decisive = exact.length > 0 ? exact : fitting;
    if (new Set(decisive.map((rule) => rule.path)).size > 1) {
      return { missing: [], unclear: [withoutSecret(path)] };
    }
    return { missing: lacking(path, needed, decisive.flatMap(({ capabilities }) => capabilities)), unclear: [] };
  });
  return { missing: judged.flatMap(({ missing }) => missing), unclear: judged.flatMap(({ unclear }) => unclear) };
}

export function lacking(path: string, needed: string[], granted: string[]): string[] {
  const denied = granted.includes('deny');
  return needed.filter((capability) => denied || (!granted.includes(capability) && !granted.includes('root')))
    .map((capability) => `${capability} on ${withoutSecret(path)}`);
}

function withoutSecret(path: string): string {
  return path.replace(/\/[0-9a-f-]{36}$/, '/*');
}

function rulesOf(policy: string): Rule[] {
  // Comments go, but not what looks like one within a path.
  const text = policy.replace(/("[^"\n]*")|\/\*[^]*?\*\/|(?:#|\/\/).*$/gm, (_, path = '') => path);
  return [...text.matchAll(/path\s+"([^"]+)"\s*\{[^}]*?capabilities\s*=\s*\[([^\]]*)\]/g)].map(([, path, capabilities]) => ({
    path, capabilities: [...capabilities.matchAll(/"([a-z]+)"/g)].map(([, capability]) => capability),
  }));
}

/** Vault's patterns: `+` is one segment, and `*` at the end is anything. */
function covers(pattern: string, path: string): boolean {
  const expression = pattern.replace(/[.^${}()|[\]\\?]/g, '\\$&').replace(/\+/g, '[^/]+').replace(/\*$/, '.*').replace(/\*(?!$)/g, '\\*');
  return new RegExp(`^${expression.replace('.\\*', '.*')}$`).test(path);
}
