import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { CredentialOptions } from '../core/credential-options';
import { isKnown } from '../core/lookups';
import * as types from '../core/prop-types';
import { Credential, CREDENTIAL_OPTION_TYPES } from '../core/secret-reference';
import { GcpIdentity } from './private/gcp-identity';
import * as rules from './private/gcp-rules';
import * as validation from '../core/validation';
import { workspaceType } from '../core/workspace-type';
import { ZenmlWorkspace } from '../core/zenml-workspace';

/**
 * Options of `GcpAuthentication.implicit`.
 */
export interface GcpImplicitOptions {
  /**
   * The email address of the service account under which the workspace runs. Only for the setup commands; ZenML is not told.
   *
   * @default - not known, so that there are no setup commands
   */
  readonly serviceAccountEmail?: string;
}

/**
 * Options of `GcpAuthentication.serviceAccount`.
 */
export interface GcpServiceAccountOptions extends CredentialOptions {
  /**
   * The email address of the service account. Only for the setup commands; ZenML finds it in the key.
   *
   * @default - not known, so that there are no setup commands
   */
  readonly serviceAccountEmail?: string;
}

/**
 * Options of `GcpAuthentication.externalAccount`.
 */
export interface GcpExternalAccountOptions {
  /**
   * The workspace whose AWS role is let in. Only for the setup commands; ZenML uses the role under which it runs.
   */
  readonly workspace: ZenmlWorkspace;

  /**
   * The number of the GCP project that has the pool, as a string of digits. The setup commands make the pool in the project of the secrets.
   */
  readonly projectNumber: string;

  /**
   * The id of the workload identity pool, 4 to 32 characters.
   */
  readonly pool: string;

  /**
   * The id of the AWS provider in that pool, 4 to 32 characters.
   */
  readonly provider: string;

  /**
   * The email address of a service account that the workspace impersonates, and which then has the permissions.
   *
   * @default - none: the workspace's role in the pool has the permissions itself
   */
  readonly serviceAccountEmail?: string;
}

/**
 * Options of `GcpAuthentication.impersonation`.
 */
export interface GcpImpersonationOptions extends CredentialOptions {
  /**
   * The email address of the service account that is impersonated, and has the permissions.
   */
  readonly targetPrincipal: string;

  /**
   * The email address of the service account whose key is handed over. Only for the setup commands; ZenML finds it in the key.
   *
   * @default - not known, so that there are no setup commands
   */
  readonly serviceAccountEmail?: string;
}

/**
 * Options of `GcpAuthentication.userAccount`.
 */
export interface GcpUserAccountOptions extends CredentialOptions {
  /**
   * The email address of the user. Only for the setup commands; ZenML does not need it.
   *
   * @default - not known, so that there are no setup commands
   */
  readonly userEmail?: string;
}

/**
 * Options of `GcpAuthentication.oauth2Token`.
 */
export interface GcpOauth2TokenOptions extends CredentialOptions {
  /**
   * The email address of the service account for which the token was issued.
   *
   * @default - the token is a user's, and there are no setup commands
   */
  readonly serviceAccountEmail?: string;
}

const EMAIL = types.text(rules.gcpServiceAccount);
const IMPLICIT_OPTIONS = types.object<GcpImplicitOptions>({ serviceAccountEmail: types.optional(EMAIL) });
const KEY_OPTIONS = types.object<GcpServiceAccountOptions>({ ...CREDENTIAL_OPTION_TYPES, serviceAccountEmail: types.optional(EMAIL) });
const EXTERNAL_ACCOUNT_OPTIONS = types.object<GcpExternalAccountOptions>({
  workspace: workspaceType,
  projectNumber: types.text(rules.gcpProjectNumber),
  pool: types.text(rules.gcpPool),
  provider: types.text(rules.gcpProvider),
  serviceAccountEmail: types.optional(EMAIL),
});
const IMPERSONATION_OPTIONS = types.object<GcpImpersonationOptions>({
  ...CREDENTIAL_OPTION_TYPES, targetPrincipal: EMAIL, serviceAccountEmail: types.optional(EMAIL),
});
const USER_OPTIONS = types.object<GcpUserAccountOptions>({
  ...CREDENTIAL_OPTION_TYPES, userEmail: types.optional(types.text(rules.userEmail)),
});
const TOKEN_OPTIONS = types.object<GcpOauth2TokenOptions>({ ...CREDENTIAL_OPTION_TYPES, serviceAccountEmail: types.optional(EMAIL) });

