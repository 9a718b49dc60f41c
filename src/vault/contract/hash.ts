import { createHash } from 'node:crypto';

export function hash(...texts: string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 12);
}

/** Changes with what decides which Vault a connection means. */
export function connectionHash(address: string, vaultNamespace: string): string {
  return hash(address, vaultNamespace);
}

/** The part of a physical id that tells the namespace. */
export function namespacePart(vaultNamespace: string): string {
  return hash(vaultNamespace);
}
