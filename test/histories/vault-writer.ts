import { EmbeddedVault } from '../emulators/embedded-vault';

/** Writes to Vault as somebody who may do all. */
export async function write(vault: EmbeddedVault, path: string, body: object): Promise<void> {
  const { status, body: answer } = await vault.call('POST', path, body);
  if (status >= 300) {
    throw new Error(`The test could not write ${path}: ${status} ${JSON.stringify(answer)}`);
  }
}
