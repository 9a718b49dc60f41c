import { EmbeddedAws } from './emulators/embedded-aws';
import { EmbeddedVault } from './emulators/embedded-vault';

/** Installs once what the test files, which run side by side, would otherwise install each for itself. */
export default async function () {
  if (process.env.UNIT_TESTS_ONLY !== 'true') {
    await Promise.all([EmbeddedAws.install(), EmbeddedVault.install()]);
  }
}
