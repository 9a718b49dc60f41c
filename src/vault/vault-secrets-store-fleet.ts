import { PermissionsBoundary, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { VAULT_OPTION_TYPES } from './private/option-types';
import { VaultAuthentication } from './vault-authentication';
import { VaultKvMount } from './vault-mounts';
import { VaultSecretsStore, VaultSecretsStoreOptions } from './vault-secrets-store';
import * as types from '../core/prop-types';
import { invalid } from '../core/validation';
import { permissionsBoundary as permissionsBoundaryType, STACKS_OPTION_TYPES } from '../workspace-stacks/private/option-types';
import { storeIn, WorkspaceStacks } from '../workspace-stacks/private/workspace-stacks';
import { WorkspaceStacksOptions } from '../workspace-stacks/workspace-stacks-options';

/**
 * Properties of `VaultSecretsStoreFleet`.
 */
export interface VaultSecretsStoreFleetProps extends VaultSecretsStoreOptions, WorkspaceStacksOptions {
  /**
   * The permissions boundary of all roles and users in the stacks, such as `PermissionsBoundary.fromName('security-team-boundary')`.
   *
   * @default - none, or that of the `Stage` around
   */
  readonly permissionsBoundary?: PermissionsBoundary;
}

const PROPS = types.object<VaultSecretsStoreFleetProps>({
  ...VAULT_OPTION_TYPES,
  ...STACKS_OPTION_TYPES,
  permissionsBoundary: types.optional(permissionsBoundaryType),
});

/**
 * How many stores of a stack CloudFormation may have in work at a time. Each occupies two Lambda functions, the framework's and ours,
 * and an account that is new may run no more than ten.
 */
const AT_A_TIME = 4;

/**
 * Lets each of many ZenML workspaces keep its secrets in one HashiCorp Vault (or OpenBao): a `VaultSecretsStore` each, over one
 * `VaultConnection`, in stacks within the limits of CloudFormation. The stacks are in the account and region of the connection.
 *
 * With `VaultAuthentication.aws()`, unless its `mount` has a path, each workspace has an auth mount of its own, `zenml-<workspace id>`,
 * and so a header value of its own. With one mount for all they need one `headerValue` too, as Vault keeps one for a mount. The KV
 * mounts are `secrets-<workspace id>`; a `kvMount` with a path is an error.
 *
 * The stacks depend on each other in a line, and of a stack at most four stores are configured at a time; on a shared mount, the first
 * before all others. So Vault sees no more at once, whatever concurrency the deployment has. For one stack alone, deploy or destroy it
 * with `--exclusively`.
 *
 * A stack is named after this construct and the first digit of its workspaces' ids, such as `SecretsStores-9`, so a workspace that
 * is added or removed moves no other. There is no stack without a workspace. So with the last workspace of a stack the stack leaves the
 * app, and what it has deployed, the role of that workspace in Vault too, stays until somebody deletes the stack.
 *
 * With an authentication that hands over a credential, one connection serves about 40 workspaces, fewer with a `configurationEncryptionKey`
 * or a `previousSerial`: more are an error, as the role of its function takes no larger policies.
 *
 * A stack that is beyond a limit is an error at synthesis: 500 resources, 200 outputs, 1,000,000 bytes of template, 10,240 characters of
 * inline policies of a role (2,048 of a user).
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 *
 * @example
 * declare const connection: VaultConnection;
 * new VaultSecretsStoreFleet(app, 'SecretsStores', {
 *   workspaces: [
 *     ZenmlWorkspace.fromId('123e4567-e89b-12d3-a456-426614174000'),
 *     ZenmlWorkspace.fromId('9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b'),
 *   ],
 *   connection,
 * });
 */
export class VaultSecretsStoreFleet extends Construct {
  /**
   * The stores, in the order of the workspaces.
   */
  public readonly stores: VaultSecretsStore[];

  /**
   * The stacks of the stores, in the order of their names, which is that of their deployment.
   */
  public readonly stacks: Stack[];

  private readonly byId: Map<string, VaultSecretsStore>;

  /**
   * @param scope The `App`, a `Stage`, or a construct above the stacks.
   * @param id Begins the names of the stacks: letters, digits and hyphens.
   * @param props The workspaces, and what is common to their stores.
   */
  constructor(scope: Construct, id: string, props: VaultSecretsStoreFleetProps) {
    super(scope, id);

    PROPS.check(this, 'props', props);
    validateKvMount(this, props.kvMount);
    const { workspaces, shardDigits, permissionsBoundary, authentication = VaultAuthentication.aws(), ...options } = props;
    const { account, region } = Stack.of(props.connection);
    const env = { account: known(account), region: known(region) };
    const stacks = new WorkspaceStacks(this, { workspaces, shardDigits, env, permissionsBoundary });
    this.stacks = stacks.all;
    this.stacks.slice(1).forEach((stack, index) => stack.addDependency(this.stacks[index]));

    this.stores = workspaces.map((workspace) => new VaultSecretsStore(stacks.of(workspace), `Workspace-${workspace.id}`, {
      ...options, workspace, authentication: authentication._withMountOf(workspace.id),
    }));
    this.byId = new Map(workspaces.map((workspace, index) => [workspace.id, this.stores[index]]));
    for (const stack of this.stacks) {
      const inStack = this.stores.filter((store) => Stack.of(store) === stack);
      inStack.slice(AT_A_TIME).forEach((store, index) => store.node.addDependency(inStack[index]));
    }
  }

  /**
   * The store of a workspace. It is an error for a workspace that is not among the `workspaces`.
   *
   * @param workspaceId The workspace's UUID.
   */
  public storeOf(workspaceId: string): VaultSecretsStore {
    return storeIn(this, this.byId, workspaceId);
  }
}

function known(value: string): string | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}

/** ZenML sets `max_versions` on a whole KV mount, so no two workspaces may share one. */
function validateKvMount(scope: Construct, kvMount: VaultKvMount | undefined) {
  if (kvMount?._path !== undefined) {
    throw invalid(scope, 'kvMount', kvMount._path, 'would be one mount for all workspaces, and each needs its own',
      'Write VaultKvMount.managed() without a path, or leave it out: the mounts are secrets-<workspace id>');
  }
}
