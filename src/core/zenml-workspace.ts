import { Arn, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { isKnown } from './lookups';
import * as types from './prop-types';
import { accountId, invalid, lowerCase, partitionOf, roleArn, uuid } from './validation';

/** The AWS account in which ZenML Pro runs its workspaces, and the partition that the account is in. */
const CONTROL_PLANE_ACCOUNT = '715803424590';
const CONTROL_PLANE_PARTITION = 'aws';

/**
 * Options of `ZenmlWorkspace.fromId`.
 */
export interface ZenmlWorkspaceOptions {
  /**
   * The AWS account in which ZenML Pro runs the workspace, as 12 digits.
   *
   * Give this only if ZenML names another account to you; its staging control plane, for instance, is `339712793861`.
   *
   * @default '715803424590' - the account of ZenML Pro's control plane
   */
  readonly controlPlaneAccount?: string;
}

const OPTIONS = types.object<ZenmlWorkspaceOptions>({ controlPlaneAccount: types.optional(types.text(accountId)) });

/**
 * A ZenML Pro workspace: its id, and the IAM role under which it runs.
 *
 * A workspace that ZenML hosts runs under `arn:aws:iam::715803424590:role/zenml-<workspace id>`: use `fromId`. A hybrid or
 * self-hosted workspace runs in your own account under a role of yours: use `fromRole` or `fromPrincipalArn`.
 *
 * The values are checked where a store uses them, so that an error can name the place in the construct tree.
 *
 * @see https://docs.zenml.io/pro
 *
 * @example
 * ZenmlWorkspace.fromId('123e4567-e89b-12d3-a456-426614174000');
 */
export class ZenmlWorkspace {
  /**
   * A workspace that ZenML hosts.
   *
   * @param id The workspace's UUID, as ZenML Pro shows it. Upper case is accepted and lowered, since ZenML writes it in
   *   lower case and IAM tells the two apart. A token passes unchecked.
   * @param options Another control plane than the default one.
   */
  public static fromId(id: string, options: ZenmlWorkspaceOptions = {}): ZenmlWorkspace {
    types.text(uuid).check('ZenmlWorkspace.fromId', 'id', id);
    OPTIONS.check('ZenmlWorkspace.fromId', 'options', options);
    const controlPlaneAccount = options.controlPlaneAccount ?? CONTROL_PLANE_ACCOUNT;
    const principalArn = Arn.format({
      partition: CONTROL_PLANE_PARTITION,
      service: 'iam',
      region: '',
      account: controlPlaneAccount,
      resource: 'role',
      resourceName: `zenml-${lowerCase(id)}`,
    });
    return new ZenmlWorkspace(id, principalArn, { controlPlaneAccount });
  }

  /**
   * A hybrid or self-hosted workspace that runs under a role of yours, such as the role of its pods or of its task.
   *
   * @param id The workspace's UUID, or without ZenML Pro the id of the ZenML server.
   * @param role The role under which the workspace runs. It may be imported.
   */
  public static fromRole(id: string, role: iam.IRole): ZenmlWorkspace {
    types.text(uuid).check('ZenmlWorkspace.fromRole', 'id', id);
    types.role.check('ZenmlWorkspace.fromRole', 'role', role);
    return new ZenmlWorkspace(id, role.roleArn, { role });
  }

  /**
   * A hybrid or self-hosted workspace whose role is known only by its ARN, for instance because it lives in another account.
   *
   * @param id The workspace's UUID, or without ZenML Pro the id of the ZenML server.
   * @param principalArn The ARN of the one IAM role under which the workspace runs. Wildcards, users, sessions and the root of
   *   an account are refused where a store uses the workspace.
   */
  public static fromPrincipalArn(id: string, principalArn: string): ZenmlWorkspace {
    types.text(uuid).check('ZenmlWorkspace.fromPrincipalArn', 'id', id);
    types.text(roleArn).check('ZenmlWorkspace.fromPrincipalArn', 'principalArn', principalArn);
    return new ZenmlWorkspace(id, principalArn, {});
  }

  /**
   * The workspace's UUID, in lower case.
   */
  public readonly id: string;

  /**
   * The ARN of the IAM role under which the workspace runs.
   */
  public readonly principalArn: string;

  /**
   * The role under which the workspace runs, where it was given as a construct.
   *
   * @default - undefined unless the workspace was made by `fromRole`
   */
  public readonly role?: iam.IRole;

  private readonly controlPlaneAccount?: string;

  private constructor(id: string, principalArn: string, origin: { controlPlaneAccount?: string; role?: iam.IRole }) {
    this.id = lowerCase(id);
    this.principalArn = principalArn;
    this.role = origin.role;
    this.controlPlaneAccount = origin.controlPlaneAccount;
  }

  /**
   * The account of ZenML in which it runs, or undefined where it runs under a role of the customer's.
   *
   * @internal
   */
  public get _hostingAccount(): string | undefined {
    return this.controlPlaneAccount;
  }

  /**
   * Refuses an id, an account or a principal that cannot be right for a store at this place in the tree, whose secrets are in
   * this region.
   *
   * @internal
   */
  public _validate(scope: IConstruct, secretsRegion: string): void {
    this._validateIdentity(scope);
    this.validatePartition(scope, secretsRegion);
  }

  /**
   * Refuses an id, an account or a principal that cannot be right anywhere.
   *
   * @internal
   */
  public _validateIdentity(scope: IConstruct): void {
    uuid.check(scope, 'workspace id', this.id);
    if (this.controlPlaneAccount !== undefined) {
      accountId.check(scope, 'controlPlaneAccount', this.controlPlaneAccount);
    } else {
      roleArn.check(scope, 'workspace principal', this.principalArn);
    }
  }

  /** A role can be assumed only from within its own partition, so a wrong one would fail at the first login. */
  private validatePartition(scope: IConstruct, secretsRegion: string) {
    // A stack without an environment says nothing of its partition, but the region of its secrets may.
    const stackRegion = Stack.of(scope).region;
    const region = Token.isUnresolved(stackRegion) ? secretsRegion : stackRegion;
    const partition = partitionOf(region);
    if (partition === undefined) {
      return;
    }
    if (this.controlPlaneAccount !== undefined && partition !== CONTROL_PLANE_PARTITION) {
      throw invalid(scope, 'region', region,
        `is in partition ${partition}, from which no role can trust ZenML's own account in partition ${CONTROL_PLANE_PARTITION}`,
        'Run the workspace under a role of yours in that partition and name it by ZenmlWorkspace.fromRole or fromPrincipalArn');
    }
    const [, principalPartition] = this.principalArn.split(':');
    if (isKnown(this.principalArn) && principalPartition !== partition) {
      throw invalid(scope, 'workspace principal', this.principalArn, `is not in partition ${partition} of region ${region}`,
        `Name a role of partition ${partition}; IAM trusts no principal across partitions`);
    }
  }
}
