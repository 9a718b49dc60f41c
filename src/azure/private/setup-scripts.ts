import { IConstruct } from 'constructs';
import { AzureIdentity } from './azure-identity';
import { command, exitUnless, refuseTokens, Setup, shellQuote } from '../../core/script-text';
import { expression, literal, TerraformResource } from '../../core/terraform';
import { invalid } from '../../core/validation';
import { AzureConfigurationOptions } from '../azure-configuration-options';

interface AzureVault {
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

/** https://learn.microsoft.com/azure/role-based-access-control/permissions/security#microsoftkeyvault */
const DATA_ACTIONS = [
  'Microsoft.KeyVault/vaults/secrets/getSecret/action',
  'Microsoft.KeyVault/vaults/secrets/setSecret/action',
  'Microsoft.KeyVault/vaults/secrets/delete',
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
const idOf = (vault: AzureVault) => (
  `${subscriptionOf(vault)}/resourceGroups/${vault.resourceGroup}/providers/Microsoft.KeyVault/vaults/${vault.name}`
);

/** Of each role of the name what it allows, as the definitions below are written. */
const PERMISSIONS = '[].permissions[].[sort(not_null(actions, `[]`)), sort(not_null(dataActions, `[]`))]';

interface AzureRole {
  /** The shell variable with what was found. */
  readonly variable: string;
  readonly name: string;
  readonly actions: string[];
  readonly dataActions: string[];
}

function commands(vault: AzureVault, { clientId, principalId }: AzureIdentity): string[] {
  const inSubscription = `--subscription ${shellQuote(vault.subscriptionId)}`;
  const roles: AzureRole[] = [
    { variable: 'secrets_role', name: secretsRole(vault), actions: [], dataActions: DATA_ACTIONS },
    { variable: 'subscription_role', name: subscriptionRole(vault), actions: ACTIONS, dataActions: [] },
  ];
  const describeRole = ({ variable, name, actions, dataActions }: AzureRole) => {
    const expected = JSON.stringify([[[...actions].sort(), [...dataActions].sort()]]);
    return [
      `${variable}=$(az role definition list --name ${shellQuote(name)} --custom-role-only true ${inSubscription} \\
  --query ${shellQuote(PERMISSIONS)} --output json | tr -d '[:space:]')`,
      exitUnless(`test "$${variable}" = '[]' || test "$${variable}" = ${shellQuote(expected)}`,
        `The role ${name} is there, with other permissions`),
    ];
  };
  // Not listed again: what is assigned was listed before, or is new.
  const create = ({ variable, name, actions: Actions, dataActions: DataActions }: AzureRole) => {
    const definition = JSON.stringify({ Name: name, Description: name, Actions, DataActions, AssignableScopes: [subscriptionOf(vault)] });
    return `test "$${variable}" != '[]' || az role definition create ${inSubscription} --role-definition ${shellQuote(definition)}`;
  };
  const principal = clientId === undefined
    ? shellQuote(principalId!) : `"$(az ad sp show --id ${shellQuote(clientId)} --query id --output tsv)"`;
  const assign = (name: string, scope: string) => command(`az role assignment create ${inSubscription} --role ${shellQuote(name)}`,
    `--scope ${shellQuote(scope)}`, `--assignee-object-id ${principal} --assignee-principal-type ServicePrincipal`);

  return [
    `# Azure, Key Vault ${vault.name}`,
    exitUnless(
      `test "$(az keyvault show --name ${shellQuote(vault.name)} --resource-group ${shellQuote(vault.resourceGroup)} ${inSubscription} \\
  --query properties.enableRbacAuthorization --output json)" = true`,
      `The Key Vault ${vault.name} is not there, or keeps access policies of its own instead of the roles of Azure`,
    ),
    ...roles.flatMap(describeRole),
    ...(clientId === undefined
      ? [] : [`az ad sp show --id ${shellQuote(clientId)} > /dev/null 2>&1 || az ad sp create --id ${shellQuote(clientId)}`]),
    ...roles.map(create),
    assign(secretsRole(vault), idOf(vault)),
    assign(subscriptionRole(vault), subscriptionOf(vault)),
  ];
}

function terraform(label: string, vault: AzureVault, { clientId, principalId }: AzureIdentity): TerraformResource[] {
  const role = (id: string, name: string, permissions: object): TerraformResource => (
    ['azurerm_role_definition', `${label}_${id}`, { name: literal(name), scope: literal(subscriptionOf(vault)), permissions }]
  );
  const principal = clientId === undefined ? literal(principalId!) : expression(`azuread_service_principal.${label}.object_id`);
  const assign = (id: string, scope: string): TerraformResource => ['azurerm_role_assignment', `${label}_${id}`, {
    scope: literal(scope),
    role_definition_id: expression(`azurerm_role_definition.${label}_${id}.role_definition_resource_id`),
    principal_id: principal,
  }];
  const servicePrincipal: TerraformResource[] = clientId === undefined ? []
    : [['azuread_service_principal', label, { client_id: literal(clientId), use_existing: true }]];

  return [
    ...servicePrincipal,
    role('secrets', secretsRole(vault), { data_actions: DATA_ACTIONS }),
    role('subscription', subscriptionRole(vault), { actions: ACTIONS }),
    assign('secrets', idOf(vault)),
    assign('subscription', subscriptionOf(vault)),
  ];
}
