import { IConstruct } from 'constructs';
import { GcpFederation, GcpIdentity } from './gcp-identity';
import { command, exitUnless, refuseTokens, Setup, shellQuote } from '../../core/script-text';
import { expression, literal, TerraformResource } from '../../core/terraform';
import { invalid } from '../../core/validation';
import { GcpConfigurationOptions } from '../gcp-configuration-options';

/** ZenML's calls on secrets of its own. To create one is asked of the project, of which a condition on names knows nothing. */
const PERMISSIONS = [
  'secretmanager.secrets.get', 'secretmanager.secrets.update', 'secretmanager.secrets.delete',
  'secretmanager.versions.add', 'secretmanager.versions.access',
];
const CREATION = ['secretmanager.secrets.create'];

/** The name of a version begins with that of its secret. https://cloud.google.com/iam/docs/conditions-resource-attributes */
const NAMES_OF_ZENML = 'resource.name.extract("/secrets/{name}").startsWith("zenml-")';

/*
 * As the AWS provider maps them by default, but for the subject: Google takes at most 127 bytes, and an ARN with a session may be longer.
 * https://cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds
 */
const SUBJECT = 'assertion.arn.extract("assumed-role/{role}/")';
const AWS_ROLE = 'assertion.arn.extract("{account_arn}assumed-role/") + "assumed-role/" + assertion.arn.extract("assumed-role/{role}/")';

const APIS = ['secretmanager', 'iam', 'iamcredentials', 'sts'].map((api) => `${api}.googleapis.com`);

const IN_IAM = 'principalSet://iam.googleapis.com/';
const ATTRIBUTE = '/attribute.aws_role/';

/** Who gets the permissions, or undefined where the authentication does not say. */
function memberOf({ serviceAccount, user, federation }: GcpIdentity): string | undefined {
  if (serviceAccount !== undefined) {
    return `serviceAccount:${serviceAccount}`;
  }
  return federation === undefined ? user && `user:${user}` : principalSet(federation);
}

function principalSet(federation: GcpFederation): string {
  const { projectNumber, pool: id } = federation;
  return `${IN_IAM}projects/${projectNumber}/locations/global/workloadIdentityPools/${id}${ATTRIBUTE}${sessionsOf(federation).role}`;
}

/** The same in Terraform, of the pool that is made there: with a wrong project number, the pool of a stranger gets no permissions. */
function principalSetOfResource(label: string, federation: GcpFederation): string {
  return IN_IAM + expression(`google_iam_workload_identity_pool.${label}_pool.name`) + ATTRIBUTE + literal(sessionsOf(federation).role);
}

/** What STS calls the sessions of the role. It leaves out the path. */
function sessionsOf({ roleArn }: GcpFederation) {
  // Before a look-up there is only its placeholder.
  const [, , , , account = roleArn, resource = roleArn] = roleArn.split(':');
  return { account, role: `arn:aws:sts::${account}:assumed-role/${resource.split('/').pop()}` };
}

/** The part of the email address before the `@`, of a service account that belongs to the project and so is created with it. */
function accountIdOf(email: string | undefined, project: string): string | undefined {
  const [name, domain] = email?.split('@') ?? [];
  return domain === `${project}.iam.gserviceaccount.com` ? name : undefined;
}

/** @param label What the names of all that is made begin with. */
export function gcpSetup(scope: IConstruct, label: string, { projectId, authentication }: GcpConfigurationOptions): Setup {
  const { _identity: identity, _values: values, _method: method, _identityOption: option } = authentication;
  refuseTokens(scope, [['projectId', projectId], ...values]);
  const member = memberOf(identity);
  if (member === undefined) {
    throw invalid(scope, 'authentication', method, 'does not say who is to have the permissions, so that there are no setup commands',
      `Give it ${option}`);
  }
  return { commands: commands(label, projectId, identity, member), terraform: terraform(label, projectId, identity) };
}

