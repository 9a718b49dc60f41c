import { Duration } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { checkSerials, Serials, serialsOf } from '../core/rotation';
import * as validation from '../core/validation';
import * as vaultRules from '../core/vault-rules';
import { authMethod, AuthMethodName } from './contract/auth-methods';

/**
 * Options of `VaultAuthentication.aws`.
 */
export interface VaultAwsOptions {
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
 * Options of `VaultAuthentication.appRole`.
 *
 * To replace a secret id without an interruption, deploy twice: first raise `serial` and name the old one as `previousSerial`, so that both secret
 * ids are valid; hand the new configuration to ZenML support; and when the workspace has been switched, deploy without `previousSerial`.
 */
export interface VaultAppRoleOptions {
  /**
   * The path of the auth method `approle`, as it follows `auth/`. Not with `existingAuthMount`.
   *
   * @default approle
   */
  readonly mountPath?: string;

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

  /**
   * How long a secret id is valid. When it ends, the workspace loses its secrets, so replace it before. It holds for the secret ids that are made
   * from then on: raise `serial` with it.
   *
   * @default - until it is retired
   */
  readonly secretIdTtl?: Duration;

  /**
   * The addresses, or blocks of them in CIDR notation, from which a secret id may be used to log in. The tokens themselves are bound by
   * `tokenBoundCidrs` of the store.
   *
   * @default - any
   */
  readonly secretIdBoundCidrs?: string[];

  /**
   * The number of the secret id, a whole number above 0. Another number is another secret id. Without `previousSerial` the one before ends with
   * the deployment.
   *
   * @default 1
   */
  readonly serial?: number;

  /**
   * The `serial` of the secret id that stays valid beside the new one, which is below that of the new one.
   *
   * @default - none: there is one secret id
   */
  readonly previousSerial?: number;
}

/**
 * Options of `VaultAuthentication.token`.
 */
export interface VaultTokenOptions {
  /**
   * How long the token lives. ZenML does not renew it: when it ends, the workspace loses its secrets, so hand over another one before, by `serial`
   * and `previousSerial`. At most the `max_lease_ttl` of Vault, 32 days unless it was changed, of which a longer one is refused at deployment.
   *
   * @default Duration.days(30)
   */
  readonly tokenTtl?: Duration;

  /**
   * The number of the token, a whole number above 0. Another number is another token. Without `previousSerial` the one before ends with the
   * deployment.
   *
   * @default 1
   */
  readonly serial?: number;

  /**
   * The `serial` of the token that stays valid beside the new one, which is below that of the new one.
   *
   * @default - none: there is one token
   */
  readonly previousSerial?: number;
}

type Options = VaultAwsOptions & VaultAppRoleOptions;

/**
 * How the workspace authenticates to Vault: the `auth_method` of ZenML's HashiCorp Vault secrets store.
 *
 * `aws()` is the one to choose, since nothing secret is exchanged. The others make a credential, for a workspace that has no AWS role. It goes into
 * the store's hand-off secret, and from there to whoever configures the workspace.
 *
 * @see https://docs.zenml.io/pro/core-concepts/secrets-stores
 */
export class VaultAuthentication {
  /**
   * The workspace proves by a signed `sts:GetCallerIdentity` that it is its IAM role. Nothing secret is exchanged with anyone.
   */
  public static aws(options: VaultAwsOptions = {}): VaultAuthentication {
    return new VaultAuthentication('aws', options);
  }

  /**
   * The workspace logs in with the role id of an AppRole and a secret id, which may be used any number of times.
   */
  public static appRole(options: VaultAppRoleOptions = {}): VaultAuthentication {
    return new VaultAuthentication('app_role', options, options);
  }

  /**
   * The workspace uses a token as it is. It ends after `tokenTtl` at the latest, since ZenML does not renew it; `appRole()` needs no such date.
   *
   * The token is made by a token role of its own, which can make no tokens but those with the store's policy.
   */
  public static token(options: VaultTokenOptions = {}): VaultAuthentication {
    const { tokenTtl = Duration.days(30) } = options;
    return new VaultAuthentication('token', { tokenTtl, tokenMaxTtl: tokenTtl }, options);
  }

  private constructor(
    /** @internal */
    public readonly _method: AuthMethodName,
    /** @internal */
    public readonly _options: Options,
    private readonly credentials?: Serials,
  ) {}

  /**
   * Where the method logs in unless a path is given: at the mount that Vault names after the type.
   *
   * @internal
   */
  public get _defaultMount(): string {
    return authMethod(this._method).mountType;
  }

  /**
   * The serial of the credential to hand over, and that of the one which stays valid beside it. Undefined where nothing secret is handed over.
   *
   * @internal
   */
  public get _serials(): [number, number?] | undefined {
    return this.credentials === undefined ? undefined : serialsOf(this.credentials);
  }

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
    const { mountPath, headerValue, stsEndpoint, stsRegion, secretIdTtl, secretIdBoundCidrs = [] } = this._options;
    for (const [option, value, rule] of [
      ['mountPath', mountPath, vaultRules.authMount],
      ['headerValue', headerValue, vaultRules.headerValue],
      ['stsEndpoint', stsEndpoint, allowInsecure ? vaultRules.anyOrigin : vaultRules.secureOrigin],
      ['stsRegion', stsRegion, validation.region],
    ] as const) {
      if (value !== undefined) {
        rule.check(scope, option, value);
      }
    }
    secretIdBoundCidrs.forEach((cidr) => vaultRules.cidr.check(scope, 'secretIdBoundCidrs', cidr));
    if (secretIdTtl !== undefined) {
      this.seconds(scope, 'secretIdTtl', secretIdTtl);
    }
    checkSerials(scope, this.credentials ?? {}, 'credentials');
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
