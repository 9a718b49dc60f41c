import { AUTH_METHOD_NAMES, CREDENTIAL_METHOD_NAMES, credentialMethod, requiredFields } from '../src/vault/contract/auth-methods';

/** One store as it is handed over: what stands at `secrets_store` of the workspace. */
export interface StoreConfiguration {
  readonly type: string;
  readonly method: string;
  readonly fields: { readonly [name: string]: string };
}

/** The fields that ZenML demands, by type and method. */
const REQUIRED: { readonly [type: string]: { readonly [method: string]: string[] } } = {
  aws: {
    'implicit': ['region'],
    'secret-key': ['region', 'aws_access_key_id', 'aws_secret_access_key'],
    'iam-role': ['region', 'aws_access_key_id', 'aws_secret_access_key', 'role_arn'],
    'session-token': ['region', 'aws_access_key_id', 'aws_secret_access_key'],
    'federation-token': ['region', 'aws_access_key_id', 'aws_secret_access_key', 'policy'],
  },
  hashicorp: Object.fromEntries(AUTH_METHOD_NAMES.map((name) => [name, ['vault_addr', 'mount_point', ...requiredFields(name)]])),
  gcp: {
    'implicit': ['project_id'],
    'service-account': ['project_id', 'service_account_json'],
    'external-account': ['project_id', 'external_account_json'],
    'impersonation': ['project_id', 'service_account_json', 'target_principal'],
    'user-account': ['project_id', 'user_account_json'],
    'oauth2-token': ['project_id', 'token'],
  },
  azure: {
    'implicit': ['key_vault_name'],
    'service-principal': ['key_vault_name', 'tenant_id', 'client_id', 'client_secret'],
  },
};

const SECRET = [
  'aws_secret_access_key', 'service_account_json', 'user_account_json', 'token', 'client_secret',
  ...CREDENTIAL_METHOD_NAMES.flatMap((name) => Object.keys(credentialMethod(name).secretFields)),
];

/** The values of a store that nobody may see. */
export function secretsOf({ fields }: StoreConfiguration): string[] {
  return SECRET.map((name) => fields[name]).filter((value) => value !== undefined);
}

/** Reads one store out of what is handed over. Returns what is wrong with it instead, without any value. */
export function readStore(value: any): StoreConfiguration | string {
  const method = value?.settings?.auth_method;
  const required = own(REQUIRED, value?.type);
  const demanded = required === undefined ? undefined : own(required, method);
  if (demanded === undefined) {
    return 'its type or its auth_method is none that ZenML takes';
  }
  const { auth_method: _, auth_config: fields, ...settings } = value.settings;
  // Where the fields of open-source ZenML are objects, their text is enough: no check reads their parts.
  const texts = Object.entries({ ...settings, ...fields }).filter(([, field]) => field !== null)
    .map(([name, field]) => [name, typeof field === 'string' ? field : JSON.stringify(field)]);
  const store = { type: value.type, method, fields: Object.fromEntries(texts) };
  const missing = demanded.filter((name) => (store.fields[name] ?? '') === '');
  return missing.length === 0 ? store : `it lacks ${missing.join(', ')}`;
}

function own<T>(table: { readonly [name: string]: T }, name: unknown): T | undefined {
  return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
}