function commands(label: string, project: string, identity: GcpIdentity, member: string): string[] {
  const { serviceAccount, impersonator, federation } = identity;
  const inProject = `--project=${shellQuote(project)}`;
  const account = (email: string | undefined) => {
    const name = accountIdOf(email, project);
    return name === undefined ? [] : [
      `gcloud iam service-accounts describe ${shellQuote(email!)} ${inProject} > /dev/null 2>&1 \\
  || gcloud iam service-accounts create ${shellQuote(name)} ${inProject}`,
    ];
  };
  const describeRole = (id: string, permissions: string[]) => [
    `${id}=$(gcloud iam roles describe ${id} ${inProject} --format='value(includedPermissions)' 2> /dev/null \\
  | tr ';' '\\n' | LC_ALL=C sort | paste -sd, -) || true`,
    exitUnless(`test -z "$${id}" || test "$${id}" = ${shellQuote([...permissions].sort().join(','))}`,
      `The role ${id} of project ${project} is there, with other permissions`),
  ];
  // Not described again: what is granted was described before, or is new.
  const role = (id: string, title: string, permissions: string[]) => `test -n "$${id}" \\
  || gcloud iam roles create ${id} ${inProject} --title=${shellQuote(title)} --stage=GA \\
    --permissions=${permissions.join(',')}`;
  const grant = (id: string, condition: string) => command(`gcloud projects add-iam-policy-binding ${shellQuote(project)}`,
    `--member=${shellQuote(member)}`, `--role=${shellQuote(`projects/${project}/roles/${id}`)}`, `--condition=${condition}`);
  const grantImpersonation = (to: string, iamRole: string) => command(
    `gcloud iam service-accounts add-iam-policy-binding ${shellQuote(serviceAccount!)} ${inProject}`,
    `--member=${shellQuote(to)}`, `--role=roles/iam.${iamRole}`,
  );

  return [
    `# GCP, project ${project}`,
    ...(federation === undefined ? [] : [exitUnless(
      `test "$(gcloud projects describe ${shellQuote(project)} --format='value(projectNumber)')" = ${shellQuote(federation.projectNumber)}`,
      `${federation.projectNumber} is not the number of project ${project}`,
    )]),
    ...describeRole(`${label}_secrets_creator`, CREATION),
    ...describeRole(`${label}_secrets_user`, PERMISSIONS),
    command(`gcloud services enable ${APIS.join(' ')}`, inProject),
    ...account(serviceAccount),
    ...account(impersonator),
    ...(federation === undefined ? [] : [pool(federation, inProject)]),
    role(`${label}_secrets_creator`, 'ZenML: create secrets', CREATION),
    role(`${label}_secrets_user`, 'ZenML: use its secrets', PERMISSIONS),
    grant(`${label}_secrets_creator`, 'None'),
    grant(`${label}_secrets_user`, shellQuote(`title=${label}_secrets,expression=${NAMES_OF_ZENML}`)),
    ...(serviceAccount !== undefined && federation !== undefined
      ? [grantImpersonation(principalSet(federation), 'workloadIdentityUser')] : []),
    ...(impersonator === undefined ? [] : [grantImpersonation(`serviceAccount:${impersonator}`, 'serviceAccountTokenCreator')]),
    // Last, since it is what cannot be done twice: a script that failed before can be run again.
    ...(federation === undefined ? [] : [provider(federation, inProject)]),
  ];
}

function pool({ pool: id }: GcpFederation, inProject: string): string {
  return `gcloud iam workload-identity-pools describe ${shellQuote(id)} ${inProject} --location=global > /dev/null 2>&1 \\
  || gcloud iam workload-identity-pools create ${shellQuote(id)} ${inProject} --location=global`;
}

/** Never one that is there: it may let others in, and others may need it as it is. */
function provider(federation: GcpFederation, inProject: string): string {
  const { account, role } = sessionsOf(federation);
  return command(
    `gcloud iam workload-identity-pools providers create-aws ${shellQuote(federation.provider)} ${inProject} --location=global`,
    `--workload-identity-pool=${shellQuote(federation.pool)}`, `--account-id=${shellQuote(account)}`,
    `--attribute-mapping=${shellQuote(`google.subject=${SUBJECT},attribute.aws_role=${AWS_ROLE}`)}`,
    `--attribute-condition=${shellQuote(`assertion.arn.startsWith("${role}/")`)}`,
  );
}

