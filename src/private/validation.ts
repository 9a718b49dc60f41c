import { Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';
import * as forms from './forms';
import { Form } from './forms';

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
  constructor(private readonly form: Form) {}

  public check(scope: IConstruct, prop: string, value: string) {
    if (!Token.isUnresolved(value) && !this.form.matches(value)) {
      throw invalid(scope, prop, value, this.form.problem, this.form.instead);
    }
  }
}

/** Upper case never reaches this rule: whoever holds a UUID has lowered it, see {@link lowerCase}. */
export const uuid = new Rule(forms.uuid);
export const roleArn = new Rule(forms.roleArn);
export const region = new Rule({ ...forms.region, instead: 'Write the region\'s code, such as eu-central-1, or leave it out for the region of the stack' });

export const accountId = new Rule({
  matches: (value) => /^\d{12}$/.test(value),
  problem: 'is not an AWS account id',
  instead: 'Write its 12 digits as a string, leading zeros included, such as \'012345678901\'',
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
export const roleName = new Rule({
  matches: (value) => /^[\w+=,.@-]{1,64}$/.test(value),
  problem: 'is not a name that IAM accepts',
  instead: 'Use 1 to 64 letters, digits and characters of _+=,.@- (a path goes into rolePath), or leave roleName out',
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const rolePath = new Rule({
  matches: (value) => /^(?=.{1,512}$)\/([\x21-\x7e]*[\x21-\x2e\x30-\x7e]\/)?$/.test(value),
  problem: 'is not a path that IAM accepts',
  instead: 'Begin and end it with a slash, such as /zenml/, in at most 512 printable characters',
});

export const namespace = new Rule({
  matches: (value) => new RegExp(`^${forms.SEGMENT}(/${forms.SEGMENT})*$`).test(value),
  problem: 'is not a namespace of Vault',
  instead: 'Write its whole path without a slash at either end, such as admin/zenml',
});

export const authMount = new Rule(forms.authMount);
export const kvMount = new Rule(forms.kvMount);
export const vaultName = new Rule(forms.vaultName);
export const headerValue = new Rule(forms.headerValue);
export const cidr = new Rule(forms.cidr);
export const anyOrigin = new Rule(forms.anyOrigin);
export const secureOrigin = new Rule({
  ...forms.anyOrigin,
  matches: (value) => value.startsWith('https:') && forms.anyOrigin.matches(value),
  problem: 'is not an https address of a server',
});

/** ZenML writes UUIDs in lower case, and IAM compares names and tags by case. */
export function lowerCase(id: string): string {
  return Token.isUnresolved(id) ? id : id.toLowerCase();
}

/** The partition of a region, or undefined where it is not known before the deployment. */
export function partitionOf(regionCode: string): string | undefined {
  return Token.isUnresolved(regionCode) ? undefined : RegionInfo.get(regionCode).partition;
}
