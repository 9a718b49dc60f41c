import { EmbeddedAws } from './emulators/embedded-aws';

/** Installs once what the test files, which run side by side, would otherwise install each for itself. */
export default function () {
  if (process.env.UNIT_TESTS_ONLY !== 'true') {
    EmbeddedAws.install();
  }
}
