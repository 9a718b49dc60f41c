import { Aws, CfnCondition, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsSecretsStore, SecretsIsolation, ZenmlWorkspace } from '../src';

/** The name of a template's file, and whose secrets the workspace can reach. */
export const ISOLATIONS = {
  'documented': SecretsIsolation.documented,
  'zenml-secrets': SecretsIsolation.zenmlSecrets,
  'workspace': SecretsIsolation.workspace,
} satisfies Record<string, () => SecretsIsolation>;

/** A store in AWS Secrets Manager whose workspace is known only when the template is deployed. */
export function addSecretsStore(stack: Stack, isolation: SecretsIsolation) {
  const workspaceId = new CfnParameter(stack, 'WorkspaceId', {
    description: 'The id of the ZenML workspace, as its settings in ZenML Pro show it',
    allowedPattern: '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}',
    constraintDescription: 'must be a UUID in lower case, such as 123e4567-e89b-12d3-a456-426614174000',
  }).valueAsString;
  const roleName = optional(stack, 'RoleName', {
    description: 'The name of the role. Empty: zenml-<workspace id>',
    allowedPattern: '[\\w+=,.@-]{0,64}',
    constraintDescription: 'must be empty, or at most 64 letters, digits and characters of _+=,.@-',
  }, `zenml-${workspaceId}`);
  const boundaryArn = optional(stack, 'PermissionsBoundaryArn', {
    description: 'The ARN of the policy that is the permissions boundary of the role. Empty: none',
    allowedPattern: '(arn:aws:iam::(\\d{12}|aws):policy/[\\w+=,.@/-]+)?',
    constraintDescription: 'must be empty, or the ARN of a managed policy',
  }, Aws.NO_VALUE);

  // As the default child, so that the outputs are named RoleArn, Region and WorkspaceConfiguration.
  new AwsSecretsStore(stack, 'Default', {
    workspace: ZenmlWorkspace.fromId(workspaceId),
    roleName,
    permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyArn(stack, 'PermissionsBoundary', boundaryArn),
    isolation,
  });
}

type Constraint = { readonly description: string; readonly allowedPattern: string; readonly constraintDescription: string };

/** What the parameter says, or the other where it is left empty. */
function optional(stack: Stack, name: string, constraint: Constraint, otherwise: string): string {
  const parameter = new CfnParameter(stack, name, { ...constraint, default: '' });
  const given = new CfnCondition(stack, `${name}Given`, { expression: Fn.conditionNot(Fn.conditionEquals(parameter.valueAsString, '')) });
  return Fn.conditionIf(given.logicalId, parameter.valueAsString, otherwise).toString();
}
