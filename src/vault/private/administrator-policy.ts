import { mountType, VaultStore } from '../contract/store-properties';

/** A value that a parameter may have, or a list of values where the parameter is one. */
type Allowed = readonly (string | boolean | readonly string[])[];

interface Rule {
  readonly capabilities: string[];
  /** The parameters of a write, with all the values that each may have; none for any. */
  readonly parameters?: { readonly [name: string]: Allowed };
  /** Those that a request must not leave out, as a pin says nothing of what is left out. Vault asks it of reading, too. */
  readonly required?: string[];
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

type Rules = { [path: string]: Rule };

function rulesOf(store: VaultStore): Rules {
  const { kvMount } = store;
  return {
    ...store.authMountIsExternal ? {} : authMountRules(store),
    ...LOGIN_RULES[store.authMethod](store),
    [`sys/policies/acl/${store.policy}`]: { capabilities: store.policyIsExternal ? ['read'] : ['create', 'read', 'update', 'delete'] },
    ...(store.kvMountIsExternal ? {} : {
      'sys/mounts': { capabilities: ['read'] },
      [`sys/mounts/${kvMount}`]: { capabilities: ['create', 'update', 'delete'], parameters: { type: ['kv'], description: [], options: [] } },
      [`sys/mounts/${kvMount}/tune`]: { capabilities: ['update'], parameters: { description: [] } },
    }),
    [`${kvMount}/config`]: { capabilities: ['read'] },
    [`${kvMount}/metadata`]: { capabilities: ['list'] },
  };
}

function authMountRules({ authMount, authMethod }: VaultStore): Rules {
  const type = mountType(authMethod);
  return {
    'sys/auth': { capabilities: ['read'] },
    // Vault asks for sudo to enable, tune and disable an auth method. A mount named as its type, which others expect, is never disabled.
    [`sys/auth/${authMount}`]: {
      capabilities: ['create', 'update', ...(authMount === type ? [] : ['delete']), 'sudo'],
      parameters: { type: [type], description: [] },
    },
    [`sys/auth/${authMount}/tune`]: { capabilities: ['update', 'sudo'], parameters: { description: [] } },
    [`auth/${authMount}/role`]: { capabilities: ['list'] },
  };
}

const OWNED = ['create', 'read', 'update', 'delete'];
/** Whatever else the store says of its tokens. */
const OF_TOKENS: { readonly [name: string]: Allowed } = {
  token_bound_cidrs: [], token_no_default_policy: [], token_explicit_max_ttl: [], token_num_uses: [], token_period: [],
};
const OF_LOGINS = { token_ttl: [], token_max_ttl: [], ...OF_TOKENS, token_type: ['default'] };

/** With its type, as a union of literals would not be one of rules. */
const rule = (capabilities: string[], parameters?: Rule['parameters'], required?: string[]): Rule => ({ capabilities, parameters, required });

/** What each way to log in takes. */
const LOGIN_RULES: { readonly [method in VaultStore['authMethod']]: (store: VaultStore) => Rules } = {
  aws: ({ authMount, roleName, policy, ...store }) => ({
    [`auth/${authMount}/config/client`]: store.authMountIsExternal ? rule(['read']) : rule(['create', 'read', 'update'], {
      // An empty value is what a change may have to be undone to.
      iam_server_id_header_value: withEmpty(store.headerValue),
      sts_endpoint: withEmpty(store.stsEndpoint),
      sts_region: withEmpty(store.stsRegion),
    }),
    [`auth/${authMount}/role/${roleName}`]: rule(OWNED, {
      auth_type: ['iam'],
      bound_iam_principal_arn: [[store.principalArn]],
      resolve_aws_unique_ids: [false],
      inferred_entity_type: [''],
      bound_account_id: [[]],
      token_policies: [[policy]],
      ...OF_LOGINS,
    }),
  }),
  app_role: ({ authMount, roleName, policy }) => ({
    [`auth/${authMount}/role/${roleName}`]: rule(OWNED, {
      bind_secret_id: [true],
      secret_id_bound_cidrs: [],
      secret_id_num_uses: [],
      secret_id_ttl: [],
      token_policies: [[policy]],
      ...OF_LOGINS,
    }),
    [`auth/${authMount}/role/${roleName}/role-id`]: rule(['read']),
    [`auth/${authMount}/role/${roleName}/secret-id`]: rule(['update', 'list'], { metadata: [] }),
    [`auth/${authMount}/role/${roleName}/secret-id-accessor/destroy`]: rule(['update'], { secret_id_accessor: [] }),
  }),
  token: ({ roleName, policy }) => ({
    [`auth/token/roles/${roleName}`]: rule(OWNED, {
      allowed_policies: [[policy]],
      allowed_policies_glob: [[]],
      allowed_entity_aliases: [[]],
      disallowed_policies: [],
      orphan: [true],
      path_suffix: [''],
      renewable: [false],
      ...OF_TOKENS,
      token_type: ['service'],
    }),
    // Without policies Vault would make a token with those of whoever asks; and those asked for must be of the role's, or of whoever asks.
    [`auth/token/create/${roleName}`]: rule(['update'], { policies: [[policy]], ttl: [], meta: [], display_name: [] }, ['policies']),
    // Vault has no narrower paths for these. They take an accessor, of which this policy shows those of our own tokens only.
    'auth/token/lookup-accessor': rule(['update'], { accessor: [] }),
    'auth/token/revoke-accessor': rule(['update'], { accessor: [] }),
  }),
};

function withEmpty(value: string): Allowed {
  return value === '' ? [''] : [value, ''];
}

/** What one store provides to itself, another may only look at; and two that write the same may write other values. */
function merge(known: Rule | undefined, added: Rule): Rule {
  const [one, other] = [known?.parameters ?? {}, added.parameters ?? {}];
  const parameters = Object.keys({ ...one, ...other }).map((name) => [name, unique([...one[name] ?? [], ...other[name] ?? []])]);
  return {
    capabilities: unique([...known?.capabilities ?? [], ...added.capabilities]),
    parameters: parameters.length === 0 ? undefined : Object.fromEntries(parameters),
    required: added.required,
  };
}

function unique<T>(values: T[]): T[] {
  return values.filter((value, index) => values.findIndex((other) => JSON.stringify(other) === JSON.stringify(value)) === index);
}

function render(path: string, { capabilities, parameters, required }: Rule): string {
  const lines = [`path "${path}" {`, `  capabilities = ${hcl(capabilities)}`];
  if (parameters !== undefined) {
    lines.push('  allowed_parameters = {', ...Object.entries(parameters).map(([name, values]) => `    "${name}" = ${hcl(values)}`), '  }');
  }
  if (required !== undefined) {
    lines.push(`  required_parameters = ${hcl(required)}`);
  }
  return [...lines, '}', ''].join('\n');
}

function hcl(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(hcl).join(', ')}]` : JSON.stringify(value);
}
