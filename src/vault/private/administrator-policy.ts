import { authMethod } from '../contract/auth-methods';
import { allowedParameters, AuthMethod, FieldValue, Rule, Rules } from '../contract/auth-methods/auth-method';
import { claimsPolicyOf, VaultStore } from '../contract/store-properties';

/**
 * All that the function's administrator needs for these stores and no more, as a policy in HCL: exact names, every write pinned to the
 * values that the function writes, and read access only to what is managed externally. Values may be tokens.
 *
 * @param prefix The namespace of the stores, as seen from that of the administrator, with a slash at its end.
 */
export function administratorRules(stores: readonly VaultStore[], prefix = ''): string {
  if (stores.length === 0) {
    return '';
  }
  // Vault merges paths that are named twice, but a reader of the policy should not have to.
  const rules = new Map<string, Rule>(Object.entries(OWN_TOKEN));
  for (const store of stores) {
    for (const [path, rule] of Object.entries(rulesOf(store))) {
      const fromAbove = prefix === '' ? [] : rule.capabilitiesFromAbove ?? [];
      const capabilities = [...rule.capabilities, ...fromAbove];
      rules.set(prefix + path, merge(rules.get(prefix + path), { ...rule, capabilities }));
    }
  }
  return [...rules].map(([path, rule]) => render(path, rule)).join('');
}

/** What an administrator without the policy `default` lacks: to log out, and to find out whether the server has namespaces. */
const OWN_TOKEN: Rules = {
  'auth/token/lookup-self': { capabilities: ['read'] },
  'auth/token/revoke-self': { capabilities: ['update'] },
};

const OWNED = ['create', 'read', 'update', 'delete'];

/** What was there before a takeover, with whatever values, may have to be put back. */
const ANY = { '*': [] };

function rulesOf(store: VaultStore): Rules {
  const { kvMount } = store;
  const method = authMethod(store.authMethod);
  return {
    ...store.authMountIsExternal ? {} : authMountRules(store, method),
    ...clientConfigRules(store, method),
    [method.rolePath(store)]: { capabilities: OWNED, parameters: store.takeOver ? ANY : allowedParameters(method.roleFields(store)) },
    ...method.credential?.administratorRules(store),
    ...policyRules(store),
    ...(store.kvMountIsExternal ? {} : {
      'sys/mounts': { capabilities: ['read'] },
      [`sys/mounts/${kvMount}`]: {
        capabilities: ['create', 'update', 'delete'],
        parameters: { type: ['kv'], description: [], options: [] },
      },
      [`sys/mounts/${kvMount}/tune`]: { capabilities: ['update'], parameters: { description: [] } },
    }),
    [`${kvMount}/config`]: { capabilities: ['read'] },
    [`${kvMount}/metadata`]: { capabilities: ['list'] },
  };
}

/** Claims on a role stand in one of two policies. The function reads the other too, so that no role is ever claimed in both. */
function policyRules(store: VaultStore): Rules {
  const [managed, claims] = [`sys/policies/acl/${store.roleName}`, `sys/policies/acl/${claimsPolicyOf(store)}`];
  const read = { capabilities: ['read'] };
  return store.policyIsExternal
    ? { [`sys/policies/acl/${store.policy}`]: read, [managed]: read, [claims]: { capabilities: OWNED } }
    : { [managed]: { capabilities: OWNED }, [claims]: read };
}

function authMountRules({ authMount }: VaultStore, { mountType }: AuthMethod): Rules {
  return {
    'sys/auth': { capabilities: ['read'] },
    // Vault asks for sudo to enable and disable an auth method. A mount named as its type, which others expect, is never disabled.
    [`sys/auth/${authMount}`]: {
      capabilities: ['create', 'update', ...(authMount === mountType ? [] : ['delete']), 'sudo'],
      parameters: { type: [mountType], description: [] },
    },
    [`auth/${authMount}/role`]: { capabilities: ['list'] },
  };
}

function clientConfigRules(store: VaultStore, { clientConfig }: AuthMethod): Rules {
  if (clientConfig === undefined) {
    return {};
  }
  const path = clientConfig.path(store.authMount);
  if (store.authMountIsExternal) {
    return { [path]: { capabilities: ['read'] } };
  }
  // An empty value is what a change may have to be undone to.
  const parameters = Object.entries(clientConfig.fields(store)).map(([name, value]) => [name, unique([value, ''])]);
  return { [path]: { capabilities: ['create', 'read', 'update'], parameters: Object.fromEntries(parameters) } };
}

/** What is external to one store, another may manage; and two that write the same may write other values. */
function merge(known: Rule | undefined, added: Rule): Rule {
  const [one, other] = [known?.parameters ?? {}, added.parameters ?? {}];
  const names = '*' in one || '*' in other ? ['*'] : Object.keys({ ...one, ...other });
  const parameters = names.map((name) => [name, unique([...one[name] ?? [], ...other[name] ?? []])]);
  return {
    capabilities: unique([...known?.capabilities ?? [], ...added.capabilities]),
    parameters: parameters.length === 0 ? undefined : Object.fromEntries(parameters),
    required: added.required,
  };
}

function unique<T extends FieldValue>(values: readonly T[]): T[] {
  return values.filter((value, index) => values.findIndex((other) => JSON.stringify(other) === JSON.stringify(value)) === index);
}

function render(path: string, { capabilities, parameters = {}, required }: Rule): string {
  const denied = Object.entries(parameters).map(([name, values]): [string, FieldValue[]] => [name, loopholes(values)]);
  const lines = [
    `path "${path}" {`,
    `  capabilities = ${hcl(capabilities)}`,
    ...block('allowed_parameters', Object.entries(parameters)),
    ...block('denied_parameters', denied.filter(([, values]) => values.length > 0)),
  ];
  if (required !== undefined) {
    lines.push(`  required_parameters = ${hcl(required)}`);
  }
  return [...lines, '}', ''].join('\n');
}

function block(name: string, parameters: [string, readonly FieldValue[]][]): string[] {
  return parameters.length === 0 ? [] : [`  ${name} = {`, ...parameters.map(([key, values]) => `    "${key}" = ${hcl(values)}`), '  }'];
}

/**
 * What would pass a pin that does not name it. From 1.21 on Vault compares item by item: a list without items passes any pin, and so
 * does a text of allowed values with commas between. An empty text reads as false, or as no items. A text that must not be empty is the
 * name of a type: Vault itself refuses all but one.
 */
function loopholes(allowed: readonly FieldValue[]): FieldValue[] {
  const denied: FieldValue[] = [
    ...allowed.some((value) => Array.isArray(value) && value.length > 0) ? [[], ''] : [],
    ...allowed.includes(true) ? [''] : [],
    ...allowed.includes('') ? ['*,*'] : [],
  ];
  return unique([...allowed, ...denied]).slice(allowed.length);
}

function hcl(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(hcl).join(', ')}]` : JSON.stringify(value);
}
