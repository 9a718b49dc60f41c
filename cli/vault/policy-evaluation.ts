import { PolicyRule } from './policy-parser';

/*
 * Whether rules of Vault policies grant what ZenML needs. It is for an operator's token, which cannot ask Vault for the capabilities of
 * another token. Parameters are not evaluated.
 */

/** Ids of secrets that have nothing in common: a pattern that applies to both applies to all. */
const SECRETS = ['0f8fad5b-d9cb-469f-a165-70867728950e', 'f47ac10b-58cc-4372-8567-0e02b2c3d479'];

/** What ZenML needs, by path. */
export function needsOfZenml(kvMount: string, secret = SECRETS[0]): [path: string, capabilities: string[]][] {
  return [
    [`${kvMount}/config`, ['update']],
    [`${kvMount}/data/zenml/${secret}`, ['create', 'read', 'update']],
    [`${kvMount}/metadata/zenml/${secret}`, ['delete']],
  ];
}

export interface Evaluation {
  /** The capabilities that are missing, such as `update on secrets/config`. */
  readonly missing: string[];
  /**
   * The paths to which a template or several patterns may apply. Vault uses only the most specific pattern, by rules of its own, and knows
   * the value of a template.
   */
  readonly unclear: string[];
}

export function evaluateRules(rules: PolicyRule[], kvMount: string): Evaluation {
  const needs = SECRETS.flatMap((secret) => needsOfZenml(kvMount, secret));
  const evaluations = needs.map(([path, needed]): Evaluation => {
    const matching = rules.filter((rule) => matches(rule.path, path));
    const exact = matching.filter((rule) => rule.path === path);
    const decisive = exact.length > 0 ? exact : matching;
    if (new Set(decisive.map((rule) => rule.path)).size > 1 || matching.some((rule) => rule.path.search(TEMPLATE) >= 0)) {
      return { missing: [], unclear: [withoutSecret(path)] };
    }
    return { missing: missingCapabilities(path, needed, decisive.flatMap(({ capabilities }) => capabilities)), unclear: [] };
  });
  return { missing: unique(evaluations.flatMap(({ missing }) => missing)), unclear: unique(evaluations.flatMap(({ unclear }) => unclear)) };
}

function unique(texts: string[]): string[] {
  return [...new Set(texts)];
}

export function missingCapabilities(path: string, needed: string[], granted: string[]): string[] {
  const denied = granted.includes('deny');
  return needed.filter((capability) => denied || (!granted.includes(capability) && !granted.includes('root')))
    .map((capability) => `${capability} on ${withoutSecret(path)}`);
}

function withoutSecret(path: string): string {
  return path.replace(/\/[0-9a-f-]{36}$/, '/*');
}

/** A part of a path that Vault replaces by something of the identity that asks, such as its name. */
const TEMPLATE = /\{\{.*?\}\}/g;

/** Whether a rule may apply to a path. A segment `+` is any segment, `*` at the end any text, and a template may be any text. */
function matches(pattern: string, path: string): boolean {
  const [beginning, rest] = pattern.endsWith('*') ? [pattern.slice(0, -1), '.*'] : [pattern, ''];
  // No path has a line break, so one can stand for a template, which may have slashes in it.
  const segments = beginning.replace(TEMPLATE, '\n').split('/').map((segment) => segment === '+' ? '[^/]+' : escape(segment));
  return new RegExp(`^${segments.join('/').replaceAll('\n', '.*')}${rest}$`).test(path);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
