import { awscdk } from 'projen';
import { sbomOf } from './sbom';

/**
 * The function of `VaultConnection`: one minified file in `assets/`, built with the library and shipped in its package, so that nothing is
 * bundled on the machine of a user.
 */
export function configureLambda(project: awscdk.AwsCdkConstructLibrary) {
  project.addDevDeps('esbuild@^0.28');
  const bundle = project.addTask('bundle:lambda', {
    description: 'Bundle the function of VaultConnection into assets/',
    steps: [
      {
        // For the oldest runtime that a connection may choose. The SDK comes with the runtime.
        exec: 'esbuild lambda/configure-vault/index.ts --bundle --minify --platform=node --target=node20 --format=cjs '
          + '--external:@aws-sdk/* --legal-comments=none --log-level=warning --outfile=assets/configure-vault/index.js '
          + '--metafile=assets/configure-vault/meta.json',
      },
      sbomOf('assets/configure-vault'),
    ],
  });
  project.compileTask.prependSpawn(bundle);

  project.gitignore.exclude('/assets/');
  project.npmignore?.exclude('/lambda/');
  project.npmignore?.include('/assets/');
  project.npmignore?.exclude('/assets/*/meta.json');

  project.eslint?.addOverride({
    // The SDK comes with the runtime, and is loaded only when it is needed.
    files: ['lambda/**'],
    rules: { 'import/no-extraneous-dependencies': 'off', '@typescript-eslint/no-require-imports': 'off' },
  });
}
