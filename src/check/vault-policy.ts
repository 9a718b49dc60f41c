/*
 * Whether policies of Vault grant what ZenML needs, read from their text. It is for an operator's token, which cannot ask Vault for the capabilities
 * of somebody else. Parameters are not judged, and a path that fits several rules gets the rights of all of them unless one of them denies.
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

/** The rights that are missing in the policies, one a text such as `update on secrets/config`. */
export function missingRights(policies: string[], kvMount: string): string[] {
  const rules = policies.flatMap(rulesOf);
  return needsOfZenml(kvMount).flatMap(([path, needed]) => {
    const granted = rules.filter((rule) => covers(rule.path, path)).flatMap(({ capabilities }) => capabilities);
    return lacking(path, needed, granted);
  });
}

export function lacking(path: string, needed: string[], granted: string[]): string[] {
  const denied = granted.includes('deny');
  return needed.filter((capability) => denied || (!granted.includes(capability) && !granted.includes('root')))
    .map((capability) => `${capability} on ${path.replace(/\/[0-9a-f-]{36}$/, '/*')}`);
}

function rulesOf(policy: string): Rule[] {
  const text = policy.replace(/^\s*(#|\/\/).*$/gm, '');
  return [...text.matchAll(/path\s+"([^"]+)"\s*\{[^]*?capabilities\s*=\s*\[([^\]]*)\]/g)].map(([, path, capabilities]) => ({
    path, capabilities: [...capabilities.matchAll(/"([a-z]+)"/g)].map(([, capability]) => capability),
  }));
}

/** Vault's patterns: `+` is one segment, and `*` at the end is anything. */
function covers(pattern: string, path: string): boolean {
  const expression = pattern.replace(/[.^${}()|[\]\\?]/g, '\\$&').replace(/\+/g, '[^/]+').replace(/\*$/, '.*').replace(/\*(?!$)/g, '\\*');
  return new RegExp(`^${expression.replace('.\\*', '.*')}$`).test(path);
}
