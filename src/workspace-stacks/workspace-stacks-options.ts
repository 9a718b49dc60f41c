import { ZenmlWorkspace } from '../core/zenml-workspace';

/**
 * Options of the constructs that make stores for many workspaces.
 */
export interface WorkspaceStacksOptions {
  /**
   * The workspaces, each once. Their ids have to be known at synthesis.
   */
  readonly workspaces: ZenmlWorkspace[];

  /**
   * How many digits of a workspace's id, from the left, say which stack its store is in: 0 for one stack, 1 for up to 16 stacks, 2 for
   * up to 256. The store of a workspace stays in its stack, whichever others come and go.
   *
   * Decide before the first deployment. Another number makes other stacks. Where the names in them are taken by the stacks that are there,
   * their deployment fails and nothing is changed. An access key has no name: there everything is made a second time, and the keys in use
   * are in the old stacks, which must not be deleted then.
   *
   * @default 1
   */
  readonly shardDigits?: number;
}
