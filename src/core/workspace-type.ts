import { instanceOf } from './prop-types';
import { ZenmlWorkspace } from './zenml-workspace';

export const workspaceType = instanceOf(ZenmlWorkspace, 'ZenmlWorkspace.fromId(\'123e4567-e89b-12d3-a456-426614174000\')');
