import { awscdk } from 'projen';
import { sbomOf } from './sbom';

/**
 * The command `cdk-zenml-secrets-store`: one minified file in `assets/`, with the clients of the AWS SDK in it, so that the package needs
 * no dependency, and the notices of what is bundled. See docs/adr/0020-check.md.
 */
export function configureCli(project: awscdk.AwsCdkConstructLibrary) {
  const bundle = project.addTask('bundle:cli', {
    description: 'Bundle the command check, with the notices of third parties, into assets/',
    steps: [
      {
        // The modules of the SDK in their newer form, of which esbuild leaves out what is not used.
        exec: 'esbuild cli/bin.ts --bundle --minify --platform=node --target=node20 --format=cjs '
          + '--main-fields=module,main --banner:js="#!/usr/bin/env node" '
          + '--legal-comments=none --log-level=warning --outfile=assets/check/index.js --metafile=assets/check/meta.json',
      },
      { exec: 'node --import tsx projenrc/notices.ts assets/check' },
      sbomOf('assets/check'),
    ],
  });
  project.compileTask.prependSpawn(bundle);
  project.package.addBin({ 'cdk-zenml-secrets-store': 'assets/check/index.js' });
  project.npmignore?.exclude('/cli/');

  // What it imports is bundled.
  project.eslint?.addOverride({ files: ['cli/**'], rules: { 'import/no-extraneous-dependencies': 'off' } });
}
