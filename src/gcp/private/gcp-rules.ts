import { Rule } from '../../core/validation';

/*
 * The values also go into shell commands and into Terraform, see setup-scripts.ts. None of these formats allows a quote, a backslash,
 * a space, a dollar sign or a control character.
 */

/** https://cloud.google.com/resource-manager/docs/creating-managing-projects */
export const gcpProjectId = new Rule({
  matches: (value) => /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(value),
  problem: 'is not the id of a GCP project',
}, 'Write its id, such as my-project-123456, neither its name nor its number: 6 to 30 lower-case letters, digits and hyphens');
export const gcpProjectNumber = new Rule({
  matches: (value) => /^[1-9]\d{0,18}$/.test(value),
  problem: 'is not the number of a GCP project',
}, 'Write the digits that gcloud projects describe <project id> --format=\'value(projectNumber)\' prints, as a string');
/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools/create */
const POOL = /^(?!gcp-)[a-z0-9-]{4,32}$/;
const POOL_DESCRIPTION = 'Write 4 to 32 lower-case letters, digits and hyphens, not beginning with gcp-, such as zenml-workspace';
export const gcpPool = new Rule({
  matches: (value) => POOL.test(value),
  problem: 'is not the id of a workload identity pool',
}, POOL_DESCRIPTION);
export const gcpProvider = new Rule({
  matches: (value) => POOL.test(value),
  problem: 'is not the id of a provider of a workload identity pool',
}, POOL_DESCRIPTION);
export const gcpServiceAccount = new Rule({
  matches: (value) => /^[a-z0-9][a-z0-9-]{0,62}@[a-z0-9][a-z0-9.-]{0,100}\.gserviceaccount\.com$/.test(value),
  problem: 'is not the email address of a service account',
}, 'Write it whole, such as zenml-secrets@my-project-123456.iam.gserviceaccount.com');
export const userEmail = new Rule({
  matches: (value) => /^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/.test(value),
  problem: 'is not the email address of a user',
}, 'Write it such as jane@example.com');