/** What google-auth puts the region in the place of. */
const VERIFICATION_URL = 'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15';

/**
 * How the workspace authenticates to GCP Secret Manager: the `auth_method` of ZenML's GCP service connector.
 *
 * `externalAccount()` is the one to choose for a workspace that ZenML hosts, since nothing secret is exchanged. The others, but for
 * `implicit()`, take a credential from a secret in AWS Secrets Manager and put it into the hand-off secret.
 *
 * @see https://docs.zenml.io/stacks/service-connectors/connector-types/gcp-service-connector#authentication-methods
 */
export class GcpAuthentication {
  /**
   * The workspace uses the GCP credentials of the place where it runs. For a workspace of your own in GCP: one that ZenML hosts runs in
   * AWS, where there are none.
   *
   * @param options What the setup commands need.
   * @jsii suppress reserved-word
   */
  public static implicit(options: GcpImplicitOptions = {}): GcpAuthentication {
    IMPLICIT_OPTIONS.check('GcpAuthentication.implicit', 'options', options);
    const { serviceAccountEmail } = options;
    return new GcpAuthentication('implicit', {}, {}, { serviceAccount: serviceAccountEmail }, 'serviceAccountEmail', [
      ['serviceAccountEmail', serviceAccountEmail, rules.gcpServiceAccount],
    ]);
  }

  /**
   * The workspace signs in with the key of a service account.
   *
   * @param key The secret with the key file as Google makes it, a JSON object. A trailing line break does no harm.
   * @param options Which part of the secret, and what the setup commands need.
   */
  public static serviceAccount(key: secretsmanager.ISecret, options: GcpServiceAccountOptions = {}): GcpAuthentication {
    types.secret.check('GcpAuthentication.serviceAccount', 'key', key);
    KEY_OPTIONS.check('GcpAuthentication.serviceAccount', 'options', options);
    const { serviceAccountEmail } = options;
    const credentials = { service_account_json: new Credential('key', key, options, true) };
    return new GcpAuthentication('service-account', {}, credentials, { serviceAccount: serviceAccountEmail }, 'serviceAccountEmail', [
      ['serviceAccountEmail', serviceAccountEmail, rules.gcpServiceAccount],
    ]);
  }

  /**
   * The workspace proves by a signed `sts:GetCallerIdentity` that it is its AWS role, and gets a token of GCP for that (workload identity
   * federation). Nothing secret is exchanged with anyone.
   *
   * ZenML takes the AWS credentials of its surroundings by boto3, so that the configuration names no metadata server.
   *
   * @see https://cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds
   * @see https://google.aip.dev/auth/4117
   */
  public static externalAccount(options: GcpExternalAccountOptions): GcpAuthentication {
    EXTERNAL_ACCOUNT_OPTIONS.check('GcpAuthentication.externalAccount', 'options', options);
    const { workspace, projectNumber, pool, provider, serviceAccountEmail } = options;
    const json = JSON.stringify({
      type: 'external_account',
      audience: `//iam.googleapis.com/projects/${projectNumber}/locations/global/workloadIdentityPools/${pool}/providers/${provider}`,
      subject_token_type: 'urn:ietf:params:aws:token-type:aws4_request',
      token_url: 'https://sts.googleapis.com/v1/token',
      credential_source: { environment_id: 'aws1', regional_cred_verification_url: VERIFICATION_URL },
      service_account_impersonation_url: serviceAccountEmail
        && `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${serviceAccountEmail}:generateAccessToken`,
    });
    const federation = { projectNumber, pool, provider, roleArn: workspace.principalArn };
    const identity = { serviceAccount: serviceAccountEmail, federation };
    return new GcpAuthentication('external-account', { external_account_json: json }, {}, identity, '', [
      ['projectNumber', projectNumber, rules.gcpProjectNumber],
      ['pool', pool, rules.gcpPool],
      ['provider', provider, rules.gcpProvider],
      ['serviceAccountEmail', serviceAccountEmail, rules.gcpServiceAccount],
    ], workspace);
  }

