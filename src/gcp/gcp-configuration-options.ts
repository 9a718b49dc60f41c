import { GcpAuthentication } from './gcp-authentication';

/**
 * What a ZenML workspace needs to know of GCP Secret Manager.
 */
export interface GcpConfigurationOptions {
  /**
   * The id of the project that has the secrets, 6 to 30 characters. Use one for this workspace alone: its permissions admit every secret of
   * the project whose name begins with `zenml-`.
   */
  readonly projectId: string;

  /**
   * How the workspace authenticates.
   */
  readonly authentication: GcpAuthentication;
}
