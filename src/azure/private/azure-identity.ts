/** How a workspace is known in Azure: by the client id of its application, or by the object id of its principal. */
export interface AzureIdentity {
  readonly clientId?: string;
  readonly principalId?: string;
}
