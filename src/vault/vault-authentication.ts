import { Duration } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import * as types from '../core/prop-types';
import { checkSerials, SERIAL_TYPES, Serials, serialsOf } from '../core/rotation';
import * as validation from '../core/validation';
import * as vaultRules from '../core/vault-rules';
import { authMethod, AuthMethodName, CredentialMethodName, handsOverCredential } from './contract/auth-methods';
import { LoginSettings } from './contract/auth-methods/auth-method';
import { VaultAuthMount } from './vault-mounts';

/**
 * Options of `VaultAuthentication.aws`.
 */
export interface VaultAwsOptions {
  /**
   * The mount of the auth method `aws`.
   *
   * @default VaultAuthMount.managed() - at the path `aws`
   */
  readonly mount?: VaultAuthMount;

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
 * Options of the methods of `VaultAuthentication` that hand a credential to the workspace: a secret id or a token.
 *
 * To replace a credential without an interruption, deploy twice. First raise `serial` and name the old one as `previousSerial`, so
 * that both credentials are valid, and hand the new configuration to ZenML support. When the workspace has been switched, deploy
 * without `previousSerial`.
 */
export interface VaultCredentialOptions {
  /**
   * The number of the credential, a whole number above 0. Another number is another credential. Without `previousSerial` the one
   * before ends with the deployment.
   *
   * @default 1
   */
  readonly serial?: number;

  /**
   * The `serial` of the credential that stays valid beside the new one. It has to be below `serial`.
   *
   * @default - none: there is one credential
   */
  readonly previousSerial?: number;
}

/**
 * Options of `VaultAuthentication.appRole`.
 */
export interface VaultAppRoleOptions extends VaultCredentialOptions {
  /**
   * The mount of the auth method `approle`.
   *
   * @default VaultAuthMount.managed() - at the path `approle`
   */
  readonly mount?: VaultAuthMount;

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
   * How long a secret id is valid. When it ends, the workspace loses its secrets, so replace it before. It holds for the secret ids that
   * are made from then on: raise `serial` with it.
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
}

/**
 * Options of `VaultAuthentication.token`.
 */
export interface VaultTokenOptions extends VaultCredentialOptions {
  /**
   * How long the token lives. ZenML does not renew it: when it ends, the workspace loses its secrets, so hand over another one before, by
   * `serial` and `previousSerial`. At most the `max_lease_ttl` of Vault, 32 days unless it was changed, of which a longer one is refused at
   * deployment.
   *
   * @default Duration.days(30)
   */
  readonly tokenTtl?: Duration;
}

const MOUNT = types.optional(types.instanceOf(VaultAuthMount, 'VaultAuthMount.managed()'));
const DURATION = types.optional(types.duration);
const AWS_OPTIONS = types.object<VaultAwsOptions>({
  mount: MOUNT,
  headerValue: types.optional(types.text(vaultRules.headerValue)),
  stsEndpoint: types.optional(types.text(vaultRules.secureOrigin)),
  stsRegion: types.optional(types.text(validation.region)),
  tokenTtl: DURATION,
  tokenMaxTtl: DURATION,
});
const APP_ROLE_OPTIONS = types.object<VaultAppRoleOptions>({
  ...SERIAL_TYPES,
  mount: MOUNT,
  tokenTtl: DURATION,
  tokenMaxTtl: DURATION,
  secretIdTtl: DURATION,
  secretIdBoundCidrs: types.optional(types.listOf(types.text(vaultRules.cidr))),
});
const TOKEN_OPTIONS = types.object<VaultTokenOptions>({ ...SERIAL_TYPES, tokenTtl: DURATION });

/** The settings of a login that the authentication decides. */
type VaultLoginSettings = Pick<LoginSettings,
  'headerValue' | 'stsEndpoint' | 'stsRegion' | 'tokenTtl' | 'tokenMaxTtl' | 'secretIdBoundCidrs' | 'secretIdTtl'>;

type Options = Omit<VaultAwsOptions & VaultAppRoleOptions, 'mount'>;

/**
 * How the workspace authenticates to Vault: the `auth_method` of ZenML's HashiCorp Vault secrets store.
 *
 * `aws()` is the one to choose, since nothing secret is exchanged. The others make a credential, for a workspace that has no AWS role. It
 * goes into the store's hand-off secret, and from there to whoever configures the workspace.
 *
 * @see https://docs.zenml.io/pro/access-management/secrets-stores
 */
export class VaultAuthentication {
  /**
   * The workspace proves by a signed `sts:GetCallerIdentity` that it is its IAM role. Nothing secret is exchanged with anyone.
   */
  public static aws(options: VaultAwsOptions = {}): VaultAuthentication {
    AWS_OPTIONS.check('VaultAuthentication.aws', 'options', options);
    return new VaultAuthentication('aws', options.mount ?? VaultAuthMount.managed(), options);
  }

