import { awscdk } from 'projen';

/**
 * The handler of `VaultConnection`: one minified file in `assets/`, built with the library and shipped in its package, so that
 * nothing is bundled on the machine of a user. What it is built from is left out of the package.
 */
export function configureHandler(project: awscdk.AwsCdkConstructLibrary) {
  project.addDevDeps('esbuild@^0.28');
  const bundle = project.addTask('bundle:handler', {
    description: 'Bundle the handler of VaultConnection into assets/',
    // The SDK comes with the runtime of Lambda.
    exec: 'esbuild index=lambda/configure-vault/index.ts credential-handler=lambda/configure-vault/credential-handler.ts aws-iam-login=lambda/configure-vault/login/aws-iam-login.ts --bundle --minify --platform=node --target=node24 --format=cjs '
      + '--external:@aws-sdk/* --external:./credential-handler --external:./aws-iam-login --legal-comments=none --tsconfig-raw=\'{"compilerOptions":{"useDefineForClassFields":false}}\' --log-level=warning --outdir=assets/configure-vault',
  });
  project.compileTask.prependSpawn(bundle);

  project.gitignore.exclude('/assets/');
  project.npmignore?.exclude('/lambda/');
  project.npmignore?.include('/assets/');

  project.eslint?.addOverride({
    // They load what the runtime has, or what is bundled beside them, only when it is needed.
    files: ['lambda/**'],
    rules: { 'import/no-extraneous-dependencies': 'off', '@typescript-eslint/no-require-imports': 'off' },
  });
}
