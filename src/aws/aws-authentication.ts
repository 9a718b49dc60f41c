import { IConstruct } from 'constructs';
import * as types from '../core/prop-types';
import { checkSerials, SERIAL_TYPES } from '../core/rotation';

/**
 * Options of `AwsAuthentication.implicit`.
 */
export interface AwsImplicitOptions {
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
 * Options of the methods of `AwsAuthentication` that hand an access key to the workspace.
 *
 * To replace a key without an interruption, deploy twice: first raise `serial` and name the old one as `previousSerial`, so that both keys
 * are valid; hand the new configuration to ZenML support; and when the workspace has been switched, deploy without `previousSerial`.
 */
export interface AwsAccessKeyOptions {
  /**
   * The number of the access key, a whole number above 0. Another number is another key. Without `previousSerial` the one before ends with
   * the deployment.
   *
   * @default 1
   */
  readonly serial?: number;

  /**
   * The `serial` of the key that stays valid beside the new one, which is below that of the new one.
   *
   * @default - none: there is one key
   */
  readonly previousSerial?: number;
}

const IMPLICIT_OPTIONS = types.object<AwsImplicitOptions>({ assumeRole: types.optional(types.flag) });
const KEY_OPTIONS = types.object<AwsAccessKeyOptions>(SERIAL_TYPES);

/** Which principal ends up with the permissions on the secrets. */
type Bearer = 'role' | 'workspace' | 'user';

/**
 * How the workspace authenticates to AWS Secrets Manager: the `auth_method` of ZenML's AWS service connector.
 *
 * `implicit()` is the one to choose, since nothing secret is exchanged. The others make an IAM user with an access key, for a workspace
 * that has no AWS role of its own. The key goes into the store's hand-off secret, and from there to whoever configures the workspace.
 *
 * ZenML's method `sts-token` is left out: its session ends after hours, and ZenML cannot renew it.
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
  public static implicit(options: AwsImplicitOptions = {}): AwsAuthentication {
    IMPLICIT_OPTIONS.check('AwsAuthentication.implicit', 'options', options);
    return new AwsAuthentication('implicit', options.assumeRole ?? true ? 'role' : 'workspace');
  }

  /**
   * The workspace signs its calls with the access key of an IAM user, which has the permissions on the secrets.
   */
  public static secretKey(options: AwsAccessKeyOptions = {}): AwsAuthentication {
    KEY_OPTIONS.check('AwsAuthentication.secretKey', 'options', options);
    return new AwsAuthentication('secret-key', 'user', options);
  }

  /**
   * The workspace assumes the role of the store with the access key of an IAM user, which may do nothing else.
   */
  public static iamRole(options: AwsAccessKeyOptions = {}): AwsAuthentication {
    KEY_OPTIONS.check('AwsAuthentication.iamRole', 'options', options);
    return new AwsAuthentication('iam-role', 'role', options);
  }

  /**
   * The workspace gets sessions of 12 hours (`sts:GetSessionToken`) with the access key of an IAM user, which has the permissions on the
   * secrets.
   */
  public static sessionToken(options: AwsAccessKeyOptions = {}): AwsAuthentication {
    KEY_OPTIONS.check('AwsAuthentication.sessionToken', 'options', options);
    return new AwsAuthentication('session-token', 'user', options);
  }

  /**
   * The workspace gets sessions of 12 hours (`sts:GetFederationToken`) with the access key of an IAM user, which has the permissions on the
   * secrets. The configuration carries them as the policy of the session too, without which ZenML's sessions would have none.
   */
  public static federationToken(options: AwsAccessKeyOptions = {}): AwsAuthentication {
    KEY_OPTIONS.check('AwsAuthentication.federationToken', 'options', options);
    return new AwsAuthentication('federation-token', 'user', options);
  }

  private constructor(
    /** @internal */
    public readonly _method: string,
    /** @internal */
    public readonly _bearer: Bearer,
    /** @internal */
    public readonly _accessKey?: AwsAccessKeyOptions,
  ) {}

  /**
   * How it is called in an app.
   *
   * @internal
   */
  public get _description(): string {
    return this._bearer === 'workspace' ? 'assumeRole: false' : `${this._method.replace(/-(.)/, (_, letter) => letter.toUpperCase())}()`;
  }

  /**
   * Refuses what cannot be right, and names the place.
   *
   * @internal
   */
  public _validate(scope: IConstruct): void {
    checkSerials(scope, this._accessKey ?? {}, 'access keys');
  }
}
