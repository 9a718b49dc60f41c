import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { CredentialOptions } from '../core/credential-options';
import { AzureIdentity } from './private/azure-identity';
import * as rules from './private/azure-rules';
import * as types from '../core/prop-types';
import { Credential, CREDENTIAL_OPTION_TYPES } from '../core/secret-reference';
import * as validation from '../core/validation';

/**
 * Options of `AzureAuthentication.implicit`.
 */
export interface AzureImplicitOptions {
  /**
   * The id of the tenant (directory), a UUID.
   *
   * @default - ZenML asks Azure
   */
  readonly tenantId?: string;

  /**
   * The object id of the managed identity under which the workspace runs, a UUID. Only for the setup commands; ZenML is not told.
   *
   * @default - not known, so that there are no setup commands
   */
  readonly principalId?: string;
}

/**
 * Options of `AzureAuthentication.servicePrincipal`.
 */
export interface AzureServicePrincipalOptions extends CredentialOptions {
  /**
   * The id of the tenant (directory) of the service principal, a UUID.
   */
  readonly tenantId: string;

  /**
   * The client id (application id) of the service principal, a UUID.
   */
  readonly clientId: string;
}

const AZURE_ID = types.text(rules.azureId);
const IMPLICIT_OPTIONS = types.object<AzureImplicitOptions>({
  tenantId: types.optional(AZURE_ID), principalId: types.optional(AZURE_ID),
});
const SERVICE_PRINCIPAL_OPTIONS = types.object<AzureServicePrincipalOptions>({
  ...CREDENTIAL_OPTION_TYPES, tenantId: AZURE_ID, clientId: AZURE_ID,
});

/**
 * How the workspace authenticates to Azure Key Vault: the `auth_method` of ZenML's Azure service connector.
 *
 * None of them works without a secret for a workspace that ZenML hosts, since that runs in AWS: there `servicePrincipal()` is the one to
 * choose. Its client secret is taken from a secret in AWS Secrets Manager and put into the hand-off secret.
 *
 * ZenML's method `access-token` is left out: ZenML does not start with it, since its connector demands a time of expiry that no field of
 * the configuration can give.
 *
 * @see https://docs.zenml.io/stacks/service-connectors/connector-types/azure-service-connector#authentication-methods
 */
export class AzureAuthentication {
  /**
   * The workspace uses the Azure credentials of the place where it runs. For a workspace of your own in Azure: one that ZenML hosts runs in
   * AWS, where there are none.
   *
   * ZenML starts with it only if the environment of the server has `ZENML_ENABLE_IMPLICIT_AUTH_METHODS=true`
   * (`server.enableImplicitAuthMethods` of its Helm chart).
   *
   * @param options What ZenML or the setup commands may be told.
   * @jsii suppress reserved-word
   */
  public static implicit(options: AzureImplicitOptions = {}): AzureAuthentication {
    IMPLICIT_OPTIONS.check('AzureAuthentication.implicit', 'options', options);
    const { tenantId, principalId } = options;
    return new AzureAuthentication('implicit', { tenant_id: tenantId }, {}, { principalId }, [
      ['tenantId', tenantId, rules.azureId],
      ['principalId', principalId, rules.azureId],
    ]);
  }

  /**
   * The workspace signs in as a service principal, with a client secret.
   *
   * @param clientSecret The secret with the client secret, and nothing else, such as a line break.
   * @param options Which service principal, and which part of the secret.
   */
  public static servicePrincipal(clientSecret: secretsmanager.ISecret, options: AzureServicePrincipalOptions): AzureAuthentication {
    types.secret.check('AzureAuthentication.servicePrincipal', 'clientSecret', clientSecret);
    SERVICE_PRINCIPAL_OPTIONS.check('AzureAuthentication.servicePrincipal', 'options', options);
    const { tenantId, clientId } = options;
    const credentials = { client_secret: new Credential('clientSecret', clientSecret, options, false) };
    return new AzureAuthentication('service-principal', { tenant_id: tenantId, client_id: clientId }, credentials, { clientId }, [
      ['tenantId', tenantId, rules.azureId],
      ['clientId', clientId, rules.azureId],
    ]);
  }

  private constructor(
    /** @internal */
    public readonly _method: string,
    /** @internal */
    public readonly _fields: { [field: string]: string | undefined },
    /** @internal */
    public readonly _credentials: { [field: string]: Credential },
    /** @internal */
    public readonly _identity: AzureIdentity,
    private readonly checks: validation.Check[],
  ) {}

  /**
   * Refuses what cannot be right, and names the place.
   *
   * @internal
   */
  public _validate(scope: IConstruct): void {
    validation.checkAll(scope, this.checks);
  }

  /**
   * What the setup commands would say, to be looked through for tokens.
   *
   * @internal
   */
  public get _values(): [string, string | undefined][] {
    return this.checks.map(([option, value]) => [option, value]);
  }
}
