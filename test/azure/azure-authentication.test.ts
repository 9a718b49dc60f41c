import { App, Aws, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AzureAuthentication, AzureConfigurationOptions, SecretsStoreConfiguration, WorkspaceConfiguration } from '../../src';
import { credentialsIn, handedOver } from '../credentials';
import { ACCOUNT, REGION } from '../scenarios';

const VAULT = 'zenml-secrets';
const TENANT = '11111111-aaaa-4bbb-8ccc-222222222222';
const CLIENT = '33333333-aaaa-4bbb-8ccc-444444444444';
const SUBSCRIPTION = '55555555-AAAA-4bbb-8ccc-666666666666';

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });
});

const azure = (authentication: AzureAuthentication, options: Partial<AzureConfigurationOptions> = {}) => (
  SecretsStoreConfiguration.azure({ keyVaultName: VAULT, authentication, ...options })
);
function store(
  authentication: AzureAuthentication, options: Partial<AzureConfigurationOptions> = {}, value?: string | { [field: string]: string },
) {
  return JSON.parse(handedOver(stack, azure(authentication, options), value)).secrets_store;
}
const ALL = { subscriptionId: SUBSCRIPTION, resourceGroup: 'platform_(eu).west', storageAccount: 'zenmlartifacts' };

type Make = () => AzureAuthentication;

/* The methods of ZenML's Azure service connector, with all fields that each of them knows, and those that it demands. */
const OF_EACH = ['subscription_id', 'tenant_id', 'resource_group', 'storage_account'];
const METHODS: [method: string, make: Make, known: string[], demanded: string[], least: Make][] = [
  ['implicit', () => AzureAuthentication.implicit({ tenantId: TENANT, principalId: CLIENT }), OF_EACH, [],
    () => AzureAuthentication.implicit()],
  ['service-principal', () => AzureAuthentication.servicePrincipal(credentialsIn(stack), { tenantId: TENANT, clientId: CLIENT }),
    [...OF_EACH, 'client_id', 'client_secret'], ['tenant_id', 'client_id', 'client_secret'],
    () => AzureAuthentication.servicePrincipal(credentialsIn(stack), { tenantId: TENANT, clientId: CLIENT })],
];

test.each(METHODS)('%s has every field that ZenML knows, and no other', (method, make, known) => {
  const { type, settings: { auth_method, auth_config, ...others } } = store(make(), ALL);

  expect([type, auth_method, others]).toEqual(['azure', method, { key_vault_name: VAULT }]);
  expect(Object.keys(auth_config).sort()).toEqual([...known].sort());
});

test.each(METHODS)('%s says nothing that it was not told', (_, __, ___, demanded, least) => {
  expect(Object.keys(store(least()).settings.auth_config).sort()).toEqual([...demanded].sort());
});

describe('in ZenML\'s form, key for key', () => {
  test('implicit', () => {
    expect(store(AzureAuthentication.implicit({ principalId: CLIENT }))).toEqual({
      type: 'azure', settings: { auth_method: 'implicit', key_vault_name: VAULT, auth_config: {} },
    });
  });

  test('service-principal, with the client secret out of a field of the secret', () => {
    const authentication = AzureAuthentication.servicePrincipal(credentialsIn(stack), {
      tenantId: TENANT, clientId: CLIENT, field: 'client-secret',
    });

    expect(store(authentication, ALL, { 'client-secret': 'a~b.c' })).toEqual({
      type: 'azure',
      settings: {
        auth_method: 'service-principal',
        key_vault_name: VAULT,
        auth_config: {
          tenant_id: TENANT,
          client_id: CLIENT,
          client_secret: 'a~b.c',
          subscription_id: SUBSCRIPTION,
          resource_group: 'platform_(eu).west',
          storage_account: 'zenmlartifacts',
        },
      },
    });
  });
});

test('service-principal: a warning that can be acknowledged', () => {
  handedOver(stack, azure(AzureAuthentication.servicePrincipal(credentialsIn(stack), { tenantId: TENANT, clientId: CLIENT })));

  const warnings = Annotations.fromStack(stack).findWarning('/Stack/Handoff', Match.anyValue()).map(({ entry }) => String(entry.data));
  expect(warnings).toEqual([
    expect.stringMatching(/^A credential of azure \(service-principal\) .*\[ack: cdk-zenml-secrets-store:credential\]$/),
  ]);
});

