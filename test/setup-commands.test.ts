import { execFileSync } from 'node:child_process';
import { App, Aws, CfnOutput, Stack } from 'aws-cdk-lib';
import { AzureAuthentication, GcpAuthentication, SecretsStoreConfiguration, WorkspaceConfiguration, ZenmlWorkspace } from '../src';
import { credentialsIn } from './credentials';
import { ACCOUNT, REGION, WORKSPACE_ID } from './scenarios';
import { block, inner, list, text, word } from '../src/private/setup';

const PROJECT = 'my-project-123456';
const SECRETS = `zenml-secrets@${PROJECT}.iam.gserviceaccount.com`;
const KEY = `zenml-key@${PROJECT}.iam.gserviceaccount.com`;
const ELSEWHERE = 'zenml@another-project.iam.gserviceaccount.com';
const FEDERATION = { workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), projectNumber: '123456789012', pool: 'zenml-workspace', provider: 'zenml-aws' };
const ID = '11111111-aaaa-4bbb-8ccc-222222222222';
const CLIENT = { tenantId: ID, clientId: '33333333-aaaa-4bbb-8ccc-444444444444' };
const VAULT = { keyVaultName: 'zenml-vault', subscriptionId: ID, resourceGroup: 'platform_(eu)' };

const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });
const secret = credentialsIn(stack);
let count = 0;

function configuration(secretsStore: SecretsStoreConfiguration, backupSecretsStore?: SecretsStoreConfiguration) {
  return new WorkspaceConfiguration(stack, `Handoff${++count}`, { secretsStore, backupSecretsStore });
}

const gcp = (authentication: GcpAuthentication) => SecretsStoreConfiguration.gcp({ projectId: PROJECT, authentication });
const azure = (authentication: AzureAuthentication, options = {}) => SecretsStoreConfiguration.azure({ ...VAULT, ...options, authentication });

const SETUPS: [string, SecretsStoreConfiguration][] = [
  ['a workload of one\'s own in GCP', gcp(GcpAuthentication.implicit({ serviceAccountEmail: ELSEWHERE }))],
  ['the key of a service account', gcp(GcpAuthentication.serviceAccount(secret, { serviceAccountEmail: SECRETS }))],
  ['a federation', gcp(GcpAuthentication.externalAccount(FEDERATION))],
  ['a federation of one\'s own role that impersonates', gcp(GcpAuthentication.externalAccount({
    ...FEDERATION, serviceAccountEmail: SECRETS, workspace: ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, `arn:aws:iam::${ACCOUNT}:role/pods/zenml+pod=a,b.c@d`),
  }))],
  ['a federation that impersonates an account of another project', gcp(GcpAuthentication.externalAccount({ ...FEDERATION, serviceAccountEmail: ELSEWHERE }))],
  ['an impersonation', gcp(GcpAuthentication.impersonation(secret, { targetPrincipal: SECRETS, serviceAccountEmail: KEY }))],
  ['an impersonation across projects', gcp(GcpAuthentication.impersonation(secret, { targetPrincipal: ELSEWHERE, serviceAccountEmail: ELSEWHERE }))],
  ['a user', gcp(GcpAuthentication.userAccount(secret, { userEmail: 'jane+zenml@example.com' }))],
  ['a token of GCP', gcp(GcpAuthentication.oauth2Token(secret, { serviceAccountEmail: SECRETS }))],
  ['a managed identity', azure(AzureAuthentication.implicit({ principalId: ID }))],
  ['a service principal', azure(AzureAuthentication.servicePrincipal(secret, CLIENT))],
  ['a token of Azure', azure(AzureAuthentication.accessToken(secret, { principalId: ID }))],
];

test.each(SETUPS)('of %s', (_, store) => {
  const handoff = configuration(store);

  expect(handoff.renderSetupCommands()).toMatchSnapshot('commands');
  expect(handoff.renderSetupTerraform()).toMatchSnapshot('terraform');
});

/** What bash runs, command by command and word by word, with programs that only say what they were called with, and answer as if nothing were there but what is demanded. */
function run(script: string, answer = ''): string[][] {
  const tool = (name: string) => `${name}() { printf '%s\\0' "${name}" "$@" >&3; printf '\\n' >&3; `
    + `case "$*" in *" describe "*value*|*"keyvault show"*) echo "${answer}";; *"sp show"*"--query"*) echo principal-id;; *" describe "*|*"sp show"*) return 1;; *"definition list"*) echo 0;; esac; }\n`;
  const output = execFileSync('bash', ['-c', `exec 3>&1 1>/dev/null\n${tool('gcloud')}${tool('az')}\n${script}`], { encoding: 'utf8', stdio: 'pipe' });
  return output.split('\0\n').filter((line) => line !== '').map((line) => line.split('\0'));
}

const calls = (script: string, answer: string, like: string) => run(script, answer).filter((words) => words.join(' ').includes(like));

