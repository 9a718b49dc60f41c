import { Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';
import * as formats from './formats';
import { Format, RESERVED } from './formats';

/**
 * Every refusal of this library reads the same: where (the construct's path), what was given, and what to write instead.
 *
 * A plain `Error`, because the `ValidationError` of aws-cdk-lib is not part of its public API.
 */
export function invalid(scope: IConstruct, prop: string, value: unknown, problem: string, instead: string): Error {
  return new Error(`${scope.node.path}: ${prop} ${legible(JSON.stringify(value))} ${problem}. ${instead}.`);
}

/** A token within a text, such as the region of a stack without one, is shown as <AWS.Region>. */
function legible(text: string): string {
  return text.replace(/\$\{Token\[([^\]]*)\.\d+\]\}/g, '<$1>');
}

/** A rule for a string whose value may also be known only at deployment, in which case it passes unchecked. */
export class Rule {
  /** @param instead What to write instead. */
  constructor(private readonly format: Format, private readonly instead: string) {}

  public check(scope: IConstruct, prop: string, value: string) {
    if (!Token.isUnresolved(value) && !this.format.matches(value)) {
      throw invalid(scope, prop, value, this.format.problem, this.instead);
    }
  }
}

/** Upper case never reaches this rule: whoever holds a UUID has lowered it, see {@link lowerCase}. */
export const uuid = new Rule(formats.uuid, 'Copy the id from the workspace\'s settings in ZenML Pro; it looks like 123e4567-e89b-12d3-a456-426614174000');
export const roleArn = new Rule(
  formats.roleArn,
  'Write the ARN of the role itself, such as arn:aws:iam::111122223333:role/zenml-pod: not of a session, a user or a whole account, and without wildcards',
);
export const region = new Rule(formats.region, 'Write the region\'s code, such as eu-central-1, or leave it out for the region of the stack');

export const accountId = new Rule({
  matches: (value) => /^\d{12}$/.test(value),
  problem: 'is not an AWS account id',
}, 'Write its 12 digits as a string, leading zeros included, such as \'012345678901\'');

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
export const roleName = new Rule({
  matches: (value) => /^[\w+=,.@-]{1,64}$/.test(value),
  problem: 'is not a name that IAM accepts',
}, 'Use 1 to 64 letters, digits and characters of _+=,.@- (a path goes into rolePath), or leave roleName out');

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const rolePath = new Rule({
  matches: (value) => /^(?=.{1,512}$)\/([\x21-\x7e]*[\x21-\x2e\x30-\x7e]\/)?$/.test(value),
  problem: 'is not a path that IAM accepts',
}, 'Begin and end it with a slash, such as /zenml/, in at most 512 printable characters');

export const namespace = new Rule({
  matches: (value) => new RegExp(`^${formats.SEGMENT}(/${formats.SEGMENT})*$`).test(value),
  problem: 'is not a namespace of Vault',
}, 'Write its whole path without a slash at either end, such as admin/zenml');

const SEGMENT_DESCRIPTION = 'letters, digits and ._- without a slash';

export const authMount = new Rule(
  formats.authMount,
  `Write it as it follows auth/ in Vault, such as aws: ${SEGMENT_DESCRIPTION}, and none of ${RESERVED.join(', ')}, token`,
);
export const kvMount = new Rule(formats.kvMount, `Write ${SEGMENT_DESCRIPTION}, such as zenml-secrets, and none of ${RESERVED.join(', ')}`);
export const vaultName = new Rule(formats.vaultName, `Write ${SEGMENT_DESCRIPTION}, such as zenml-production, and neither root nor default`);
export const headerValue = new Rule(
  formats.headerValue,
  'Write at most 256 letters, digits and ._:/@=- such as vault.example.com, or an empty string for none',
);
export const cidr = new Rule(formats.cidr, 'Write it such as 10.0.0.0/8 or 2001:db8::/32');

const ORIGIN_DESCRIPTION = 'Write scheme, host and port only, such as https://vault.example.com:8200: without a path, credentials or a query';
export const anyOrigin = new Rule(formats.anyOrigin, ORIGIN_DESCRIPTION);
export const secureOrigin = new Rule({
  matches: (value) => value.startsWith('https:') && formats.anyOrigin.matches(value),
  problem: 'is not an https address of a server',
}, ORIGIN_DESCRIPTION);

/** It stands in a dynamic reference, between colons. */
export const secretField = new Rule({
  matches: (value) => /^[A-Za-z0-9_./@-]{1,256}$/.test(value),
  problem: 'is not a field that a dynamic reference can name',
}, 'Write the name of a field of the secret\'s JSON, in letters, digits and _./@-');
/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
export const versionId = new Rule({
  matches: (value) => /^[A-Za-z0-9-]{32,64}$/.test(value),
  problem: 'is not the id of a version of a secret',
}, 'Copy it from aws secretsmanager list-secret-version-ids, or leave it out for the current one');

/*
 * What follows also goes into commands of a shell and into HCL, see setup.ts. None of these forms lets a quote, a backslash, a space, a dollar or a
 * control character pass.
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
export const gcpPool = new Rule({ matches: (value) => POOL.test(value), problem: 'is not the id of a workload identity pool' }, POOL_DESCRIPTION);
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

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftkeyvault */
export const keyVaultName = new Rule({
  matches: (value) => /^(?!.*--)[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$/.test(value),
  problem: 'is not the name of an Azure Key Vault',
}, 'Write the name alone, without https:// and .vault.azure.net: 3 to 24 letters, digits and single hyphens, beginning with a letter');
export const azureId = new Rule({
  matches: (value) => /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/.test(value),
  problem: 'is not an id of Azure',
}, 'Write it as az prints it, such as 123e4567-e89b-12d3-a456-426614174000');
/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources */
export const azureResourceGroup = new Rule({
  matches: (value) => /^[A-Za-z0-9_().-]{0,89}[A-Za-z0-9_()-]$/.test(value),
  problem: 'is not the name of a resource group',
}, 'Write its name alone: 1 to 90 letters, digits and _().- without a period at the end');
export const azureStorageAccount = new Rule({
  matches: (value) => /^[a-z0-9]{3,24}$/.test(value),
  problem: 'is not the name of a storage account',
}, 'Write its name alone: 3 to 24 lower-case letters and digits');

/** The name of an option, what it was given, and what that must look like. */
export type Check = readonly [option: string, value: string | undefined, rule: Rule];

export function checkAll(scope: IConstruct, checks: readonly Check[]) {
  for (const [option, value, rule] of checks) {
    if (value !== undefined) {
      rule.check(scope, option, value);
    }
  }
}

/** ZenML writes UUIDs in lower case, and IAM compares names and tags by case. */
export function lowerCase(id: string): string {
  return Token.isUnresolved(id) ? id : id.toLowerCase();
}

/** The partition of a region, or undefined where it is not known before the deployment. */
export function partitionOf(regionCode: string): string | undefined {
  return Token.isUnresolved(regionCode) ? undefined : RegionInfo.get(regionCode).partition;
}
