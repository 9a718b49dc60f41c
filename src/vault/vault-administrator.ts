import { Token } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { IConstruct } from 'constructs';
import { Administrator } from './contract/environment';
import { isPlaceholder } from '../core/lookups';
import * as types from '../core/prop-types';
import * as validation from '../core/validation';
import * as vaultRules from '../core/vault-rules';

/**
 * Options of `VaultAdministrator.token`.
 */
export interface VaultTokenAdministratorOptions {
  /**
   * The field of the secret's JSON that holds the token.
   *
   * @default token
   */
  readonly field?: string;

  /**
   * The namespace in which the token was made, where it is another than that of the stores.
   *
   * @default - the `vaultNamespace` of the connection
   */
  readonly vaultNamespace?: string;
}

/**
 * Options of `VaultAdministrator.appRole`.
 */
export interface VaultAppRoleAdministratorOptions {
  /**
   * The field of the secret's JSON that holds the role id.
   *
   * @default role_id
   */
  readonly roleIdField?: string;

  /**
   * The field of the secret's JSON that holds the secret id.
   *
   * @default secret_id
   */
  readonly secretIdField?: string;

  /**
   * The path of the auth method `approle`, as it follows `auth/`.
   *
   * @default approle
   */
  readonly mountPath?: string;

  /**
   * The namespace of the login, where it is another than that of the stores. On HCP one logs in in `admin` and works in
   * `admin/…`.
   *
   * @default - the `vaultNamespace` of the connection
   */
  readonly vaultNamespace?: string;
}

/**
 * Options of `VaultAdministrator.aws`.
 */
export interface VaultAwsAdministratorOptions {
  /**
   * The role of Vault's auth method `aws` to which the role of the connection's function (`connection.role`) is bound.
   */
  readonly roleName: string;

  /**
   * The path of the auth method `aws` at which the function logs in, as it follows `auth/`.
   *
   * @default aws
   */
  readonly mountPath?: string;

  /**
   * What that mount demands in `X-Vault-AWS-IAM-Server-ID` (`iam_server_id_header_value`).
   *
   * @default - nothing
   */
  readonly headerValue?: string;

  /**
   * The region of the STS that Vault asks (`sts_endpoint` of that mount). The login has to be signed for it.
   *
   * @default - the global endpoint of STS, which every mount without an `sts_endpoint` asks
   */
  readonly stsRegion?: string;

  /**
   * The namespace of the login, where it is another than that of the stores. On HCP one logs in in `admin` and works in
   * `admin/…`.
   *
   * @default - the `vaultNamespace` of the connection
   */
  readonly vaultNamespace?: string;
}

const FIELD = types.optional(types.text('Write the name of a field of the secret\'s JSON'));
const LOGIN_NAMESPACE = types.optional(types.text(vaultRules.namespace));
const TOKEN_OPTIONS = types.object<VaultTokenAdministratorOptions>({ field: FIELD, vaultNamespace: LOGIN_NAMESPACE });
const APP_ROLE_OPTIONS = types.object<VaultAppRoleAdministratorOptions>({
  roleIdField: FIELD,
  secretIdField: FIELD,
  mountPath: types.optional(types.text(vaultRules.authMount)),
  vaultNamespace: LOGIN_NAMESPACE,
});
const AWS_OPTIONS = types.object<VaultAwsAdministratorOptions>({
  roleName: types.text(vaultRules.vaultName),
  mountPath: types.optional(types.text(vaultRules.authMount)),
  headerValue: types.optional(types.text(vaultRules.headerValue)),
  stsRegion: types.optional(types.text(validation.region)),
  vaultNamespace: LOGIN_NAMESPACE,
});

/**
 * How the function of a `VaultConnection` logs in to Vault.
 *
 * Give it the policy `connection.administratorPolicy` and no other. With `aws` nothing secret is kept anywhere; the other two
 * read their credentials from a secret in AWS Secrets Manager. That secret must not be named `zenml/…`: those are the
 * secrets that ZenML may read.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth
 */
