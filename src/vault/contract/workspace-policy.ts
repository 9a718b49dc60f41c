/**
 * What a workspace may do in Vault, in HCL: the least with which ZenML's secrets store works. ZenML configures its mount at every
 * login, and is kept to the two settings that it writes.
 *
 * @param kvMount The KV mount, version 2, of the workspace.
 */
export function workspaceRules(kvMount: string): string {
  return `path "${kvMount}/config" {
  capabilities = ["update"]
  allowed_parameters = {
    "max_versions" = []
    "delete_version_after" = []
  }
}
path "${kvMount}/data/zenml/*" {
  capabilities = ["create", "read", "update"]
}
path "${kvMount}/metadata/zenml/*" {
  capabilities = ["delete"]
}
`;
}
