import { App, SecretValue, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { readStore, secretsOf, StoreConfiguration } from '../../cli/workspace-configuration';
import { AzureAuthentication, GcpAuthentication, SecretsStoreConfiguration } from '../../src';

const aws = (method: string, fields?: object) => ({ type: 'aws', settings: { auth_method: method, auth_config: fields } });

test.each([
  undefined, null, 'text', {}, { type: 'aws' }, { type: 'sql', settings: { auth_method: 'implicit' } }, aws('sts-token', { region: 'x' }),
  { type: 'azure', settings: { auth_method: 'access-token', key_vault_name: 'x', auth_config: { token: 'x' } } },
  { type: 'aws', settings: { auth_method: 7 } }, { type: 'constructor', settings: { auth_method: 'name' } }, aws('constructor'),
])('%j is no store', (value) => {
  expect(readStore(value)).toBe('its type or its auth_method is none that ZenML takes');
});

test('what is missing or empty is named', () => {
  expect(readStore(aws('secret-key', { region: '', aws_access_key_id: 'AKIA' }))).toBe('it lacks region, aws_secret_access_key');
});

test('what is null is missing', () => {
  expect(readStore(aws('implicit', { region: null }))).toBe('it lacks region');
  expect(readStore(aws('implicit', { region: 'x', role_arn: null }))).toEqual({ type: 'aws', method: 'implicit', fields: { region: 'x' } });
});

test('fields that are objects are kept as text, and are secrets where their names are', () => {
  const store = readStore({
    type: 'gcp',
    settings: { auth_method: 'service-account', auth_config: { project_id: 'p', service_account_json: { private_key: 'k' } } },
  });

  expect(store).toEqual({
    type: 'gcp', method: 'service-account', fields: { project_id: 'p', service_account_json: '{"private_key":"k"}' },
  });
  expect(secretsOf(store as StoreConfiguration)).toEqual(['{"private_key":"k"}']);
});

test('what this library renders for other clouds is taken', () => {
  const stack = new Stack(new App(), 'Stack');
  const secret = new secretsmanager.Secret(stack, 'Secret', { secretStringValue: SecretValue.unsafePlainText('x') });
  const gcp = SecretsStoreConfiguration.gcp({ projectId: 'my-project-123456', authentication: GcpAuthentication.serviceAccount(secret) });
  const azure = SecretsStoreConfiguration.azure({ keyVaultName: 'zenml-secrets', authentication: AzureAuthentication.implicit() });

  expect([gcp, azure].map((store) => readStore(stack.resolve(store._render(stack))))).toEqual([
    expect.objectContaining({ method: 'service-account' }),
    expect.objectContaining({ method: 'implicit', fields: expect.objectContaining({ key_vault_name: 'zenml-secrets' }) }),
  ]);
});
