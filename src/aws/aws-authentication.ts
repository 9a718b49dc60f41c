/**
 * Options of `AwsAuthentication.implicit`.
 */
export interface ImplicitAuthenticationOptions {
  /**
   * Whether the workspace assumes a role of the store to reach the secrets.
   *
   * `false` is for a hybrid or self-hosted workspace that runs in the account of its secrets: its own role, given by
   * `ZenmlWorkspace.fromRole`, gets the policy, and no other role is made.
   *
   * @default true
   */
  readonly assumeRole?: boolean;
}

/**
 * How the workspace authenticates to AWS Secrets Manager: the `auth_method` of ZenML's AWS service connector.
 *
 * @see https://docs.zenml.io/stacks/service-connectors/connector-types/aws-service-connector#authentication-methods
 */
export class AwsAuthentication {
  /**
   * The workspace uses the AWS credentials of its own role, and with them assumes the role of the store.
   *
   * The method that ZenML recommends: nothing secret is exchanged with anyone.
   *
   * @jsii suppress reserved-word
   */
  public static implicit(options: ImplicitAuthenticationOptions = {}): AwsAuthentication {
    return new AwsAuthentication(options.assumeRole ?? true);
  }

  private constructor(
    /** @internal */
    public readonly _assumeRole: boolean,
  ) {}
}
