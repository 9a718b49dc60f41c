/*
 * Library and function are released together and never deployed together: stores live in other stacks than their connection, and a rollback
 * brings back an old template under the new function. So the properties of the custom resources are a contract with a version.
 *
 * To change it: raise the version; give each new property a default (`withDefault`); add the events of the new version to test/contract/.
 * The events of every released version stay there, and the function takes them for ever.
 */

export const CONTRACT_VERSION = 1;

/** The property that every custom resource carries. */
export const CONTRACT_VERSION_PROPERTY = 'ContractVersion';

/**
 * Refuses to create or update what was written by a newer library than this function. A Delete is not refused: in a rollback,
 * CloudFormation restores the old function first, and then deletes what the new one has made.
 *
 * @param connectionStack The stack that has the function.
 */
export function assertContractVersion(properties: { readonly [property: string]: unknown }, connectionStack: string): void {
  const value = properties[CONTRACT_VERSION_PROPERTY];
  if (typeof value !== 'string' || !/^[1-9]\d{0,5}$/.test(value)) {
    throw new Error(`${CONTRACT_VERSION_PROPERTY} ${JSON.stringify(value)} is not a version`);
  }
  if (Number(value) > CONTRACT_VERSION) {
    throw new Error(`This resource was written by a newer cdk-zenml-secrets-store (contract version ${value}) `
      + `than the function of its VaultConnection (contract version ${CONTRACT_VERSION}). `
      + `Deploy the stack ${connectionStack} first, then this one`);
  }
}
