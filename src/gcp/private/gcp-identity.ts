/** How a workspace is known in GCP. */
export interface GcpIdentity {
  /** The service account that has the permissions. */
  readonly serviceAccount?: string;
  /** The user that has them. */
  readonly user?: string;
  /** The service account that may impersonate `serviceAccount`. */
  readonly impersonator?: string;
  readonly federation?: GcpFederation;
}

export interface GcpFederation {
  readonly projectNumber: string;
  readonly pool: string;
  readonly provider: string;
  /** The AWS role of the workspace. */
  readonly roleArn: string;
}
