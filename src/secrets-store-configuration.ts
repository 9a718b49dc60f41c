import { IConstruct } from 'constructs';
import { region, roleArn } from './private/validation';

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

/**
 * The configuration of one secrets store, in the form in which ZenML Pro keeps it.
 *
 * A store makes its own (`store.configuration`); `WorkspaceConfiguration` renders one or two of them for ZenML support.
 */
export class SecretsStoreConfiguration {
  /**
   * AWS Secrets Manager with the authentication method `implicit`.
   *
   * `AwsSecretsStore` makes this for you; call it for a role that was made by other means.
   */
  public static aws(options: AwsConfigurationOptions): SecretsStoreConfiguration {
    return new SecretsStoreConfiguration('aws', 'implicit', {
      region: options.region,
      ...(options.roleArn === undefined ? {} : { role_arn: options.roleArn }),
    }, (scope) => {
      region.check(scope, 'region', options.region);
      if (options.roleArn !== undefined) {
        roleArn.check(scope, 'roleArn', options.roleArn);
      }
    });
  }

  private constructor(
    /** The kind of the secrets store, such as `aws`. */
    public readonly type: string,
    /** The authentication method, such as `implicit`. */
    public readonly authMethod: string,
    /** The fields of the authentication method, under the names that ZenML gives them. Values may be tokens. */
    public readonly authConfig: { [field: string]: string },
    private readonly validate: (scope: IConstruct) => void,
  ) {}

  /**
   * The JSON value at `zenml_service.configuration.secrets_store` of the workspace.
   *
   * @internal
   */
  public _render(scope: IConstruct) {
    this.validate(scope);
    return { type: this.type, settings: { auth_method: this.authMethod, auth_config: this.authConfig } };
  }
}
