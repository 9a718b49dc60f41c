import { Environment, PermissionsBoundary, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AwsSecretsStore, AwsSecretsStoreOptions } from './aws-secrets-store';
import { AWS_OPTION_TYPES } from './private/option-types';
import * as types from '../core/prop-types';
import { invalid } from '../core/validation';
import { warnOncePerThing } from '../core/warnings';
import { permissionsBoundary as permissionsBoundaryType, STACKS_OPTION_TYPES } from '../workspace-stacks/private/option-types';
import { storeIn, WorkspaceStacks } from '../workspace-stacks/private/workspace-stacks';
import { WorkspaceStacksOptions } from '../workspace-stacks/workspace-stacks-options';

/**
 * Properties of `AwsSecretsStoreFleet`.
 */
export interface AwsSecretsStoreFleetProps extends AwsSecretsStoreOptions, WorkspaceStacksOptions {
  /**
   * The account and region of the stacks.
   *
   * @default - those of the `Stage` around, or else whatever the deployment finds
   */
  readonly env?: Environment;

  /**
   * The permissions boundary of all roles and users in the stacks, such as `PermissionsBoundary.fromName('security-team-boundary')`.
   *
   * @default - none, or that of the `Stage` around
   */
  readonly permissionsBoundary?: PermissionsBoundary;
}

const PROPS = types.object<AwsSecretsStoreFleetProps>({
  ...AWS_OPTION_TYPES,
  ...STACKS_OPTION_TYPES,
  env: types.optional(types.anyObject('Write one such as { account: \'111122223333\', region: \'eu-central-1\' }')),
  permissionsBoundary: types.optional(permissionsBoundaryType),
});

/**
 * Lets each of many ZenML workspaces keep its secrets in AWS Secrets Manager of one account: an `AwsSecretsStore` each, with the same
 * options, in stacks within the limits of CloudFormation.
 *
 * A stack is named after this construct and the first digit of its workspaces' ids, such as `SecretsStores-9`, so a workspace that
 * is added or removed moves no other. There is no stack without a workspace. So with the last workspace of a stack the stack leaves the
 * app, and what it has deployed, the role of that workspace too, stays until somebody deletes the stack.
 *
 * A stack that is beyond a limit is an error at synthesis: 500 resources, 200 outputs, 1,000,000 bytes of template, 10,240 characters of
 * inline policies of a role (2,048 of a user).
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 *
 * @example
 * new AwsSecretsStoreFleet(app, 'SecretsStores', {
 *   workspaces: [
 *     ZenmlWorkspace.fromId('123e4567-e89b-12d3-a456-426614174000'),
 *     ZenmlWorkspace.fromId('9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b'),
 *   ],
 *   isolation: SecretsIsolation.workspace(),
 * });
 */
export class AwsSecretsStoreFleet extends Construct {
  /**
   * The stores, in the order of the workspaces.
   */
  public readonly stores: AwsSecretsStore[];

  /**
   * The stacks of the stores, in the order of their names.
   */
  public readonly stacks: Stack[];

  private readonly byId: Map<string, AwsSecretsStore>;

  /**
   * @param scope The `App`, a `Stage`, or a construct above the stacks.
   * @param id Begins the names of the stacks: letters, digits and hyphens.
   * @param props The workspaces, and what is common to their stores.
   */
  constructor(scope: Construct, id: string, props: AwsSecretsStoreFleetProps) {
    super(scope, id);
    warnOncePerThing(this);

    PROPS.check(this, 'props', props);
    const serverId = props.isolation?._serverId;
    if (serverId !== undefined) {
      throw invalid(this, 'serverId', serverId, 'would give the secrets of one server to every workspace',
        'Make a single AwsSecretsStore for the workspace of that server');
    }
    const { workspaces, shardDigits, env, permissionsBoundary, ...options } = props;
    const stacks = new WorkspaceStacks(this, { workspaces, shardDigits, env, permissionsBoundary });
    this.stacks = stacks.all;
    this.stores = workspaces
      .map((workspace) => new AwsSecretsStore(stacks.of(workspace), `Workspace-${workspace.id}`, { ...options, workspace }));
    this.byId = new Map(workspaces.map((workspace, index) => [workspace.id, this.stores[index]]));
  }

  /**
   * The store of a workspace, for instance to tag it. It is an error for a workspace that is not among the `workspaces`.
   *
   * @param workspaceId The workspace's UUID.
   */
  public storeOf(workspaceId: string): AwsSecretsStore {
    return storeIn(this, this.byId, workspaceId);
  }
}
