import { IConstruct } from 'constructs';
import { GcpFederation, GcpIdentity } from './gcp-identity';
import { block, command, demand, inner, list, refuseTokens, Setup, text, word } from '../../core/script-text';
import { invalid } from '../../core/validation';
import { GcpConfigurationOptions } from '../gcp-configuration-options';

/** ZenML's calls on secrets of its own. To create one is asked of the project, of which a condition on names knows nothing. */
const PERMISSIONS = [
  'secretmanager.secrets.get', 'secretmanager.secrets.update', 'secretmanager.secrets.delete', 'secretmanager.versions.add', 'secretmanager.versions.access',
];
const CREATION = ['secretmanager.secrets.create'];

/** The name of a version begins with that of its secret. https://cloud.google.com/iam/docs/conditions-resource-attributes */
const NAMES_OF_ZENML = 'resource.name.extract("/secrets/{name}").startsWith("zenml-")';

/*
 * As the AWS provider maps them by default, but for the subject: Google takes no more than 127 bytes, and an ARN with a session may be longer.
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

/** The same in HCL, of the pool that is made there: a wrong number of a project cannot let in those of a stranger's pool. */
function principalSetOf(label: string, federation: GcpFederation): string {
  return `"${IN_IAM}\${google_iam_workload_identity_pool.${label}_pool.name}${ATTRIBUTE}${text(sessionsOf(federation).role).slice(1)}`;
}

/** What STS calls the sessions of the role. It leaves out the path. */
function sessionsOf({ roleArn }: GcpFederation) {
  const [, , , , account, resource] = roleArn.split(':');
  return { account, role: `arn:aws:sts::${account}:assumed-role/${resource.split('/').pop()}` };
}

/** The name of a service account that belongs to the project, and so is made with it. */
function ownName(email: string | undefined, project: string): string | undefined {
  const [name, domain] = email?.split('@') ?? [];
  return domain === `${project}.iam.gserviceaccount.com` ? name : undefined;
}

/** @param label What the names of all that is made begin with. */
export function gcpSetup(scope: IConstruct, label: string, { projectId, authentication }: GcpConfigurationOptions): Setup {
  const { _identity: identity, _values: values, _method: method, _identityOption: option } = authentication;
  refuseTokens(scope, [['projectId', projectId], ...values]);
  const member = memberOf(identity);
  if (member === undefined) {
    throw invalid(scope, 'authentication', method, 'does not say who is to have the permissions, so that there are no setup commands', `Give it ${option}`);
  }
  return { commands: commands(label, projectId, identity, member), terraform: terraform(label, projectId, identity) };
}

function commands(label: string, project: string, identity: GcpIdentity, member: string): string[] {
  const { serviceAccount, borrower, federation } = identity;
  const inProject = `--project=${word(project)}`;
  const account = (email: string | undefined) => {
    const name = ownName(email, project);
    return name === undefined ? [] : [
      `gcloud iam service-accounts describe ${word(email!)} ${inProject} > /dev/null 2>&1 \\\n  || gcloud iam service-accounts create ${word(name)} ${inProject}`,
    ];
  };
  const look = (id: string, permissions: string[]) => [
    `${id}=$(gcloud iam roles describe ${id} ${inProject} --format='value(includedPermissions)' 2> /dev/null | tr ';' '\\n' | LC_ALL=C sort | paste -sd, -) || true`,
    demand(`test -z "$${id}" || test "$${id}" = ${word([...permissions].sort().join(','))}`, `The role ${id} of project ${project} is there, with other permissions`),
  ];
  // Not described again: what is granted is what was looked at, or new.
  const role = (id: string, title: string, permissions: string[]) => `test -n "$${id}" \\
  || gcloud iam roles create ${id} ${inProject} --title=${word(title)} --stage=GA \\
    --permissions=${permissions.join(',')}`;
  const grant = (id: string, condition: string) => command(`gcloud projects add-iam-policy-binding ${word(project)}`,
    `--member=${word(member)}`, `--role=${word(`projects/${project}/roles/${id}`)}`, `--condition=${condition}`);
  const lend = (to: string, how: string) => command(`gcloud iam service-accounts add-iam-policy-binding ${word(serviceAccount!)} ${inProject}`,
    `--member=${word(to)}`, `--role=roles/iam.${how}`);

  return [
    `# GCP, project ${project}`,
    ...(federation === undefined ? [] : [demand(
      `test "$(gcloud projects describe ${word(project)} --format='value(projectNumber)')" = ${word(federation.projectNumber)}`,
      `${federation.projectNumber} is not the number of project ${project}`,
    )]),
    ...look(`${label}_secrets_creator`, CREATION),
    ...look(`${label}_secrets_user`, PERMISSIONS),
    command(`gcloud services enable ${APIS.join(' ')}`, inProject),
    ...account(serviceAccount),
    ...account(borrower),
    ...(federation === undefined ? [] : [pool(federation, inProject)]),
    role(`${label}_secrets_creator`, 'ZenML: create secrets', CREATION),
    role(`${label}_secrets_user`, 'ZenML: use its secrets', PERMISSIONS),
    grant(`${label}_secrets_creator`, 'None'),
    grant(`${label}_secrets_user`, word(`title=${label}_secrets,expression=${NAMES_OF_ZENML}`)),
    ...(serviceAccount !== undefined && federation !== undefined ? [lend(principalSet(federation), 'workloadIdentityUser')] : []),
    ...(borrower === undefined ? [] : [lend(`serviceAccount:${borrower}`, 'serviceAccountTokenCreator')]),
    // Last, since it is what cannot be done twice: a script that failed before can be run again.
    ...(federation === undefined ? [] : [provider(federation, inProject)]),
  ];
}

