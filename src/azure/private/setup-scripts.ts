import { IConstruct } from 'constructs';
import { AzureIdentity } from './azure-identity';
import { block, command, demand, list, refuseTokens, Setup, text, word } from '../../core/script-text';
import { invalid } from '../../core/validation';
import { AzureConfigurationOptions } from '../azure-configuration-options';

interface AzureVault {
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

/** https://learn.microsoft.com/azure/role-based-access-control/permissions/security#microsoftkeyvault */
const DATA_ACTIONS = [
  'Microsoft.KeyVault/vaults/secrets/getSecret/action', 'Microsoft.KeyVault/vaults/secrets/setSecret/action', 'Microsoft.KeyVault/vaults/secrets/delete',
  'Microsoft.KeyVault/vaults/secrets/readMetadata/action', // ZenML waits for the end of a deletion by reading what became of the secret
];
/** ZenML lists the subscriptions when it starts, and stops if there is none. */
const ACTIONS = ['Microsoft.Resources/subscriptions/read'];

/** @param label What the names in Terraform begin with. */
export function azureSetup(scope: IConstruct, label: string, options: AzureConfigurationOptions): Setup {
  const { keyVaultName: name, subscriptionId, resourceGroup, storageAccount, authentication } = options;
  const { _identity: identity, _values: values, _method: method } = authentication;
  refuseTokens(scope, [...Object.entries({ keyVaultName: name, subscriptionId, resourceGroup, storageAccount }), ...values]);
  const needed = { subscriptionId, resourceGroup, principalId: identity.clientId ?? identity.principalId };
  const missing = Object.entries(needed).filter(([, value]) => value === undefined);
  if (subscriptionId === undefined || resourceGroup === undefined || missing.length > 0) {
    throw invalid(scope, 'authentication', method, 'and the vault are not described well enough for setup commands',
      `Give ${missing.map(([option]) => option).join(', ')}`);
  }
  const vault = { name, subscriptionId, resourceGroup };
  return { commands: commands(vault, identity), terraform: terraform(label, vault, identity) };
}

const secretsRole = ({ name }: AzureVault) => `ZenML secrets in ${name}`;
const subscriptionRole = ({ name }: AzureVault) => `ZenML subscription of ${name}`;
const subscriptionOf = ({ subscriptionId }: AzureVault) => `/subscriptions/${subscriptionId}`;
const idOf = (vault: AzureVault) => `${subscriptionOf(vault)}/resourceGroups/${vault.resourceGroup}/providers/Microsoft.KeyVault/vaults/${vault.name}`;

/** Of each role of the name what it allows, as the definitions below are written. */
const PERMISSIONS = '[].permissions[].[sort(not_null(actions, `[]`)), sort(not_null(dataActions, `[]`))]';

interface AzureRole {
  /** What keeps in the script what was found. */
  readonly variable: string;
  readonly name: string;
  readonly actions: string[];
  readonly dataActions: string[];
}

function commands(vault: AzureVault, { clientId, principalId }: AzureIdentity): string[] {
  const inSubscription = `--subscription ${word(vault.subscriptionId)}`;
  const roles: AzureRole[] = [
    { variable: 'secrets_role', name: secretsRole(vault), actions: [], dataActions: DATA_ACTIONS },
    { variable: 'subscription_role', name: subscriptionRole(vault), actions: ACTIONS, dataActions: [] },
  ];
  const look = ({ variable, name, actions, dataActions }: AzureRole) => [
    `${variable}=$(az role definition list --name ${word(name)} --custom-role-only true ${inSubscription} \\
  --query ${word(PERMISSIONS)} --output json | tr -d '[:space:]')`,
    demand(`test "$${variable}" = '[]' || test "$${variable}" = ${word(JSON.stringify([[[...actions].sort(), [...dataActions].sort()]]))}`,
      `The role ${name} is there, with other permissions`),
  ];
  // Not listed again: what is assigned is what was looked at, or new.
  const create = ({ variable, name, actions: Actions, dataActions: DataActions }: AzureRole) => {
    const definition = JSON.stringify({ Name: name, Description: name, Actions, DataActions, AssignableScopes: [subscriptionOf(vault)] });
    return `test "$${variable}" != '[]' || az role definition create ${inSubscription} --role-definition ${word(definition)}`;
  };
  const principal = clientId === undefined ? word(principalId!) : `"$(az ad sp show --id ${word(clientId)} --query id --output tsv)"`;
  const assign = (name: string, scope: string) => command(`az role assignment create ${inSubscription} --role ${word(name)}`,
    `--scope ${word(scope)}`, `--assignee-object-id ${principal} --assignee-principal-type ServicePrincipal`);

  return [
    `# Azure, Key Vault ${vault.name}`,
    demand(
      `test "$(az keyvault show --name ${word(vault.name)} --resource-group ${word(vault.resourceGroup)} ${inSubscription} \\
  --query properties.enableRbacAuthorization --output json)" = true`,
      `The Key Vault ${vault.name} is not there, or keeps access policies of its own instead of the roles of Azure`,
    ),
    ...roles.flatMap(look),
    ...(clientId === undefined ? [] : [`az ad sp show --id ${word(clientId)} > /dev/null 2>&1 || az ad sp create --id ${word(clientId)}`]),
    ...roles.map(create),
    assign(secretsRole(vault), idOf(vault)),
    assign(subscriptionRole(vault), subscriptionOf(vault)),
  ];
}

function terraform(label: string, vault: AzureVault, { clientId, principalId }: AzureIdentity): string[] {
  const subscription = text(subscriptionOf(vault));
  const role = (id: string, name: string, permissions: string) => block(`resource "azurerm_role_definition" "${label}_${id}"`,
    [['name', text(name)], ['scope', subscription]], [`permissions {\n    ${permissions}\n  }`]);
  const principal = clientId === undefined ? text(principalId!) : `azuread_service_principal.${label}.object_id`;
  const assign = (id: string, scope: string) => block(`resource "azurerm_role_assignment" "${label}_${id}"`, [
    ['scope', scope], ['role_definition_id', `azurerm_role_definition.${label}_${id}.role_definition_resource_id`], ['principal_id', principal],
  ]);

  return [
    ...(clientId === undefined ? []
      : [block(`resource "azuread_service_principal" "${label}"`, [['client_id', text(clientId)], ['use_existing', 'true']])]),
    role('secrets', secretsRole(vault), `data_actions = ${deeper(list(DATA_ACTIONS))}`),
    role('subscription', subscriptionRole(vault), `actions = ${deeper(list(ACTIONS))}`),
    assign('secrets', text(idOf(vault))),
    assign('subscription', subscription),
  ];
}

/** A list one level further in. */
function deeper(lines: string): string {
  return lines.replace(/\n/g, '\n  ');
}
