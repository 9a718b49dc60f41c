import { EmbeddedVault, EmbeddedVaultOptions } from './embedded-vault';
import { useEmulator } from './use-emulators';
import { vaultServer } from './vault-server';

/**
 * An embedded Vault that runs while the tests of the file, or of the `describe` block, do. It is not beside the other emulators,
 * so that the imports of a test say whether it speaks to a Vault: `npm run test:vault` goes by that.
 */
export function useEmbeddedVault(options: EmbeddedVaultOptions = {}): EmbeddedVault {
  return useEmulator(new EmbeddedVault(options));
}

/** A test of what is done in a namespace, and of how that is refused where the server has none. */
export function testNamespace(title: string, done: () => Promise<void>, refused: () => Promise<void>) {
  if (vaultServer().hasNamespaces) {
    test(title, done);
  } else {
    test(`${title}: refused, as the server has no namespaces`, refused);
  }
}