function pool({ pool: id }: GcpFederation, inProject: string): string {
  return `gcloud iam workload-identity-pools describe ${word(id)} ${inProject} --location=global > /dev/null 2>&1 \\
  || gcloud iam workload-identity-pools create ${word(id)} ${inProject} --location=global`;
}

/** Never one that is there: it may let others in, and others may need it as it is. */
function provider(federation: GcpFederation, inProject: string): string {
  const { account, role } = sessionsOf(federation);
  return command(`gcloud iam workload-identity-pools providers create-aws ${word(federation.provider)} ${inProject} --location=global`,
    `--workload-identity-pool=${word(federation.pool)}`, `--account-id=${word(account)}`,
    `--attribute-mapping=${word(`google.subject=${SUBJECT},attribute.aws_role=${AWS_ROLE}`)}`,
    `--attribute-condition=${word(`assertion.arn.startsWith("${role}/")`)}`);
}

function terraform(label: string, project: string, { serviceAccount, user, borrower, federation }: GcpIdentity): string[] {
  const inProject = ['project', text(project)] as const;
  const afterApis = `depends_on = [google_project_service.${label}]`;
  const account = (id: string, email: string | undefined) => {
    const name = ownName(email, project);
    return name === undefined ? [] : [block(`resource "google_service_account" "${id}"`, [inProject, ['account_id', text(name)]], [afterApis])];
  };
  const memberBy = (id: string, email: string) => (
    ownName(email, project) === undefined ? text(`serviceAccount:${email}`) : `google_service_account.${id}.member`
  );
  const role = (id: string, title: string, permissions: string[]) => block(`resource "google_project_iam_custom_role" "${id}"`,
    [inProject, ['role_id', text(id)], ['title', text(title)]], [`permissions = ${list(permissions)}`, afterApis]);
  const ownMember = federation === undefined ? text(`user:${user}`) : principalSetOf(label, federation);
  const member = serviceAccount === undefined ? ownMember : memberBy(`${label}_secrets`, serviceAccount);
  const grant = (id: string, longer: string[] = []) => block(`resource "google_project_iam_member" "${id}"`,
    [inProject, ['role', `google_project_iam_custom_role.${id}.name`], ['member', member]], longer);
  const accountId = ownName(serviceAccount, project) === undefined
    ? text(`projects/-/serviceAccounts/${serviceAccount}`) : `google_service_account.${label}_secrets.name`;
  const lend = (to: string, how: string) => block(`resource "google_service_account_iam_member" "${label}_${how}"`,
    [['service_account_id', accountId], ['role', text(`roles/iam.${how}`)], ['member', to]]);

  return [
    block(`resource "google_project_service" "${label}"`, [inProject, ['service', 'each.value'], ['disable_on_destroy', 'false']],
      [`for_each = toset(${list(APIS)})`]),
    ...account(`${label}_secrets`, serviceAccount),
    ...account(`${label}_borrower`, borrower),
    ...(federation === undefined ? [] : federateByTerraform(label, federation, inProject, afterApis)),
    role(`${label}_secrets_creator`, 'ZenML: create secrets', CREATION),
    role(`${label}_secrets_user`, 'ZenML: use its secrets', PERMISSIONS),
    grant(`${label}_secrets_creator`),
    grant(`${label}_secrets_user`, [inner('condition', [['title', text(`${label}_secrets`)], ['expression', text(NAMES_OF_ZENML)]])]),
    ...(serviceAccount !== undefined && federation !== undefined ? [lend(principalSetOf(label, federation), 'workloadIdentityUser')] : []),
    ...(borrower === undefined ? [] : [lend(memberBy(`${label}_borrower`, borrower), 'serviceAccountTokenCreator')]),
  ];
}

function federateByTerraform(label: string, federation: GcpFederation, inProject: readonly [string, string], afterApis: string): string[] {
  const { account, role } = sessionsOf(federation);
  return [
    block(`resource "google_iam_workload_identity_pool" "${label}_pool"`, [inProject, ['workload_identity_pool_id', text(federation.pool)]], [afterApis]),
    block(`resource "google_iam_workload_identity_pool_provider" "${label}_aws"`, [
      inProject,
      ['workload_identity_pool_id', `google_iam_workload_identity_pool.${label}_pool.workload_identity_pool_id`],
      ['workload_identity_pool_provider_id', text(federation.provider)],
      ['attribute_condition', text(`assertion.arn.startsWith("${role}/")`)],
    ], [
      inner('attribute_mapping =', [['"google.subject"', text(SUBJECT)], ['"attribute.aws_role"', text(AWS_ROLE)]]),
      inner('aws', [['account_id', text(account)]]),
    ]),
  ];
}
