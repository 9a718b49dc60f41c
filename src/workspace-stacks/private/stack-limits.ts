import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attachCustomSynthesis, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAX_RESOURCES = 500;
const MAX_OUTPUTS = 200;
const MAX_TEMPLATE = 1_000_000;
/**
 * All inline policies of one role or user together, in characters without white space.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
 */
const MAX_INLINE_POLICIES = { Roles: 10_240, Users: 2_048 };

/** CDK's own check, which would come first, and has no remedy to name; ours is as strict. */
const LIMIT_OF_CDK = '@aws-cdk/core:stackResourceLimit';

interface Template {
  readonly Resources?: { readonly [logicalId: string]: { readonly Type: string; readonly Properties?: any } };
  readonly Outputs?: object;
}

/**
 * Has the synthesis fail for a stack that CloudFormation would refuse, with what to do. The templates are looked at as they were written,
 * so that all counts that goes to CloudFormation, whatever put it there.
 *
 * @param scope What the stacks are made in, and nothing else. It must still be empty.
 */
export function enforceStackLimits(scope: Construct) {
  scope.node.setContext(LIMIT_OF_CDK, 0);
  attachCustomSynthesis(scope, {
    // It is the turn of a construct when all that is in it has been synthesized.
    onSynthesize: ({ outdir }) => {
      const stacks = scope.node.children.filter(Stack.isStack);
      const problems = stacks.flatMap((stack) => problemsOf(readFileSync(join(outdir, stack.templateFile), 'utf8'))
        .map((problem) => `${stack.node.path}: stack ${stack.stackName} ${problem}`));
      if (problems.length > 0) {
        throw new Error(problems.join('\n'));
      }
    },
  });
}

const FEWER_STORES = 'before the first deployment, a larger number of shardDigits; after it, the newest workspaces '
  + 'into another construct of this kind, since more digits would move what is deployed';
const FEWER_KEYS = 'fewer encryptionKeys';

/** What CloudFormation or IAM would refuse in a template. */
export function problemsOf(text: string): string[] {
  const template: Template = JSON.parse(text);
  const policies = (['Roles', 'Users'] as const).flatMap((kind) => [...inlinePolicies(template, kind)]
    .map(([bearer, size]) => [size, `characters in the inline policies of ${bearer}`, MAX_INLINE_POLICIES[kind], FEWER_KEYS] as const));
  const measures = [
    [count(template.Resources), 'resources', MAX_RESOURCES, FEWER_STORES],
    [count(template.Outputs), 'outputs', MAX_OUTPUTS, `outputs: false; or ${FEWER_STORES}`],
    [Buffer.byteLength(text), 'bytes in its template', MAX_TEMPLATE, `outputs: false; or ${FEWER_STORES}`],
    ...policies,
  ] as const;
  return measures.filter(([found, , limit]) => found > limit)
    .map(([found, what, limit, instead]) => `has ${found} ${what}, and the limit is ${limit}. Write ${instead}.`);
}

function count(section: object = {}): number {
  return Object.keys(section).length;
}

/**
 * The characters of the inline policies of each role or user. What only the deployment knows counts as nothing, so that nothing is refused
 * that fits.
 */
function inlinePolicies({ Resources: resources = {} }: Template, kind: 'Roles' | 'Users'): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { Type: type, Properties: properties } of Object.values(resources)) {
    for (const bearer of type === 'AWS::IAM::Policy' ? properties[kind] ?? [] : []) {
      const name: string = bearer.Ref ?? JSON.stringify(bearer);
      sizes.set(name, (sizes.get(name) ?? 0) + JSON.stringify(known(properties.PolicyDocument)).length);
    }
  }
  return sizes;
}

/** The value with the literal parts of what CloudFormation puts together. */
function known(value: any): any {
  if (Array.isArray(value)) {
    return value.map(known);
  }
  if (typeof value !== 'object') {
    return value;
  }
  const [[key, content] = ['']] = Object.entries<any>(value);
  if (key === 'Fn::Join') {
    return content[1].map((part: unknown) => (typeof part === 'string' ? part : '')).join(content[0]);
  }
  if (key === 'Ref' || key.startsWith('Fn::')) {
    return '';
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, known(each)]));
}
