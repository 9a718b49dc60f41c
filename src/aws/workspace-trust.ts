import { Arn, ArnFormat } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { isPlaceholder } from '../core/lookups';
import { ZenmlWorkspace } from '../core/zenml-workspace';

/**
 * How the role of a secrets store recognises the workspace that may assume it.
 *
 * There is no external id to choose: ZenML sends none, so a trust policy that asks for one locks the workspace out.
 */
export class WorkspaceTrust {
  /**
   * The trust policy names the workspace's role as its principal, as ZenML documents it.
   *
   * IAM resolves that role to its unique id when the trust policy is written. So the workspace's role must exist before the
   * deployment, and if it is ever deleted and created again, the new one is not trusted until you deploy once more with a
   * changed trust policy. That is the safer side: a role that merely bears the same name gets nothing.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
   */
  public static pinnedRole(): WorkspaceTrust {
    return new WorkspaceTrust(({ principalArn }) => new iam.ArnPrincipal(principalArn));
  }

  /**
   * The trust policy names the account of the workspace's role and demands the role's ARN by a condition on
   * `aws:PrincipalArn` (`StringEquals`, so no wildcards).
   *
   * The store may be deployed before the workspace's role exists, and the trust survives that role's deletion and
   * re-creation. The price: whoever can create a role of that name in that account, which is ZenML's, gets in.
   *
   * Where the workspace's role is in the same account as the store's, that role needs a policy of its own that allows
   * `sts:AssumeRole`, for instance by `store.role!.grantAssumeRole(podRole)`.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
   */
  public static roleByArn(): WorkspaceTrust {
    return new WorkspaceTrust(roleByArn);
  }

  private constructor(
    /**
     * The principal of the role's trust policy.
     *
     * @internal
     */
    public readonly _principal: (workspace: ZenmlWorkspace) => iam.IPrincipal,
  ) {}
}

function roleByArn({ principalArn }: ZenmlWorkspace): iam.IPrincipal {
  const account = isPlaceholder(principalArn) ? principalArn : Arn.split(principalArn, ArnFormat.SLASH_RESOURCE_NAME).account;
  return new iam.AccountPrincipal(account).withConditions({
    StringEquals: { 'aws:PrincipalArn': principalArn },
  });
}