describe('what the commands do', () => {
  test.each(SETUPS)('bash takes those of %s, to the end', (_, store) => {
    const script = configuration(store).renderSetupCommands();

    execFileSync('bash', ['-n', '-c', script]);
    expect(run(script, store.type === 'gcp' ? '123456789012' : 'true').at(-1)!.join(' ')).toMatch(/add-iam-policy-binding|role assignment create/);
  });

  test('the provider admits the sessions of the workspace\'s role, and nobody else', () => {
    const script = configuration(SETUPS[2][1]).renderSetupCommands();
    const [[, ...words]] = calls(script, '123456789012', 'create-aws');

    expect(words).toContain('--account-id=715803424590');
    expect(words).toContain(`--attribute-condition=assertion.arn.startsWith("arn:aws:sts::715803424590:assumed-role/zenml-${WORKSPACE_ID}/")`);
  });

  test('a session is mapped to what the permissions are bound to', () => {
    const script = configuration(SETUPS[3][1]).renderSetupCommands();
    const mapping = calls(script, '123456789012', 'create-aws')[0].find((option) => option.startsWith('--attribute-mapping='))!;
    const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/zenml+pod=a,b.c@d/botocore-session-1`;

    // As Google's extract() is documented: what stands at the place of the braces. https://cloud.google.com/iam/docs/conditions-attribute-reference#extract
    const extract = (template: string) => {
      const [before, after] = template.split(/\{\w+\}/);
      const rest = arn.slice(arn.indexOf(before) + before.length);
      return after === '' ? rest : rest.slice(0, rest.indexOf(after));
    };
    const evaluate = (expression: string) => expression.split(' + ').map((part) => {
      const call = part.match(/^assertion\.arn\.extract\("(.*)"\)$/);
      return call === null ? JSON.parse(part) : extract(call[1]);
    }).join('');
    const [subject, role] = mapping.replace('--attribute-mapping=google.subject=', '').split(',attribute.aws_role=').map(evaluate);

    expect(subject).toBe('zenml+pod=a,b.c@d');
    expect(calls(script, '123456789012', 'workloadIdentityUser')[0]).toContain(
      `--member=principalSet://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/zenml-workspace/attribute.aws_role/${role}`,
    );
  });

  test('the permissions are those of ZenML\'s calls, and all but the creation are limited to its names', () => {
    const script = configuration(SETUPS[1][1]).renderSetupCommands();

    expect(calls(script, '', 'roles create').map((words) => words.find((option) => option.startsWith('--permissions=')))).toEqual([
      '--permissions=secretmanager.secrets.create',
      '--permissions=secretmanager.secrets.get,secretmanager.secrets.update,secretmanager.secrets.delete,secretmanager.versions.add,secretmanager.versions.access',
    ]);
    expect(calls(script, '', 'projects add-iam-policy-binding').map((words) => words.slice(-2))).toEqual([
      [`--role=projects/${PROJECT}/roles/zenml_secrets_creator`, '--condition=None'],
      [`--role=projects/${PROJECT}/roles/zenml_secrets_user`, '--condition=title=zenml_secrets,expression=resource.name.extract("/secrets/{name}").startsWith("zenml-")'],
    ]);
  });

  test('a number that is not that of the project stops it before anything is made', () => {
    const script = configuration(SETUPS[2][1]).renderSetupCommands();

    expect(() => run(script, '999')).toThrow('123456789012 is not the number of project my-project-123456');
  });

  test('the role of Azure has four actions on secrets, in the one vault', () => {
    const script = configuration(SETUPS[10][1]).renderSetupCommands();
    const definitions = calls(script, 'true', 'role definition create').map((words) => JSON.parse(words.at(-1)!));

    expect(definitions.map(({ DataActions, Actions }) => DataActions ?? Actions)).toEqual([
      ['getSecret/action', 'setSecret/action', 'delete', 'readMetadata/action'].map((action) => `Microsoft.KeyVault/vaults/secrets/${action}`),
      ['Microsoft.Resources/subscriptions/read'],
    ]);
    const assignments = calls(script, 'true', 'role assignment create').map((words) => words.slice(words.indexOf('--scope') + 1));
    expect(assignments.map(([scope]) => scope)).toEqual([
      `/subscriptions/${ID}/resourceGroups/platform_(eu)/providers/Microsoft.KeyVault/vaults/zenml-vault`, `/subscriptions/${ID}`,
    ]);
    expect(assignments.map((words) => words.slice(1, 3))).toEqual([['--assignee-object-id', 'principal-id'], ['--assignee-object-id', 'principal-id']]);
  });

  test('a vault without the roles of Azure stops it', () => {
    expect(() => run(configuration(SETUPS[9][1]).renderSetupCommands(), 'false')).toThrow('The Key Vault zenml-vault is not there, or keeps access policies');
  });
});

