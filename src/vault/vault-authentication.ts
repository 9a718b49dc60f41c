import { Duration } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import * as validation from '../private/validation';

/**
 * Options of `VaultAuthentication.aws`.
 */
export interface VaultAwsAuthenticationOptions {
  /**
   * The path of the auth method `aws`, as it follows `auth/`. Not with `existingAuthMount`.
   *
   * A mount of your own, such as `zenml-aws`, is shared with nobody, so that its header value and its STS are yours to choose.
   *
   * @default aws
   */
  readonly mountPath?: string;

  /**
   * What each login at the mount has to bring in the header `X-Vault-AWS-IAM-Server-ID`. Vault keeps one value for the whole
   * mount, so all who log in there share it. An empty string stands for none.
   *
   * @default - the id of the workspace
   */
  readonly headerValue?: string;

  /**
   * Where Vault asks who signed a login (`sts_endpoint`), such as `https://sts.us-east-1.amazonaws.com`. Whoever controls that
   * server can log in as anybody.
   *
   * ZenML signs its logins for `us-east-1`, so an endpoint of another region refuses them.
   *
   * @default - the global endpoint of STS
   */
  readonly stsEndpoint?: string;

  /**
   * The region of `stsEndpoint` (`sts_region`). Alone it has no effect on logins.
   *
   * @default - none
   */
  readonly stsRegion?: string;

  /**
   * How long a token of the workspace lives before it has to be renewed.
   *
   * @default Duration.hours(1)
   */
  readonly tokenTtl?: Duration;

  /**
   * How long a token can live at all. At most the `max_lease_ttl` of the mount, of which a longer one is refused at deployment.
   *
   * @default Duration.hours(24)
   */
  readonly tokenMaxTtl?: Duration;
}

/**
 * How the workspace authenticates to Vault: the `auth_method` of ZenML's HashiCorp Vault secrets store.
 *
 * @see https://docs.zenml.io/pro/core-concepts/secrets-stores
 */
export class VaultAuthentication {
  /**
   * The workspace proves by a signed `sts:GetCallerIdentity` that it is its IAM role. Nothing secret is exchanged with anyone.
   */
  public static aws(options: VaultAwsAuthenticationOptions = {}): VaultAuthentication {
    return new VaultAuthentication(options);
  }

  private constructor(
    /** @internal */
    public readonly _options: VaultAwsAuthenticationOptions,
  ) {}

  /** @internal */
  public get _tokenTtl(): Duration {
    return this._options.tokenTtl ?? Duration.hours(1);
  }

  /** @internal */
  public get _tokenMaxTtl(): Duration {
    return this._options.tokenMaxTtl ?? Duration.hours(24);
  }

  /**
   * Refuses what cannot be right, and names the place.
   *
   * @internal
   */
  public _validate(scope: IConstruct, allowInsecure: boolean): void {
    const { mountPath, headerValue, stsEndpoint, stsRegion } = this._options;
    for (const [option, value, rule] of [
      ['mountPath', mountPath, validation.authMount],
      ['headerValue', headerValue, validation.headerValue],
      ['stsEndpoint', stsEndpoint, allowInsecure ? validation.anyOrigin : validation.secureOrigin],
      ['stsRegion', stsRegion, validation.region],
    ] as const) {
      if (value !== undefined) {
        rule.check(scope, option, value);
      }
    }
    const [ttl, maxTtl] = [this.seconds(scope, 'tokenTtl', this._tokenTtl), this.seconds(scope, 'tokenMaxTtl', this._tokenMaxTtl)];
    if (ttl > maxTtl) {
      throw validation.invalid(scope, 'tokenTtl', ttl, `is longer than tokenMaxTtl ${maxTtl}, both in seconds`, 'Write a shorter tokenTtl, or a longer tokenMaxTtl');
    }
  }

  private seconds(scope: IConstruct, option: string, duration: Duration): number {
    const seconds = duration.isUnresolved() ? NaN : duration.toMilliseconds() / 1000;
    if (!Number.isInteger(seconds) || seconds < 1) {
      throw validation.invalid(scope, option, seconds, 'is not a whole number of seconds above 0', 'Write it such as Duration.hours(1)');
    }
    return seconds;
  }
}
