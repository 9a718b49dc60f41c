import { ZenmlWorkspace } from './zenml-workspace';

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
   * Decide before the first deployment. Another number makes other stacks, with the same names in them: their deployment fails, as those names are
   * taken by the stacks that are there, and nothing is changed.
   *
   * @default 1
   */
  readonly leadingDigits?: number;
}