export class VaultAdministrator {
  /**
   * A token of Vault, which is never renewed nor revoked by the function.
   *
   * @param secret A secret whose text is a JSON object.
   */
  public static token(secret: secretsmanager.ISecret, options: VaultTokenAdministratorOptions = {}): VaultAdministrator {
    types.secret.check('VaultAdministrator.token', 'secret', secret);
    TOKEN_OPTIONS.check('VaultAdministrator.token', 'options', options);
    const { field = 'token', vaultNamespace } = options;
    return new VaultAdministrator({ method: 'token', secretArn: secret.secretArn, field, vaultNamespace }, secret);
  }

  /**
   * A role id and a secret id of the auth method `approle`. The secret id must allow as many logins as there are deployments.
   *
   * @param secret A secret whose text is a JSON object.
   */
  public static appRole(secret: secretsmanager.ISecret, options: VaultAppRoleAdministratorOptions = {}): VaultAdministrator {
    types.secret.check('VaultAdministrator.appRole', 'secret', secret);
    APP_ROLE_OPTIONS.check('VaultAdministrator.appRole', 'options', options);
    return new VaultAdministrator({
      method: 'app_role',
      secretArn: secret.secretArn,
      roleIdField: options.roleIdField ?? 'role_id',
      secretIdField: options.secretIdField ?? 'secret_id',
      mount: options.mountPath ?? 'approle',
      vaultNamespace: options.vaultNamespace,
    }, secret);
  }

  /**
   * The IAM role of the function itself, at the auth method `aws`. Vault has to know the role before the first deployment, so give
   * the connection a `role`.
   */
  public static aws(options: VaultAwsAdministratorOptions): VaultAdministrator {
    AWS_OPTIONS.check('VaultAdministrator.aws', 'options', options);
    return new VaultAdministrator({
      method: 'aws',
      roleName: options.roleName,
      mount: options.mountPath ?? 'aws',
      headerValue: options.headerValue,
      stsHost: stsHost(options.stsRegion),
      stsRegion: options.stsRegion ?? 'us-east-1',
      vaultNamespace: options.vaultNamespace,
    });
  }

  private constructor(
    /** @internal */
    public readonly _login: Administrator,
    /** @internal */
    public readonly _secret?: secretsmanager.ISecret,
  ) {}

  /**
   * The namespace of the stores, as seen from that of the administrator, with a slash at its end; empty if they are the same. A
   * token is good for its own namespace and those below.
   *
   * @internal
   */
  public _prefix(scope: IConstruct, vaultNamespace: string): string {
    const home = this._login.vaultNamespace ?? vaultNamespace;
    if (home === vaultNamespace || [home, vaultNamespace].some(isPlaceholder)) {
      return '';
    }
    if (home !== '' && !vaultNamespace.startsWith(`${home}/`)) {
      throw validation.invalid(scope, 'administrator vaultNamespace', home,
        `is not above vaultNamespace ${JSON.stringify(vaultNamespace)}, so that a token of it is good for nothing there`,
        'Write the namespace in which the administrator logs in: that of the connection, or one above it');
    }
    return `${vaultNamespace.slice(home === '' ? 0 : home.length + 1)}/`;
  }

  /**
   * Refuses what cannot be right, and names the place.
   *
   * @internal
   */
  public _validate(scope: IConstruct): void {
    const login = this._login;
    validation.checkAll(scope, [
      ['administrator mountPath', 'mount' in login ? login.mount : undefined, vaultRules.authMount],
      ['administrator vaultNamespace', login.vaultNamespace === '' ? undefined : login.vaultNamespace, vaultRules.namespace],
      ['administrator roleName', 'roleName' in login ? login.roleName : undefined, vaultRules.vaultName],
      ['administrator headerValue', 'headerValue' in login ? login.headerValue : undefined, vaultRules.headerValue],
      ['administrator stsRegion', 'stsRegion' in login ? login.stsRegion : undefined, validation.region],
    ]);
    const [concrete] = Object.entries(login).filter(([option, value]) => option !== 'secretArn' && Token.isUnresolved(value));
    if (concrete !== undefined) {
      throw validation.invalid(scope, `administrator ${concrete[0]}`, concrete[1], 'is known only at deployment',
        'Write it out, so that whoever reviews the template sees who the administrator is');
    }
  }
}

function stsHost(region: string | undefined): string {
  return region === undefined ? 'sts.amazonaws.com' : `sts.${region}.${RegionInfo.get(region).domainSuffix ?? 'amazonaws.com'}`;
}