  /**
   * The workspace signs in with the key of a service account that may do nothing but impersonate another one, for an hour at a time.
   *
   * @param key The secret with the key file as Google makes it, a JSON object. A trailing line break does no harm.
   * @param options Whom to impersonate, which part of the secret, and what the setup commands need.
   */
  public static impersonation(key: secretsmanager.ISecret, options: GcpImpersonationOptions): GcpAuthentication {
    types.secret.check('GcpAuthentication.impersonation', 'key', key);
    IMPERSONATION_OPTIONS.check('GcpAuthentication.impersonation', 'options', options);
    const { targetPrincipal, serviceAccountEmail } = options;
    const credentials = { service_account_json: new Credential('key', key, options, true) };
    const identity = serviceAccountEmail === undefined ? {} : { serviceAccount: targetPrincipal, impersonator: serviceAccountEmail };
    return new GcpAuthentication('impersonation', { target_principal: targetPrincipal }, credentials, identity, 'serviceAccountEmail', [
      ['targetPrincipal', targetPrincipal, rules.gcpServiceAccount],
      ['serviceAccountEmail', serviceAccountEmail, rules.gcpServiceAccount],
    ]);
  }

  /**
   * The workspace signs in as a person, with that person's refresh token. It then acts as that account, with all its permissions
   * everywhere, not only on the secrets: use an account that has no others.
   *
   * @param credentials The secret with the file that `gcloud auth application-default login` writes, a JSON object of type
   *   `authorized_user`.
   * @param options Which part of the secret, and what the setup commands need.
   */
  public static userAccount(credentials: secretsmanager.ISecret, options: GcpUserAccountOptions = {}): GcpAuthentication {
    types.secret.check('GcpAuthentication.userAccount', 'credentials', credentials);
    USER_OPTIONS.check('GcpAuthentication.userAccount', 'options', options);
    const { userEmail } = options;
    const json = { user_account_json: new Credential('credentials', credentials, options, true) };
    return new GcpAuthentication('user-account', {}, json, { user: userEmail }, 'userEmail', [['userEmail', userEmail, rules.userEmail]]);
  }

  /**
   * The workspace uses one access token. It expires after an hour or so, and ZenML cannot renew it: for a trial only.
   *
   * @param token The secret with the token, and nothing else, such as a line break.
   * @param options Which part of the secret, and whose token it is.
   */
  public static oauth2Token(token: secretsmanager.ISecret, options: GcpOauth2TokenOptions = {}): GcpAuthentication {
    types.secret.check('GcpAuthentication.oauth2Token', 'token', token);
    TOKEN_OPTIONS.check('GcpAuthentication.oauth2Token', 'options', options);
    const { serviceAccountEmail } = options;
    const fields: { [field: string]: string } = serviceAccountEmail === undefined ? {} : { service_account_email: serviceAccountEmail };
    const credentials = { token: new Credential('token', token, options, false) };
    return new GcpAuthentication('oauth2-token', fields, credentials, { serviceAccount: serviceAccountEmail }, 'serviceAccountEmail', [
      ['serviceAccountEmail', serviceAccountEmail, rules.gcpServiceAccount],
    ]);
  }

  private constructor(
    /** @internal */
    public readonly _method: string,
    /** @internal */
    public readonly _fields: { [field: string]: string },
    /** @internal */
    public readonly _credentials: { [field: string]: Credential },
    /** @internal */
    public readonly _identity: GcpIdentity,
    /**
     * The option that says who is to have the permissions.
     *
     * @internal
     */
    public readonly _identityOption: string,
    private readonly checks: validation.Check[],
    private readonly workspace?: ZenmlWorkspace,
  ) {}

  /**
   * Refuses what cannot be right, and names the place.
   *
   * @internal
   */
  public _validate(scope: IConstruct): void {
    validation.checkAll(scope, this.checks);
    this.workspace?._validateIdentity(scope);
    const { federation } = this._identity;
    if (federation !== undefined && isKnown(federation.roleArn) && !federation.roleArn.startsWith('arn:aws:')) {
      throw validation.invalid(scope, 'workspace principal', federation.roleArn,
        'is not in partition aws, the only one whose STS this configuration names',
        'Run the workspace under a role of partition aws, or choose another GcpAuthentication');
    }
  }

  /**
   * What the setup commands would say, to be looked through for tokens.
   *
   * @internal
   */
  public get _values(): [string, string | undefined][] {
    const options = this.checks.map(([option, value]): [string, string | undefined] => [option, value]);
    return [...options, ['workspace', this._identity.federation?.roleArn]];
  }
}
