import { awscdk } from 'projen';

/** What a clone holds beside the sources: pinned transitive packages, ignore lists, npm settings. */
export function configureRepository(project: awscdk.AwsCdkConstructLibrary) {
  // A Go module pins each jsii dependency at the version that npm resolved here, so hold those that exist for Go.
  // unrs-resolver 1.13.0 was published without some of its bindings, and `npm ci` fails on it.
  project.package.addPackageResolutions(
    '@aws-cdk/cloud-assembly-schema@48.6.0',
    '@aws-cdk/asset-node-proxy-agent-v6@2.1.0',
    'unrs-resolver@1.12.2',
  );

  // The lock file names packages and hashes, not the registry that one developer happened to use.
  project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
  project.npmrc.addConfig('fund', 'false');
  project.npmrc.addConfig('audit', 'false');

  project.gitignore.exclude('/.cache/', 'cdk.out/', '.venv/', '__pycache__/', '/examples/node_modules/', '.jsii.tabl.json');
  project.npmignore?.exclude(
    '/.cache/', '/.ci/', '/benchmark/', '/demo/', '/docs/', '/examples/', '/projenrc/', '/rosetta/', '/templates/',
    '/CONTRIBUTING.md', '/API.md', '.jsii.tabl.json',
  );

  // projen runs .projenrc.ts with these two, so a clone must hold them before projen can run.
  project.gitignore.include('/tsconfig.json', '/projenrc/tsconfig.json');

  // The sources a second time, in the maps inside of the compiled files, would be half of the package.
  project.tsconfig?.file.addOverride('compilerOptions.inlineSourceMap', false);
  project.tsconfig?.file.addOverride('compilerOptions.inlineSources', false);

  project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '1');
}
