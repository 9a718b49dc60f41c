import { execFileSync, spawnSync } from 'node:child_process';
import { Aws, CfnOutput } from 'aws-cdk-lib';
import { AzureAuthentication, GcpAuthentication, SecretsStoreConfiguration, ZenmlWorkspace } from '../../src';
import { ACCOUNT, REGION, WORKSPACE_ID } from '../scenarios';
import { azure, CLIENT, configuration, FEDERATION, gcp, ID, PROJECT, secret, SECRETS, SETUPS } from './setups';
import { shellQuote } from '../../src/core/script-text';
import { literal } from '../../src/core/terraform';

test.each(SETUPS)('of %s', (_, store) => {
  const handoff = configuration(store);

  expect(handoff.renderSetupCommands()).toMatchSnapshot('commands');
  expect(handoff.renderSetupTerraform()).toMatchSnapshot('terraform');
});

/** What bash does when a call begins with these words. */
type Reply = [call: string, bash: string];

/** As if nothing were there but what is demanded. */
const NOTHING_IS_THERE: Reply[] = [
  ['gcloud projects describe', 'echo 123456789012'],
  ['gcloud iam roles describe', 'return 1'],
  ['gcloud iam service-accounts describe', 'return 1'],
  ['gcloud iam workload-identity-pools describe', 'return 1'],
  ['az keyvault show', 'echo true'],
  ['az role definition list', 'echo "[]"'],
  [`az ad sp show --id ${CLIENT.clientId} --query`, 'echo principal-id'],
  ['az ad sp show', 'return 1'],
];

/** Runs bash with programs that only note what they were called with, word by word, and answer. */
function run(script: string, replies: Reply[] = []) {
  const cases = [...replies, ...NOTHING_IS_THERE].map(([call, bash]) => `"${call}"*) ${bash};;`).join(' ');
  const tool = (name: string) => `${name}() { printf '%s\\0' "${name}" "$@" >&3; printf '\\n' >&3; case "${name} $*" in ${cases} esac; }`;
  const commands = `exec 3>&1 1>/dev/null\n${tool('gcloud')}\n${tool('az')}\n${script}`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', commands], { encoding: 'utf8' });
  const called = stdout.split('\0\n').filter((line) => line !== '').map((line) => line.split('\0'));
  return { called, lines: called.map((words) => words.join(' ')), stderr, status };
}

const calls = (script: string, like: string) => run(script).called.filter((words) => words.join(' ').includes(like));

/** What changes anything. */
const CHANGES = / (create(-aws)?|enable|add-iam-policy-binding|update|set|delete)( |$)/;

