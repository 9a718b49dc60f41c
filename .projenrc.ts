import { awscdk, javascript } from 'projen';
import { GithubCredentials } from 'projen/lib/github';
import { configureApi } from './projenrc/api';
import { configureCli } from './projenrc/cli';
import { configureLambda } from './projenrc/lambda';
import { configureLanguages } from './projenrc/languages';
import { configureRepository } from './projenrc/repository';
import { configureSbom } from './projenrc/sbom';
import { configureTests } from './projenrc/tests';
import { configureWorkflows, COOLDOWN_DAYS } from './projenrc/workflows';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-zenml-secrets-store',
  description: 'AWS CDK constructs that let a ZenML Pro workspace keep its secrets in your own AWS Secrets Manager or HashiCorp Vault',
  keywords: ['aws', 'cdk', 'awscdk', 'zenml', 'secrets-manager', 'hashicorp', 'vault', 'iam', 'cross-account', 'mlops'],
  author: 'The cdk-zenml-secrets-store authors',
  authorAddress: 'https://github.com/cdk-zenml-secrets-store',
  authorOrganization: true,
  license: 'Apache-2.0',
  repositoryUrl: 'https://github.com/cdk-zenml-secrets-store/cdk-zenml-secrets-store.git',
  stability: 'experimental',
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,

  // The floor of the peers, which the tests run against. See docs/adr/0002-peer-floor.md.
  cdkVersion: '2.224.0',
  constructsVersion: '10.4.2',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  projenVersion: '~0.103.0',
  minNodeVersion: '20.19.0',

  publishToPypi: { distName: 'cdk-zenml-secrets-store', module: 'cdk_zenml_secrets_store' },
  publishToMaven: {
    javaPackage: 'io.github.cdkzenmlsecretsstore',
    mavenGroupId: 'io.github.cdk-zenml-secrets-store',
    mavenArtifactId: 'cdk-zenml-secrets-store',
  },
  publishToGo: { moduleName: 'github.com/cdk-zenml-secrets-store/cdk-zenml-secrets-store-go', packageName: 'cdkzenmlsecretsstore' },
  publishToNuget: { dotNetNamespace: 'CdkZenmlSecretsStore', packageId: 'CdkZenmlSecretsStore' },

  // projen would generate a construct for each *.lambda.ts, which bundles with options of its own. See projenrc/lambda.ts.
  lambdaAutoDiscover: false,

  // .ci/run is the one definition of "green". The workflows that build and release are in projenrc/workflows.ts and release.ts: projen's
  // own would run what npm installs in the jobs that may publish. See docs/adr/0015-release.md.
  githubOptions: {
    mergify: false,
    pullRequestLint: false,
    projenCredentials: GithubCredentials.fromPersonalAccessToken({ secret: 'GITHUB_TOKEN' }), // the token of the run: there is none to keep
  },
  buildWorkflow: false,
  release: false,
  pullRequestTemplate: false,
  workflowNodeVersion: '24',
  depsUpgradeOptions: {
    cooldown: COOLDOWN_DAYS,
    exclude: ['aws-cdk', 'aws-cdk-lib', 'cdk-nag', 'constructs', '@cloud-copilot/iam-simulate'], // see "Pinned versions" in CONTRIBUTING.md
    workflowOptions: { schedule: javascript.UpgradeDependenciesSchedule.WEEKLY },
  },

  jestOptions: {
    jestVersion: '^30',
    jestConfig: {
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      collectCoverage: false,
      collectCoverageFrom: [
        '{src,lambda,cli}/**/*.ts',
        // Types only.
        '!src/{gcp,azure}/private/*-identity.ts', '!src/configuration/private/rendered-store.ts', '!cli/context.ts',
        '!lambda/configure-vault/{runtime-context,credentials/credential}.ts',
      ],
      coverageReporters: ['text', 'lcov'],
      modulePathIgnorePatterns: ['<rootDir>/(.cache|dist|examples)/'],
      maxWorkers: 3, // many tests wait for a server rather than compute
      testTimeout: 30_000, // many tests deploy to a server, beside others that do
      setupFiles: ['<rootDir>/test/template-validation.ts'],
      testSequencer: '<rootDir>/test/slowest-first.cjs',
      globalSetup: '<rootDir>/test/global-setup.ts',
    },
  },
  devDeps: [
    'ajv@^8',
    'aws-cdk@2.1148.1', // npm also has 3.0.0, an accidental publish with an old cloud assembly schema
    'tsx@^4',
    '@cloud-copilot/iam-simulate@0.1.173', // AGPL-3.0: a test tool only, never part of the package
    'cdk-nag@2.37.55', // later ones need newer peers than the floor
    'dependency-cruiser@^17', // later ones need Node.js 22
    'fast-check@^4',
    '@smithy/signature-v4@^5',
    '@aws-sdk/client-cloudformation@^3',
    '@aws-sdk/client-cloudwatch-logs@^3',
    '@aws-sdk/client-iam@^3',
    '@aws-sdk/client-kms@^3',
    '@aws-sdk/client-s3@^3',
    '@aws-sdk/client-secrets-manager@^3',
    '@aws-sdk/client-ssm@^3',
    '@aws-sdk/client-sts@^3',
  ],
});

configureRepository(project);
configureTests(project);
configureApi(project);
configureLambda(project);
configureCli(project);
configureSbom(project);
configureLanguages(project);
configureWorkflows(project);

project.synth();
