import { VaultStore } from './vault-store';

/** A value that a parameter may have, or a list of values where the parameter is one. */
type Allowed = readonly (string | boolean | readonly string[])[];

interface Rule {
  readonly capabilities: string[];
  /** The parameters of a write, with all the values that each may have; none for any. */
  readonly parameters?: { readonly [name: string]: Allowed };
}

/**
 * All that the handler's administrator needs for these stores and no more, as a policy in HCL: exact names, what it writes pinned
 * to what it has to write, and only a look at what others provide. Values may be tokens.
 *
 * @param prefix The namespace of the stores, as seen from that of the administrator, with a slash at its end.
 */
export function administratorRules(stores: readonly VaultStore[], prefix = ''): string {
  if (stores.length === 0) {
    return '';
  }
  // Vault merges paths that are named twice, but a reader of the policy should not have to.
  const rules = new Map<string, Rule>(Object.entries(OF_ITSELF));
  for (const store of stores) {
    for (const [path, rule] of Object.entries(rulesOf(store))) {
      rules.set(prefix + path, merge(rules.get(prefix + path), rule));
    }
  }
  return [...rules].map(([path, rule]) => render(path, rule)).join('');
}

/** What an administrator without the policy `default` lacks: to log out, and to find out whether the server has namespaces. */
const OF_ITSELF: { readonly [path: string]: Rule } = {
  'auth/token/lookup-self': { capabilities: ['read'] },
  'auth/token/revoke-self': { capabilities: ['update'] },
};

function rulesOf(store: VaultStore): { [path: string]: Rule } {
  const { authMount, kvMount, roleName } = store;
  return {
    ...(store.authMountExists ? {} : {
      'sys/auth': { capabilities: ['read'] },
      // Vault asks for sudo to enable, tune and disable an auth method. The mount aws, which others expect, is never disabled.
      [`sys/auth/${authMount}`]: {
        capabilities: ['create', 'update', ...(authMount === 'aws' ? [] : ['delete']), 'sudo'],
        parameters: { type: ['aws'], description: [] },
      },
      [`sys/auth/${authMount}/tune`]: { capabilities: ['update', 'sudo'], parameters: { description: [] } },
      [`auth/${authMount}/role`]: { capabilities: ['list'] },
    }),
    [`auth/${authMount}/config/client`]: store.authMountExists ? { capabilities: ['read'] } : {
      capabilities: ['create', 'read', 'update'],
      // An empty value is what a change may have to be undone to.
      parameters: {
        iam_server_id_header_value: withEmpty(store.headerValue),
        sts_endpoint: withEmpty(store.stsEndpoint),
        sts_region: withEmpty(store.stsRegion),
      },
    },
    [`auth/${authMount}/role/${roleName}`]: {
      capabilities: ['create', 'read', 'update', 'delete'],
      parameters: {
        auth_type: ['iam'],
        bound_iam_principal_arn: [[store.principalArn]],
        resolve_aws_unique_ids: [false],
        inferred_entity_type: [''],
        bound_account_id: [[]],
        token_policies: [[store.policy]],
        token_ttl: [],
        token_max_ttl: [],
        token_bound_cidrs: [],
        token_no_default_policy: [],
        token_explicit_max_ttl: [],
        token_num_uses: [],
        token_period: [],
        token_type: ['default'],
      },
    },
    [`sys/policies/acl/${store.policy}`]: { capabilities: store.policyExists ? ['read'] : ['create', 'read', 'update', 'delete'] },
    ...(store.kvMountExists ? {} : {
      'sys/mounts': { capabilities: ['read'] },
      [`sys/mounts/${kvMount}`]: { capabilities: ['create', 'update', 'delete'], parameters: { type: ['kv'], description: [], options: [] } },
      [`sys/mounts/${kvMount}/tune`]: { capabilities: ['update'], parameters: { description: [] } },
    }),
    [`${kvMount}/config`]: { capabilities: ['read'] },
    [`${kvMount}/metadata`]: { capabilities: ['list'] },
  };
}

function withEmpty(value: string): Allowed {
  return value === '' ? [''] : [value, ''];
}

/** What one store provides to itself, another may only look at; and two that write the same may write other values. */
function merge(known: Rule | undefined, rule: Rule): Rule {
  const [one, other] = [known?.parameters ?? {}, rule.parameters ?? {}];
  const parameters = Object.keys({ ...one, ...other }).map((name) => [name, unique([...one[name] ?? [], ...other[name] ?? []])]);
  return {
    capabilities: unique([...known?.capabilities ?? [], ...rule.capabilities]),
    parameters: parameters.length === 0 ? undefined : Object.fromEntries(parameters),
  };
}

function unique<T>(values: T[]): T[] {
  return values.filter((value, index) => values.findIndex((other) => JSON.stringify(other) === JSON.stringify(value)) === index);
}

function render(path: string, { capabilities, parameters }: Rule): string {
  const lines = [`path "${path}" {`, `  capabilities = ${hcl(capabilities)}`];
  if (parameters !== undefined) {
    lines.push('  allowed_parameters = {', ...Object.entries(parameters).map(([name, values]) => `    "${name}" = ${hcl(values)}`), '  }');
  }
  return [...lines, '}', ''].join('\n');
}

function hcl(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(hcl).join(', ')}]` : JSON.stringify(value);
}
