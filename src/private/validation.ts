import { Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';

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
class Rule {
  constructor(private readonly pattern: RegExp, private readonly problem: string, private readonly instead: string) {}

  public check(scope: IConstruct, prop: string, value: string) {
    if (!Token.isUnresolved(value) && !this.pattern.test(value)) {
      throw invalid(scope, prop, value, this.problem, this.instead);
    }
  }
}

/** Upper case never reaches this rule: whoever holds a UUID has lowered it, see {@link lowerCase}. */
export const uuid = new Rule(
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  'is not a UUID',
  'Copy the id from the workspace\'s settings in ZenML Pro; it looks like 123e4567-e89b-12d3-a456-426614174000',
);

export const accountId = new Rule(
  /^\d{12}$/,
  'is not an AWS account id',
  'Write its 12 digits as a string, leading zeros included, such as \'012345678901\'',
);

/** Neither wildcards, nor an account's root, nor a session: whoever is trusted must be one role. */
export const roleArn = new Rule(
  /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/([\x21-\x29\x2b-\x3e\x40-\x7e]+\/)?[\w+=,.@-]{1,64}$/,
  'is not the ARN of one IAM role',
  'Write the ARN of the role itself, such as arn:aws:iam::111122223333:role/zenml-pod: not of a session, a user or a whole account, and without wildcards',
);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
export const roleName = new Rule(
  /^[\w+=,.@-]{1,64}$/,
  'is not a name that IAM accepts',
  'Use 1 to 64 letters, digits and characters of _+=,.@- (a path goes into rolePath), or leave roleName out',
);

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const rolePath = new Rule(
  /^(?=.{1,512}$)\/([\x21-\x7e]*[\x21-\x2e\x30-\x7e]\/)?$/,
  'is not a path that IAM accepts',
  'Begin and end it with a slash, such as /zenml/, in at most 512 printable characters',
);

/** The form only: a region that AWS opens tomorrow must not need a release of this library. */
export const region = new Rule(
  /^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/,
  'is not an AWS region',
  'Write the region\'s code, such as eu-central-1, or leave it out for the region of the stack',
);

/** ZenML writes UUIDs in lower case, and IAM compares names and tags by case. */
export function lowerCase(id: string): string {
  return Token.isUnresolved(id) ? id : id.toLowerCase();
}

/** The partition of a region, or undefined where it is not known before the deployment. */
export function partitionOf(regionCode: string): string | undefined {
  return Token.isUnresolved(regionCode) ? undefined : RegionInfo.get(regionCode).partition;
}
