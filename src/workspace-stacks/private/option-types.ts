import * as types from '../../core/prop-types';
import { workspaceType } from '../../core/workspace-type';

/** The types of `WorkspaceStacksOptions`. */
export const STACKS_OPTION_TYPES = {
  workspaces: types.listOf(workspaceType),
  shardDigits: types.optional(types.number('Write 0 for one stack, 1 for up to 16 stacks, 2 for up to 256')),
};

export const permissionsBoundary = types.anyObject('Write one such as PermissionsBoundary.fromName(\'security-team-boundary\')');
