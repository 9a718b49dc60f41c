import { createHash } from 'node:crypto';
import { Lazy, Token } from 'aws-cdk-lib';

/*
 * What CDK gives in the place of a value that its command is yet to look up. The app is run once more with the value, unless the first
 * run fails: so a placeholder passes wherever a value is checked.
 */

/** Of `ssm.StringParameter.valueFromLookup`, also within a text, and of `iam.Role.fromLookup`. An app may have changed the case. */
const PLACEHOLDER = /dummy-value-for-|:role\/dummy_arn$/i;

export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value);
}

/** Whether a value is known now, rather than after a look-up or at deployment. */
export function isKnown(value: string): boolean {
  return !Token.isUnresolved(value) && !isPlaceholder(value);
}

/** An id that goes into the names of stacks, constructs and roles, some of which CDK checks: another one for each placeholder. */
export function standInId(placeholder: string): string {
  return createHash('sha256').update(placeholder.toLowerCase()).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

/** For values that CDK checks: it lets tokens pass. */
export function hidePlaceholder(value: string | undefined): string | undefined {
  return value !== undefined && isPlaceholder(value) ? Lazy.string({ produce: () => value }) : value;
}
