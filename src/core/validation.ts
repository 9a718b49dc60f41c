import { Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';
import * as formats from './formats';
import { Format } from './formats';
import { isKnown, isPlaceholder, standInId } from './lookups';

/** A construct, or the name of a function that is called outside of any, such as `ZenmlWorkspace.fromId`. */
export type Place = IConstruct | string;

/**
 * Every refusal of this library reads the same: where (the path of the construct, or a function), what was given, and what to write
 * instead.
 *
 * A plain `Error`, because the `ValidationError` of aws-cdk-lib is not part of its public API.
 */
export function invalid(place: Place, prop: string, value: unknown, problem: string, instead: string): Error {
  return refusal(place, `${prop} ${display(value)}`, problem, instead);
}

/** The same, where the value is not to be shown as it is. */
export function refusal(place: Place, what: string, problem: string, instead: string): Error {
  return new Error(`${typeof place === 'string' ? place : place.node.path}: ${what} ${problem}. ${instead}.`);
}

function display(value: unknown): string {
  const isObject = typeof value === 'function' || (typeof value === 'object' && value !== null);
  // What is in an object may be secret, or refer to itself.
  return isObject ? `of class ${value.constructor?.name ?? 'Object'}` : displayTokens(JSON.stringify(value) ?? 'undefined');
}

/** Shows a token within a text, such as the region of a stack without one, as <AWS.Region>. */
function displayTokens(text: string): string {
  return text.replace(/\$\{Token\[([^\]]*)\.\d+\]\}/g, '<$1>');
}

/** A rule for a string whose value may also be known only after a look-up or at deployment, in which case it passes unchecked. */
export class Rule {
  /** @param instead What to write instead. */
  constructor(private readonly format: Format, public readonly instead: string) {}

  public check(scope: IConstruct, prop: string, value: string) {
    if (isKnown(value) && !this.format.matches(value)) {
      throw invalid(scope, prop, value, formats.problemOf(this.format, value), this.instead);
    }
  }
}

/** Upper case never reaches this rule: callers lower a UUID first, see {@link lowerCase}. */
export const uuid = new Rule(
  formats.uuid,
  'Copy the id from the workspace\'s settings in ZenML Pro; it looks like 123e4567-e89b-12d3-a456-426614174000',
);
export const roleArn = new Rule(
  formats.roleArn,
  'Write the ARN of the role itself, such as arn:aws:iam::111122223333:role/zenml-pod: '
  + 'not of a session, a user or a whole account, and without wildcards',
);
export const region = new Rule(
  formats.region,
  'Write the region\'s code, such as eu-central-1, or leave it out for the region of the stack',
);

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
  return Token.isUnresolved(id) ? id : isPlaceholder(id) ? standInId(id) : id.toLowerCase();
}

/** Whether an account has to enable the region first: all that came since 2019, and so a region that CDK does not know yet. */
export function isOptInRegion(regionCode: string): boolean {
  const isNew = !RegionInfo.regions.some(({ name }) => name === regionCode);
  return !Token.isUnresolved(regionCode) && (isNew || RegionInfo.get(regionCode).isOptInRegion);
}

/** The partition of a region, or undefined where it is not known before the deployment. */
export function partitionOf(regionCode: string): string | undefined {
  return Token.isUnresolved(regionCode) ? undefined : RegionInfo.get(regionCode).partition;
}
