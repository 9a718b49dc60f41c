/**
 * What a ZenML workspace needs to know of AWS Secrets Manager.
 */
export interface AwsConfigurationOptions {
  /**
   * The region of the secrets.
   */
  readonly region: string;

  /**
   * The ARN of the role that the workspace assumes.
   *
   * @default - the workspace assumes no role, and reaches the secrets with its own
   */
  readonly roleArn?: string;
}