describe('what the commands do', () => {
  test.each(SETUPS)('bash takes those of %s, to the end', (_, store) => {
    const script = configuration(store).renderSetupCommands();

    execFileSync('bash', ['-n', '-c', script]);
    const { lines, status, stderr } = run(script);
    expect([status, stderr]).toEqual([0, '']);
    expect(lines.at(-1)).toMatch(/add-iam-policy-binding|providers create-aws|role assignment create/);
    const otherTool = store.type === 'gcp' ? 'az ' : 'gcloud ';
    expect(lines.filter((line) => line.startsWith(otherTool))).toEqual([]);
  });

  test('the provider admits the sessions of the workspace\'s role, and nobody else', () => {
    const script = configuration(SETUPS[2][1]).renderSetupCommands();
    const [[, ...words]] = calls(script, 'create-aws');

    expect(words).toContain('--account-id=715803424590');
    expect(words).toContain(
      `--attribute-condition=assertion.arn.startsWith("arn:aws:sts::715803424590:assumed-role/zenml-${WORKSPACE_ID}/")`,
    );
  });

  test('a session is mapped to what the permissions are bound to', () => {
    const script = configuration(SETUPS[3][1]).renderSetupCommands();
    const mapping = calls(script, 'create-aws')[0].find((option) => option.startsWith('--attribute-mapping='))!;
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
    expect(calls(script, 'workloadIdentityUser')[0]).toContain(
      `--member=principalSet://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/zenml-workspace/attribute.aws_role/${role}`,
    );
  });

  test('the permissions are those of ZenML\'s calls, and all but the creation are limited to its names', () => {
    const script = configuration(SETUPS[1][1]).renderSetupCommands();

    expect(calls(script, 'roles create').map((words) => words.find((option) => option.startsWith('--permissions=')))).toEqual([
      '--permissions=secretmanager.secrets.create',
      '--permissions=secretmanager.secrets.get,secretmanager.secrets.update,secretmanager.secrets.delete,'
      + 'secretmanager.versions.add,secretmanager.versions.access',
    ]);
    expect(calls(script, 'projects add-iam-policy-binding').map((words) => words.slice(-2))).toEqual([
      [`--role=projects/${PROJECT}/roles/zenml_secrets_creator`, '--condition=None'],
      [
        `--role=projects/${PROJECT}/roles/zenml_secrets_user`,
        '--condition=title=zenml_secrets,expression=resource.name.extract("/secrets/{name}").startsWith("zenml-")',
      ],
    ]);
  });

  test('a number that is not that of the project stops it before anything is made', () => {
    const script = configuration(SETUPS[2][1]).renderSetupCommands();

    const { lines, stderr, status } = run(script, [['gcloud projects describe', 'echo 999']]);

    expect([status, stderr]).toEqual([1, '123456789012 is not the number of project my-project-123456\n']);
    expect(lines.filter((line) => CHANGES.test(line))).toEqual([]);
  });

  const HOLDS = 'secretmanager.versions.access;secretmanager.secrets.get;secretmanager.secrets.update;'
    + 'secretmanager.versions.add;secretmanager.secrets.delete';
  const CREATOR: Reply = ['gcloud iam roles describe zenml_secrets_creator', 'echo secretmanager.secrets.create'];
  const USER: Reply = ['gcloud iam roles describe zenml_secrets_user', `echo "${HOLDS}"`];

  test('what is there in GCP is not made again', () => {
    const { lines, status } = run(configuration(SETUPS[3][1]).renderSetupCommands(), [
      CREATOR, USER, ['gcloud iam service-accounts describe', 'true'], ['gcloud iam workload-identity-pools describe', 'true'],
    ]);

    expect(status).toBe(0);
    expect(lines.map((line) => line.match(CHANGES)?.[1]).filter((change) => change !== undefined)).toEqual([
      'enable', 'add-iam-policy-binding', 'add-iam-policy-binding', 'add-iam-policy-binding', 'create-aws',
    ]);
  });

  test.each<[string, Reply[], string]>([
    ['more', [CREATOR, [USER[0], `echo "${HOLDS};resourcemanager.projects.setIamPolicy"`]], 'zenml_secrets_user'],
    ['less', [CREATOR, [USER[0], 'echo secretmanager.secrets.get']], 'zenml_secrets_user'],
    ['others', [[CREATOR[0], 'echo secretmanager.secrets.list'], USER], 'zenml_secrets_creator'],
  ])('a role of GCP that allows %s stops it before anything is made', (_, replies, role) => {
    const { lines, stderr, status } = run(configuration(SETUPS[2][1]).renderSetupCommands(), replies);

    expect([status, stderr]).toEqual([1, `The role ${role} of project ${PROJECT} is there, with other permissions\n`]);
    expect(lines.filter((line) => CHANGES.test(line))).toEqual([]);
  });

  test('the pool is made before it is named, and the provider, which cannot be made twice, after all else', () => {
    const changes = run(configuration(SETUPS[3][1]).renderSetupCommands()).lines.filter((line) => CHANGES.test(line));
    const place = (like: string) => changes.findIndex((line) => line.includes(like));

    expect(place('pools create')).toBeLessThan(place('workloadIdentityPools/'));
    expect(place('create-aws')).toBe(changes.length - 1);
  });

  test('a provider that cannot be made ends it, also where a backup would follow', () => {
    const handoff = configuration(SETUPS[2][1], azure(AzureAuthentication.implicit({ principalId: ID })));
    const { lines, status } = run(handoff.renderSetupCommands(), [['gcloud iam workload-identity-pools providers create-aws', 'return 1']]);

    expect(status).toBe(1);
    expect(lines.at(-1)).toContain('create-aws');
  });

  test('the role of Azure has four actions on secrets, in the one vault', () => {
    const script = configuration(SETUPS[10][1]).renderSetupCommands();
    const definitions = calls(script, 'role definition create').map((words) => JSON.parse(words.at(-1)!));

    expect(definitions.map(({ Actions, DataActions }) => [Actions, DataActions])).toEqual([
      [
        [],
        ['getSecret/action', 'setSecret/action', 'delete', 'readMetadata/action']
          .map((action) => `Microsoft.KeyVault/vaults/secrets/${action}`),
      ],
      [['Microsoft.Resources/subscriptions/read'], []],
    ]);
    const assignments = calls(script, 'role assignment create').map((words) => words.slice(words.indexOf('--scope') + 1));
    expect(assignments.map(([scope]) => scope)).toEqual([
      `/subscriptions/${ID}/resourceGroups/platform_(eu)/providers/Microsoft.KeyVault/vaults/zenml-vault`, `/subscriptions/${ID}`,
    ]);
    expect(assignments.map((words) => words.slice(1, 3)))
      .toEqual([['--assignee-object-id', 'principal-id'], ['--assignee-object-id', 'principal-id']]);
  });

  test('a vault without the roles of Azure stops it', () => {
    const { lines, stderr, status } = run(configuration(SETUPS[10][1]).renderSetupCommands(), [['az keyvault show', 'echo false']]);

    expect([status, stderr]).toEqual([1, expect.stringContaining('The Key Vault zenml-vault is not there, or keeps access policies')]);
    expect(lines.filter((line) => CHANGES.test(line))).toEqual([]);
  });

  /* As az prints what the query selects. */
  const printed = (...roles: string[][][]) => `cat <<END\n${JSON.stringify(roles, null, 2)}\nEND\n`;
  const ON_SECRETS = ['delete', 'getSecret/action', 'readMetadata/action', 'setSecret/action']
    .map((action) => `Microsoft.KeyVault/vaults/secrets/${action}`);
  const SECRETS_ROLE = 'az role definition list --name ZenML secrets in zenml-vault';
  const SUBSCRIPTION_ROLE: Reply = [
    'az role definition list --name ZenML subscription', printed([['Microsoft.Resources/subscriptions/read'], []]),
  ];

  test('what is there in Azure is not made again', () => {
    const { lines, status } = run(configuration(SETUPS[10][1]).renderSetupCommands(), [
      [SECRETS_ROLE, printed([[], ON_SECRETS])], SUBSCRIPTION_ROLE, ['az ad sp show', 'echo principal-id'],
    ]);

    expect(status).toBe(0);
    expect(lines.filter((line) => CHANGES.test(line)).map((line) => line.split(' --')[0]))
      .toEqual(['az role assignment create', 'az role assignment create']);
  });

  test.each<[string, string[][][]]>([
    ['more', [[[], [...ON_SECRETS, 'Microsoft.KeyVault/vaults/secrets/purge/action']]]],
    ['more beside secrets', [[['*'], ON_SECRETS]]],
    ['less', [[[], ON_SECRETS.slice(1)]]],
    ['the same, but twice', [[[], ON_SECRETS], [[], ON_SECRETS]]],
  ])('a role of Azure that allows %s stops it before anything is made', (_, found) => {
    const { lines, stderr, status } = run(configuration(SETUPS[10][1]).renderSetupCommands(), [
      [SECRETS_ROLE, printed(...found)], SUBSCRIPTION_ROLE,
    ]);

    expect([status, stderr]).toEqual([1, 'The role ZenML secrets in zenml-vault is there, with other permissions\n']);
    expect(lines.filter((line) => CHANGES.test(line))).toEqual([]);
  });

  test('roles that cannot be looked at stop it before anything is made', () => {
    const { lines, status } = run(configuration(SETUPS[10][1]).renderSetupCommands(), [['az role definition list', 'return 3']]);

    expect(status).toBe(3);
    expect(lines.filter((line) => CHANGES.test(line))).toEqual([]);
  });
});

