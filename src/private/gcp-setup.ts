import { IConstruct } from 'constructs';
import { block, command, demand, inner, list, refuseTokens, Setup, text, word } from './setup';
import { invalid } from './validation';
import { GcpConfigurationOptions } from '../gcp/gcp-configuration-options';

/** How a workspace is known in GCP. */
export interface GcpIdentity {
  /** The service account that has the permissions, in its own name or lent. */
  readonly serviceAccount?: string;
  /** The user that has them. */
  readonly user?: string;
  /** The service account that may borrow those of `serviceAccount`. */
  readonly borrower?: string;
  readonly federation?: GcpFederation;
}

export interface GcpFederation {
  readonly projectNumber: string;
  readonly pool: string;
  readonly provider: string;
  /** The AWS role of the workspace. */
  readonly roleArn: string;
}

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

/** Who gets the permissions, or undefined where the authentication does not say. */
function memberOf({ serviceAccount, user, federation }: GcpIdentity): string | undefined {
  if (serviceAccount !== undefined) {
    return `serviceAccount:${serviceAccount}`;
  }
  return federation === undefined ? user && `user:${user}` : principalSet(federation);
}

function principalSet(federation: GcpFederation): string {
  const { projectNumber, pool } = federation;
  return `principalSet://iam.googleapis.com/projects/${projectNumber}/locations/global/workloadIdentityPools/${pool}/attribute.aws_role/${sessionsOf(federation).role}`;
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
  return { commands: commands(label, projectId, identity, member), terraform: terraform(label, projectId, identity, member) };
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
  const role = (id: string, title: string, permissions: string[]) => `gcloud iam roles describe ${id} ${inProject} > /dev/null 2>&1 \\
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
    command('gcloud services enable secretmanager.googleapis.com iam.googleapis.com iamcredentials.googleapis.com sts.googleapis.com', inProject),
    ...account(serviceAccount),
    ...account(borrower),
    ...(federation === undefined ? [] : federate(federation, inProject)),
    role(`${label}_secrets_creator`, 'ZenML: create secrets', CREATION),
    role(`${label}_secrets_user`, 'ZenML: use its secrets', PERMISSIONS),
    grant(`${label}_secrets_creator`, 'None'),
    grant(`${label}_secrets_user`, word(`title=${label}_secrets,expression=${NAMES_OF_ZENML}`)),
    ...(serviceAccount !== undefined && federation !== undefined ? [lend(principalSet(federation), 'workloadIdentityUser')] : []),
    ...(borrower === undefined ? [] : [lend(`serviceAccount:${borrower}`, 'serviceAccountTokenCreator')]),
  ];
}

function federate(federation: GcpFederation, inProject: string): string[] {
  const { pool, provider } = federation;
  const { account, role } = sessionsOf(federation);
  return [
    `gcloud iam workload-identity-pools describe ${word(pool)} ${inProject} --location=global > /dev/null 2>&1 \\
  || gcloud iam workload-identity-pools create ${word(pool)} ${inProject} --location=global`,
    // Not one that is there: it may let others in, and others may need it as it is.
    command(`gcloud iam workload-identity-pools providers create-aws ${word(provider)} ${inProject} --location=global`,
      `--workload-identity-pool=${word(pool)}`, `--account-id=${word(account)}`,
      `--attribute-mapping=${word(`google.subject=${SUBJECT},attribute.aws_role=${AWS_ROLE}`)}`,
      `--attribute-condition=${word(`assertion.arn.startsWith("${role}/")`)}`),
  ];
}

function terraform(label: string, project: string, { serviceAccount, borrower, federation }: GcpIdentity, member: string): string[] {
  const inProject = ['project', text(project)] as const;
  const account = (id: string, email: string | undefined) => {
    const name = ownName(email, project);
    return name === undefined ? [] : [block(`resource "google_service_account" "${id}"`, [inProject, ['account_id', text(name)]])];
  };
  const role = (id: string, title: string, permissions: string[]) => block(`resource "google_project_iam_custom_role" "${id}"`,
    [inProject, ['role_id', text(id)], ['title', text(title)]], [`permissions = ${list(permissions)}`]);
  // The account is named by its address, which tells Terraform nothing of the order.
  const order = ownName(serviceAccount, project) === undefined ? [] : [`depends_on = [google_service_account.${label}_secrets]`];
  const after = order.concat(federation === undefined || order.length > 0 ? [] : [`depends_on = [google_iam_workload_identity_pool_provider.${label}_aws]`]);
  const grant = (id: string, longer: string[] = []) => block(`resource "google_project_iam_member" "${id}"`,
    [inProject, ['role', `google_project_iam_custom_role.${id}.name`], ['member', text(member)]], [...longer, ...after]);
  const accountId = ownName(serviceAccount, project) === undefined
    ? text(`projects/-/serviceAccounts/${serviceAccount}`) : `google_service_account.${label}_secrets.name`;
  const lend = (to: string, how: string, depends: string[]) => block(`resource "google_service_account_iam_member" "${label}_${how}"`,
    [['service_account_id', accountId], ['role', text(`roles/iam.${how}`)], ['member', text(to)]], depends);

  return [
    ...account(`${label}_secrets`, serviceAccount),
    ...account(`${label}_borrower`, borrower),
    ...(federation === undefined ? [] : federateByTerraform(label, federation, inProject)),
    role(`${label}_secrets_creator`, 'ZenML: create secrets', CREATION),
    role(`${label}_secrets_user`, 'ZenML: use its secrets', PERMISSIONS),
    grant(`${label}_secrets_creator`),
    grant(`${label}_secrets_user`, [inner('condition', [['title', text(`${label}_secrets`)], ['expression', text(NAMES_OF_ZENML)]])]),
    ...(serviceAccount !== undefined && federation !== undefined
      ? [lend(principalSet(federation), 'workloadIdentityUser', [`depends_on = [google_iam_workload_identity_pool_provider.${label}_aws]`])] : []),
    ...(borrower === undefined ? []
      : [lend(`serviceAccount:${borrower}`, 'serviceAccountTokenCreator',
        ownName(borrower, project) === undefined ? [] : [`depends_on = [google_service_account.${label}_borrower]`])]),
  ];
}

function federateByTerraform(label: string, federation: GcpFederation, inProject: readonly [string, string]): string[] {
  const { account, role } = sessionsOf(federation);
  return [
    block(`resource "google_iam_workload_identity_pool" "${label}_pool"`, [inProject, ['workload_identity_pool_id', text(federation.pool)]]),
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