test('implicit: a warning of the setting without which ZenML does not start', () => {
  handedOver(stack, azure(AzureAuthentication.implicit()));

  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => [id, entry.data])).toEqual([
    ['/Stack/Handoff', expect.stringMatching(
      /starts only if .*Set ZENML_ENABLE_IMPLICIT_AUTH_METHODS=true .*server\.enableImplicitAuthMethods.*\[ack: cdk-zenml-secrets-store:azureImplicit\]$/,
    )],
  ]);
});

// As a plain string, CDK 2.276 takes all of it up to the last braces for one reference, and warns (E1050), or fails under a feature flag.
test('a client secret stands in a function, and not in a plain string', () => {
  new WorkspaceConfiguration(stack, 'Handoff', {
    secretsStore: azure(AzureAuthentication.servicePrincipal(credentialsIn(stack), { tenantId: TENANT, clientId: CLIENT })),
  });

  Template.fromStack(stack).hasResourceProperties('AWS::SecretsManager::Secret', {
    SecretString: { 'Fn::Join': ['', [Match.stringLikeRegexp('":"\\{\\{resolve:secretsmanager:[^"]+\\}\\}"')]] },
  });
});

test('tokens pass', () => {
  const configuration = azure(AzureAuthentication.implicit({ tenantId: Aws.STACK_ID }), { keyVaultName: Aws.STACK_NAME });

  expect(configuration._render(stack).settings).toMatchObject({ key_vault_name: Aws.STACK_NAME, auth_config: { tenant_id: Aws.STACK_ID } });
});

describe('bad input', () => {
  const implicit = AzureAuthentication.implicit();

  test.each<[string, () => SecretsStoreConfiguration, string]>([
    ['a vault by its address', () => azure(implicit, { keyVaultName: 'https://zenml.vault.azure.net' }),
      'keyVaultName "https://zenml.vault.azure.net" is not the name of an Azure Key Vault. Write the name alone, without https:// and .vault.azure.net'],
    ['a vault with two hyphens', () => azure(implicit, { keyVaultName: 'zenml--secrets' }),
      'keyVaultName "zenml--secrets" is not the name of an Azure Key Vault.'],
    ['a vault with a command in it', () => azure(implicit, { keyVaultName: 'zenml$(id)' }),
      'keyVaultName "zenml$(id)" is not the name of an Azure Key Vault.'],
    ['a subscription by its name', () => azure(implicit, { subscriptionId: 'Pay-As-You-Go' }),
      'subscriptionId "Pay-As-You-Go" is not an id of Azure. Write it as az prints it, such as '],
    ['a resource group with a period at its end', () => azure(implicit, { resourceGroup: 'platform.' }),
      'resourceGroup "platform." is not the name of a resource group. Write its name alone'],
    ['a storage account by its address', () => azure(implicit, { storageAccount: 'a.blob.core.windows.net' }),
      'storageAccount "a.blob.core.windows.net" is not the name of a storage account. Write its name alone'],
    ['a tenant by its domain', () => azure(AzureAuthentication.implicit({ tenantId: 'example.com' })),
      'tenantId "example.com" is not an id of Azure.'],
    ['a principal by its name', () => azure(AzureAuthentication.implicit({ principalId: 'zenml' })),
      'principalId "zenml" is not an id of Azure.'],
    ['a client by its name',
      () => azure(AzureAuthentication.servicePrincipal(credentialsIn(stack), { tenantId: TENANT, clientId: 'zenml' })),
      'clientId "zenml" is not an id of Azure.'],
    ['a secret that ZenML can read', () => azure(AzureAuthentication.servicePrincipal(
      credentialsIn(stack, 'Other', `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:zenml/azure-AbCdEf`),
      { tenantId: TENANT, clientId: CLIENT },
    )), 'clientSecret "zenml/azure-AbCdEf" is a name of ZenML\'s own secrets'],
  ])('%s', (_, configuration, message) => {
    expect(() => new WorkspaceConfiguration(stack, 'Handoff', { secretsStore: configuration() })).toThrow(`Stack/Handoff: ${message}`);
  });
});