test('a store and its backup are set up by one script, under different names', () => {
  const handoff = configuration(
    gcp(GcpAuthentication.externalAccount(FEDERATION)), azure(AzureAuthentication.implicit({ principalId: ID })),
  );

  expect(handoff.renderSetupCommands().match(/^(#.*|set .*)$/gm)).toEqual(['#!/usr/bin/env bash', 'set -euo pipefail', `# GCP, project ${PROJECT}`, '# Azure, Key Vault zenml-vault']);
  const { resource } = JSON.parse(handoff.renderSetupTerraform());
  expect(Object.keys(resource.google_iam_workload_identity_pool)).toEqual(['zenml_pool']);
  expect(Object.keys(resource.azurerm_role_definition)).toEqual(['zenml_backup_secrets', 'zenml_backup_subscription']);
});

test('stores of one cloud share the types of Terraform\'s resources', () => {
  const backup = SecretsStoreConfiguration.gcp({ projectId: 'my-backup', authentication: GcpAuthentication.externalAccount(FEDERATION) });
  const { resource } = JSON.parse(configuration(SETUPS[1][1], backup).renderSetupTerraform());

  expect(Object.keys(resource.google_project_iam_member)).toEqual([
    'zenml_secrets_creator', 'zenml_secrets_user', 'zenml_backup_secrets_creator', 'zenml_backup_secrets_user',
  ]);
});

test.each([2, 3, 4])('Terraform grants to the pool that it creates, whatever the project number (setup %d)', (index) => {
  const terraform = configuration(SETUPS[index][1]).renderSetupTerraform();
  const { google_project_iam_member: grants, google_service_account_iam_member: impersonations } = JSON.parse(terraform).resource;
  const { member } = impersonations?.zenml_workloadIdentityUser ?? grants.zenml_secrets_user;

  expect(member).toMatch(new RegExp('^principalSet://iam\\.googleapis\\.com/\\$\\{google_iam_workload_identity_pool\\.zenml_pool\\.name\\}'
    + '/attribute\\.aws_role/arn:aws:sts::\\d{12}:assumed-role/[^"/]+$'));
  expect(terraform).not.toContain(FEDERATION.projectNumber);
});

test('only the part outside of AWS is set up', () => {
  const aws = SecretsStoreConfiguration.aws({ region: REGION });

  expect(configuration(aws, SETUPS[9][1]).renderSetupCommands()).toContain('# Azure, Key Vault zenml-vault');
  expect(() => configuration(aws).renderSetupCommands()).toThrow(/^Stack\/Handoff\d+: there is nothing to set up outside of AWS\. Render the setup of a configuration of gcp or azure\.$/);
});

test.each<[string, SecretsStoreConfiguration, string]>([
  ['nobody', gcp(GcpAuthentication.implicit()),
    'authentication "implicit" does not say who is to have the permissions, so that there are no setup commands. '
    + 'Give it serviceAccountEmail.'],
  ['no key', gcp(GcpAuthentication.impersonation(secret, { targetPrincipal: SECRETS })), 'authentication "impersonation" does not say who'],
  ['no user', gcp(GcpAuthentication.userAccount(secret)),
    'authentication "user-account" does not say who is to have the permissions, so that there are no setup commands. '
    + 'Give it userEmail.'],
  ['a token', gcp(GcpAuthentication.externalAccount({ ...FEDERATION, pool: Aws.STACK_NAME })),
    'pool "<AWS.StackName>" is known only to the deployment, so that there are no setup commands. Write the value itself.'],
  ['a role that is a token', gcp(GcpAuthentication.externalAccount({
    ...FEDERATION, workspace: ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, Aws.STACK_ID),
  })), 'workspace "<AWS.StackId>" is known only'],
  ['a project that is a token', SecretsStoreConfiguration.gcp({ projectId: Aws.STACK_NAME, authentication: GcpAuthentication.implicit() }),
    'projectId "<AWS.StackName>" is known only'],
  ['no subscription', azure(AzureAuthentication.servicePrincipal(secret, CLIENT), { subscriptionId: undefined }),
    'authentication "service-principal" and the vault are not described well enough for setup commands. Give subscriptionId.'],
  ['no resource group', azure(AzureAuthentication.implicit({ principalId: ID }), { resourceGroup: undefined }),
    'authentication "implicit" and the vault are not described well enough for setup commands. Give resourceGroup.'],
  ['no principal', azure(AzureAuthentication.implicit()),
    'authentication "implicit" and the vault are not described well enough for setup commands. Give principalId.'],
  ['a vault that is a token', azure(AzureAuthentication.implicit(), { keyVaultName: Aws.STACK_NAME }),
    'keyVaultName "<AWS.StackName>" is known only'],
])('without the values for it (%s) there is a configuration, but no setup', (_, store, message) => {
  const handoff = configuration(store);

  expect(handoff.node.findAll().filter((child) => child instanceof CfnOutput)).toHaveLength(1);
  expect(() => handoff.renderSetupCommands()).toThrow(`: ${message}`);
  expect(() => handoff.renderSetupTerraform()).toThrow(`: ${message}`);
});

describe('should a value ever get past its check', () => {
  test.each(['it\'s', '\'; echo gone; \'', '$(id)', '`id`', 'a"b', 'a\\', 'two\nlines'])('bash takes %j as one argument', (value) => {
    expect(execFileSync('bash', ['-c', `printf %s ${shellQuote(value)}`], { encoding: 'utf8' })).toBe(value);
  });

  test('Terraform does not evaluate it', () => {
    expect(literal('${file("x")} %{if true} $${y} 100% $5')).toBe('$${file("x")} %%{if true} $$${y} 100% $5');
  });
});
