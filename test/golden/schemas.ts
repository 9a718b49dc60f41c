import Ajv, { SchemaObject } from 'ajv';

/*
 * What ZenML's stores read, taken from its source (zenml 0.98.0), not from this library. ZenML ignores a key that it does not know,
 * without an error, so that none may be there. Left out is `policy_arns`, which ZenML takes but cannot use.
 * https://github.com/zenml-io/zenml/tree/0.98.0/src/zenml/zen_stores/secrets_stores
 */

const text = { type: 'string', minLength: 1 };
const flag = { type: 'boolean' };
/** A file of JSON, as an object or as its text. */
const file = { type: ['object', 'string'], minLength: 1 };

type Fields = { readonly [field: string]: SchemaObject };

function exactly(required: Fields, optional: Fields = {}): SchemaObject {
  return { type: 'object', properties: { ...required, ...optional }, required: Object.keys(required), additionalProperties: false };
}

const key = { region: text, aws_access_key_id: text, aws_secret_access_key: text };
const AWS = {
  'implicit': exactly({ region: text }, { role_arn: text, profile_name: text, endpoint_url: text, policy: text }),
  'secret-key': exactly(key, { endpoint_url: text }),
  'iam-role': exactly({ ...key, role_arn: text }, { endpoint_url: text, policy: text }),
  'session-token': exactly(key, { endpoint_url: text }),
  // To ZenML the policy is optional, but to AWS a federated session without one may do nothing.
  'federation-token': exactly({ ...key, policy: text }, { endpoint_url: text }),
};

/** The store demands the project of each method. */
const project = { project_id: text };
const GCP = {
  'implicit': exactly(project),
  'service-account': exactly({ ...project, service_account_json: file }, { generate_temporary_tokens: flag }),
  'external-account': exactly({ ...project, external_account_json: file }),
  'impersonation': exactly({ ...project, service_account_json: file, target_principal: text }),
  'user-account': exactly({ ...project, user_account_json: file }),
  'oauth2-token': exactly({ ...project, token: text }, { service_account_email: text }),
};

const ofEach = { subscription_id: text, resource_group: text, storage_account: text };
const AZURE = {
  'implicit': exactly({}, { ...ofEach, tenant_id: text }),
  'service-principal': exactly({ tenant_id: text, client_id: text, client_secret: text }, ofEach),
};

const vault = { vault_namespace: text, mount_point: text, max_versions: { type: 'integer', minimum: 1 } };
const HASHICORP = {
  aws: exactly({ vault_addr: text, aws_role: text }, { ...vault, auth_mount_point: text, aws_header_value: text }),
  app_role: exactly({ vault_addr: text, app_role_id: text, app_secret_id: text }, { ...vault, auth_mount_point: text }),
  token: exactly({ vault_addr: text, vault_token: text }, vault),
};

function stores(type: string, methods: { readonly [method: string]: SchemaObject }, beside: Fields = {}): SchemaObject[] {
  return Object.entries(methods).map(([method, config]) => exactly({
    type: { const: type }, settings: exactly({ auth_method: { const: method }, auth_config: config, ...beside }),
  }));
}

const store = {
  anyOf: [
    ...stores('aws', AWS), ...stores('gcp', GCP), ...stores('azure', AZURE, { key_vault_name: text }), ...stores('hashicorp', HASHICORP),
  ],
};

const ajv = new Ajv({ allowUnionTypes: true });

/** Whether ZenML would read all that is handed over, and miss nothing. */
export const conforms = ajv.compile(exactly({ secrets_store: store }, { backup_secrets_store: store }));

/** What ZenML demands of the text in `external_account_json`, and what Google publishes beside. https://google.aip.dev/auth/4117 */
export const conformsToExternalAccount = ajv.compile(exactly(
  { type: { const: 'external_account' }, subject_token_type: text, token_url: text, audience: text, credential_source: { type: 'object' } },
  { service_account_impersonation_url: text },
));
