/* What the construct puts into the environment of the function, and the function reads there. */

export { anyOrigin, problemOf, region, roleArn, uuid } from '../../core/formats';

/** How the function logs in to Vault, without any secret. Mounts are those of the auth method. */
export type Administrator = (
  | { readonly method: 'token'; readonly secretArn: string; readonly field: string }
  | {
    readonly method: 'app_role';
    readonly secretArn: string;
    readonly roleIdField: string;
    readonly secretIdField: string;
    readonly mount: string;
  }
  | {
    readonly method: 'aws';
    readonly roleName: string;
    readonly mount: string;
    readonly headerValue?: string;
    readonly stsHost: string;
    readonly stsRegion: string;
  }
) & {
  /** The namespace of the login, where it is another than that of the stores; empty for the root namespace. */
  readonly vaultNamespace?: string;
};

/** The variables. */
export interface Variables {
  readonly ADDRESS: string;
  /** Absent for the root namespace. */
  readonly VAULT_NAMESPACE?: string;
  /** JSON of an {@link Administrator}. */
  readonly ADMINISTRATOR: string;
  /** The name of the stack that has the function. */
  readonly CONNECTION_STACK: string;
  /** PEM. */
  readonly CERTIFICATE_AUTHORITY?: string;
  /** The ARN of a secret with PEM. */
  readonly CERTIFICATE_AUTHORITY_SECRET?: string;
}