  /**
   * The workspace logs in with the role id of an AppRole and a secret id, which may be used any number of times.
   */
  public static appRole(options: VaultAppRoleOptions = {}): VaultAuthentication {
    APP_ROLE_OPTIONS.check('VaultAuthentication.appRole', 'options', options);
    return new VaultAuthentication('app_role', options.mount ?? VaultAuthMount.managed(), options, options);
  }

  /**
   * The workspace uses a token as it is. It ends after `tokenTtl` at the latest, since ZenML does not renew it; `appRole()` needs no such
   * date.
   *
   * The token is made by a token role of its own, which can make no tokens but those with the store's policy.
   */
  public static token(options: VaultTokenOptions = {}): VaultAuthentication {
    TOKEN_OPTIONS.check('VaultAuthentication.token', 'options', options);
    const { tokenTtl = Duration.days(30) } = options;
    return new VaultAuthentication('token', VaultAuthMount.managed(), { tokenTtl, tokenMaxTtl: tokenTtl }, options);
  }

  private constructor(
    /** @internal */
    public readonly _method: AuthMethodName,
    private readonly mount: VaultAuthMount,
    private readonly options: Options,
    private readonly credentials: Serials = {},
  ) {}

  /**
   * By default the mount that Vault names after the type.
   *
   * @internal
   */
  public get _mountPath(): string {
    return this.mount._path ?? authMethod(this._method).mountType;
  }

  /** @internal */
  public get _mountIsExternal(): boolean {
    return this.mount._isExternal || authMethod(this._method).mountIsBuiltIn;
  }

  /**
   * The same for a workspace among others, with a mount of its own unless a path is given: Vault keeps one header value for a mount.
   *
   * @internal
   */
  public _withMountOf(workspaceId: string): VaultAuthentication {
    const needsOwnMount = authMethod(this._method).clientConfig !== undefined && this.mount._path === undefined;
    return needsOwnMount
      ? new VaultAuthentication(this._method, VaultAuthMount.managed(`zenml-${workspaceId}`), this.options, this.credentials) : this;
  }

  /**
   * The credential that is handed over, by the serial of the one to hand over and that of the one which stays valid beside it; undefined
   * where nothing secret is.
   *
   * @internal
   */
  public get _credential(): { readonly method: CredentialMethodName; readonly serials: [number, number?] } | undefined {
    return handsOverCredential(this._method) ? { method: this._method, serials: serialsOf(this.credentials) } : undefined;
  }

  /**
   * What the function configures for a workspace, in the units of Vault.
   *
   * @internal
   */
  public _settings(workspaceId: string): VaultLoginSettings {
    const { headerValue = workspaceId, stsEndpoint = '', stsRegion = '', secretIdBoundCidrs = [], secretIdTtl } = this.options;
    return {
      headerValue: authMethod(this._method).clientConfig === undefined ? '' : headerValue,
      stsEndpoint,
      stsRegion,
      tokenTtl: this.tokenTtl.toSeconds(),
      tokenMaxTtl: this.tokenMaxTtl.toSeconds(),
      secretIdBoundCidrs,
      secretIdTtl: secretIdTtl?.toSeconds() ?? 0,
    };
  }

  private get tokenTtl(): Duration {
    return this.options.tokenTtl ?? Duration.hours(1);
  }

  private get tokenMaxTtl(): Duration {
    return this.options.tokenMaxTtl ?? Duration.hours(24);
  }

  /**
   * Refuses what cannot be right, and names the place.
   *
   * @internal
   */
  public _validate(scope: IConstruct, allowInsecure: boolean): void {
    const { headerValue, stsEndpoint, stsRegion, secretIdTtl, secretIdBoundCidrs = [] } = this.options;
    this.mount._validate(scope);
    validation.checkAll(scope, [
      ['headerValue', headerValue, vaultRules.headerValue],
      ['stsEndpoint', stsEndpoint, allowInsecure ? vaultRules.anySts : vaultRules.secureSts],
      ['stsRegion', stsRegion, validation.region],
    ]);
    secretIdBoundCidrs.forEach((cidr) => vaultRules.cidr.check(scope, 'secretIdBoundCidrs', cidr));
    if (secretIdTtl !== undefined) {
      this.seconds(scope, 'secretIdTtl', secretIdTtl);
    }
    checkSerials(scope, this.credentials, 'credentials');
    const [ttl, maxTtl] = [this.seconds(scope, 'tokenTtl', this.tokenTtl), this.seconds(scope, 'tokenMaxTtl', this.tokenMaxTtl)];
    if (ttl > maxTtl) {
      throw validation.invalid(scope, 'tokenTtl', ttl, `is longer than tokenMaxTtl ${maxTtl}, both in seconds`,
        'Write a shorter tokenTtl, or a longer tokenMaxTtl');
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
