import { Environment, PermissionsBoundary, Stack, Stage, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { enforceStackLimits } from './stack-limits';
import * as types from '../../core/prop-types';
import { invalid, lowerCase, uuid } from '../../core/validation';
import { ZenmlWorkspace } from '../../core/zenml-workspace';

export interface WorkspaceStacksProps {
  readonly workspaces: readonly ZenmlWorkspace[];
  /** How many digits of a workspace's id name its stack. */
  readonly shardDigits?: number;
  readonly env?: Environment;
  readonly permissionsBoundary?: PermissionsBoundary;
}

const MOST_DIGITS = 2;

/**
 * The stacks of many workspaces. Which one a workspace is in depends on its own id alone: if it depended on the others, one more would move
 * some, and CloudFormation would delete what they have and make it anew.
 *
 * The digits are part of the stack's name. So another number of digits makes other stacks and takes nothing out of those that are there.
 */
export class WorkspaceStacks {
  /** In the order of their digits. */
  public readonly all: Stack[];

  private readonly byDigits: Map<string, Stack>;

  constructor(scope: Construct, private readonly props: WorkspaceStacksProps) {
    this.validate(scope);
    enforceStackLimits(scope);
    const digits = [...new Set(props.workspaces.map((workspace) => this.digitsOf(workspace)))].sort();
    this.byDigits = new Map(digits.map((each) => [each, this.createStack(scope, each)]));
    this.all = [...this.byDigits.values()];
  }

  public of(workspace: ZenmlWorkspace): Stack {
    return this.byDigits.get(this.digitsOf(workspace))!;
  }

  private get shardDigits(): number {
    return this.props.shardDigits ?? 1;
  }

  private digitsOf(workspace: ZenmlWorkspace): string {
    return workspace.id.slice(0, this.shardDigits);
  }

  private validate(scope: Construct) {
    const around = scope.node.scopes.find((each) => Stack.isStack(each));
    if (around !== undefined) {
      throw invalid(scope, 'scope', around.node.path, 'is a stack, and this makes stacks of its own',
        'Make it in the App, in a Stage, or in a construct above the stacks');
    }
    if (!Number.isInteger(this.shardDigits) || this.shardDigits < 0 || this.shardDigits > MOST_DIGITS) {
      throw invalid(scope, 'shardDigits', this.shardDigits, 'is none of 0, 1 and 2',
        'Write 0 for one stack, 1 for up to 16 stacks, 2 for up to 256');
    }
    const seen = new Set<string>();
    for (const { id } of this.props.workspaces) {
      if (Token.isUnresolved(id)) {
        throw invalid(scope, 'workspaces', id, 'is known only at deployment, so that it cannot be said now which stack it belongs to',
          'Write the id out, or make a single store for it');
      }
      uuid.check(scope, 'workspaces', id);
      if (seen.has(id)) {
        throw invalid(scope, 'workspaces', id, 'is there twice', 'Leave one of the two out');
      }
      seen.add(id);
    }
  }

  private createStack(scope: Construct, digits: string): Stack {
    const { env, permissionsBoundary } = this.props;
    const stage = Stage.of(scope)!;
    const within = scope.node.scopes.slice(scope.node.scopes.indexOf(stage) + 1).map(({ node }) => node.id);
    const stackName = [stage.stageName, ...within, digits].filter((part) => part !== '').join('-');
    return new Stack(scope, digits === '' ? 'All' : digits, { stackName, env, permissionsBoundary });
  }
}

/** The store of a workspace, whose id may be written in either case. */
export function storeIn<T>(scope: Construct, stores: ReadonlyMap<string, T>, workspaceId: string): T {
  types.text(uuid).check(scope, 'workspaceId', workspaceId);
  const store = stores.get(lowerCase(workspaceId));
  if (store === undefined) {
    throw invalid(scope, 'workspaceId', workspaceId, 'is not among the workspaces', 'Name one of those in workspaces');
  }
  return store;
}