function terraform(label: string, project: string, { serviceAccount, user, impersonator, federation }: GcpIdentity): TerraformResource[] {
  const inProject = { project: literal(project) };
  const afterApis = { depends_on: [`google_project_service.${label}`] };
  const account = (id: string, email: string | undefined): TerraformResource[] => {
    const name = accountIdOf(email, project);
    return name === undefined ? [] : [['google_service_account', id, { ...inProject, account_id: literal(name), ...afterApis }]];
  };
  const memberBy = (id: string, email: string) => (
    accountIdOf(email, project) === undefined ? literal(`serviceAccount:${email}`) : expression(`google_service_account.${id}.member`)
  );
  const role = (id: string, title: string, permissions: string[]): TerraformResource => (
    ['google_project_iam_custom_role', id, { ...inProject, role_id: id, title, permissions, ...afterApis }]
  );
  const ownMember = federation === undefined ? literal(`user:${user}`) : principalSetOfResource(label, federation);
  const member = serviceAccount === undefined ? ownMember : memberBy(`${label}_secrets`, serviceAccount);
  const grant = (id: string, condition = {}): TerraformResource => (
    ['google_project_iam_member', id, { ...inProject, role: expression(`google_project_iam_custom_role.${id}.name`), member, ...condition }]
  );
  const accountName = accountIdOf(serviceAccount, project) === undefined
    ? literal(`projects/-/serviceAccounts/${serviceAccount}`) : expression(`google_service_account.${label}_secrets.name`);
  const grantImpersonation = (to: string, iamRole: string): TerraformResource => [
    'google_service_account_iam_member', `${label}_${iamRole}`,
    { service_account_id: accountName, role: `roles/iam.${iamRole}`, member: to },
  ];

  return [
    ['google_project_service', label, {
      for_each: expression(`toset(${JSON.stringify(APIS)})`), ...inProject, service: expression('each.value'), disable_on_destroy: false,
    }],
    ...account(`${label}_secrets`, serviceAccount),
    ...account(`${label}_impersonator`, impersonator),
    ...(federation === undefined ? [] : federateByTerraform(label, federation, inProject, afterApis)),
    role(`${label}_secrets_creator`, 'ZenML: create secrets', CREATION),
    role(`${label}_secrets_user`, 'ZenML: use its secrets', PERMISSIONS),
    grant(`${label}_secrets_creator`),
    grant(`${label}_secrets_user`, { condition: { title: `${label}_secrets`, expression: literal(NAMES_OF_ZENML) } }),
    ...(serviceAccount !== undefined && federation !== undefined
      ? [grantImpersonation(principalSetOfResource(label, federation), 'workloadIdentityUser')] : []),
    ...(impersonator === undefined
      ? [] : [grantImpersonation(memberBy(`${label}_impersonator`, impersonator), 'serviceAccountTokenCreator')]),
  ];
}

function federateByTerraform(label: string, federation: GcpFederation, inProject: object, afterApis: object): TerraformResource[] {
  const { account, role } = sessionsOf(federation);
  return [
    ['google_iam_workload_identity_pool', `${label}_pool`, {
      ...inProject, workload_identity_pool_id: literal(federation.pool), ...afterApis,
    }],
    ['google_iam_workload_identity_pool_provider', `${label}_aws`, {
      ...inProject,
      workload_identity_pool_id: expression(`google_iam_workload_identity_pool.${label}_pool.workload_identity_pool_id`),
      workload_identity_pool_provider_id: literal(federation.provider),
      attribute_condition: literal(`assertion.arn.startsWith("${role}/")`),
      attribute_mapping: { 'google.subject': literal(SUBJECT), 'attribute.aws_role': literal(AWS_ROLE) },
      aws: { account_id: literal(account) },
    }],
  ];
}