test('a store and its backup are set up by one script, under different names', () => {
  const handoff = configuration(gcp(GcpAuthentication.externalAccount(FEDERATION)), azure(AzureAuthentication.implicit({ principalId: ID })));

  expect(handoff.renderSetupCommands().match(/^(#.*|set .*)$/gm)).toEqual(['#!/usr/bin/env bash', 'set -euo pipefail', `# GCP, project ${PROJECT}`, '# Azure, Key Vault zenml-vault']);
  expect(handoff.renderSetupTerraform().match(/^resource .*(pool|role_definition)" "\w+"/gm)).toEqual([
    'resource "google_iam_workload_identity_pool" "zenml_pool"',
    'resource "azurerm_role_definition" "zenml_backup_secrets"',
    'resource "azurerm_role_definition" "zenml_backup_subscription"',
  ]);
});

test('only the part outside of AWS is set up', () => {
  const aws = SecretsStoreConfiguration.aws({ region: REGION });

  expect(configuration(aws, SETUPS[9][1]).renderSetupCommands()).toContain('# Azure, Key Vault zenml-vault');
  expect(() => configuration(aws).renderSetupCommands()).toThrow(/^Stack\/Handoff\d+: there is nothing to set up outside of AWS\. Render the setup of a configuration of gcp or azure\.$/);
});

test.each<[string, SecretsStoreConfiguration, string]>([
  ['nobody', gcp(GcpAuthentication.implicit()), 'authentication "implicit" does not say who is to have the permissions, so that there are no setup commands. Give it serviceAccountEmail.'],
  ['no key', gcp(GcpAuthentication.impersonation(secret, { targetPrincipal: SECRETS })), 'authentication "impersonation" does not say who'],
  ['no user', gcp(GcpAuthentication.userAccount(secret)), 'authentication "user-account" does not say who is to have the permissions, so that there are no setup commands. Give it userEmail.'],
  ['a token', gcp(GcpAuthentication.externalAccount({ ...FEDERATION, pool: Aws.STACK_NAME })), 'pool "<AWS.StackName>" is known only to the deployment, so that there are no setup commands. Write the value itself.'],
  ['a role that is a token', gcp(GcpAuthentication.externalAccount({ ...FEDERATION, workspace: ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, Aws.STACK_ID) })), 'workspace "<AWS.StackId>" is known only'],
  ['a project that is a token', SecretsStoreConfiguration.gcp({ projectId: Aws.STACK_NAME, authentication: GcpAuthentication.implicit() }), 'projectId "<AWS.StackName>" is known only'],
  ['no subscription', azure(AzureAuthentication.servicePrincipal(secret, CLIENT), { subscriptionId: undefined }),
    'authentication "service-principal" and the vault are not described well enough for setup commands. Give subscriptionId.'],
  ['no resource group', azure(AzureAuthentication.implicit({ principalId: ID }), { resourceGroup: undefined }), 'authentication "implicit" and the vault are not described well enough for setup commands. Give resourceGroup.'],
  ['no principal', azure(AzureAuthentication.accessToken(secret)), 'authentication "access-token" and the vault are not described well enough for setup commands. Give principalId.'],
  ['a vault that is a token', azure(AzureAuthentication.implicit(), { keyVaultName: Aws.STACK_NAME }), 'keyVaultName "<AWS.StackName>" is known only'],
])('without the values for it (%s) there is a configuration, but no setup', (_, store, message) => {
  const handoff = configuration(store);

  expect(handoff.node.findAll().filter((child) => child instanceof CfnOutput)).toHaveLength(1);
  expect(() => handoff.renderSetupCommands()).toThrow(`: ${message}`);
  expect(() => handoff.renderSetupTerraform()).toThrow(`: ${message}`);
});

describe('should a value ever get past its check', () => {
  test.each(['it\'s', '\'; echo gone; \'', '$(id)', '`id`', 'a"b', 'a\\', 'two\nlines'])('bash takes %j as one word', (value) => {
    expect(execFileSync('bash', ['-c', `printf %s ${word(value)}`], { encoding: 'utf8' })).toBe(value);
  });

  test('HCL takes it as a string', () => {
    expect(text('a"b\\c\n')).toBe('"a\\"b\\\\c\\n"');
    expect(text('${file("x")} %{if true}')).toBe('"$${file(\\"x\\")} %%{if true}"');
  });
});

test('HCL is aligned as terraform fmt does it', () => {
  expect(block('resource "a" "b"', [['one', '1'], ['three', '3']], [`four = ${list(['x'])}`, inner('five', [['a', '1'], ['bcd', '2']])])).toBe([
    'resource "a" "b" {', '  one   = 1', '  three = 3', '', '  four = [', '    "x",', '  ]', '', '  five {', '    a   = 1', '    bcd = 2', '  }', '}',
  ].join('\n'));
});
