import { awscdk, YamlFile } from 'projen';
import { GitHub, GithubWorkflow } from 'projen/lib/github';
import { JobPermission } from 'projen/lib/github/workflows-model';
import { denyPermissions, pinActions } from './actions';
import { addReleaseWorkflow } from './release';
import { buildAndTest, checkout, setupLanguages, setupTests } from './steps';

/** Days before a new version is taken: long enough for a malicious one to be noticed by others. */
export const COOLDOWN_DAYS = 7;

/** A push ends what still runs for the one before it. */
const ONE_AT_A_TIME = {
  limitConcurrency: true,
  concurrencyOptions: { group: '${{ github.workflow }}-${{ github.ref }}', cancelInProgress: true },
};

/** What GitHub runs: the build, the tests under each Vault, the release, CodeQL, the search for secrets, and the upgrades. */
export function configureWorkflows(project: awscdk.AwsCdkConstructLibrary) {
  const github = project.github!;
  addBuildWorkflow(github);
  addVaultServersWorkflow(github);
  addReleaseWorkflow(github);
  addCodeqlWorkflow(github);
  addSecretsWorkflow(github);
  hardenUpgradeWorkflow(project);
  addDependabot(project);

  pinActions(github);
  denyPermissions(github);
  project.npmignore?.exclude('/.gitleaks.toml');
}

function addBuildWorkflow(github: GitHub) {
  const workflow = new GithubWorkflow(github, 'build', ONE_AT_A_TIME);
  workflow.on({ pullRequest: {}, push: { branches: ['main'] }, workflowDispatch: {} });
  workflow.addJob('build', {
    name: 'Build and test',
    runsOn: ['ubuntu-latest'],
    permissions: { contents: JobPermission.READ },
    timeoutMinutes: 60,
    steps: [
      checkout({ 'fetch-depth': 0 }), // with the tags, for the comparison with the last release
      ...setupLanguages(),
      buildAndTest(),
    ],
  });
}

/** HashiCorp's servers are built anew each night: their licence allows to test against them, and no artefact or cache holds them. */
function addVaultServersWorkflow(github: GitHub) {
  const workflow = new GithubWorkflow(github, 'vault-servers', ONE_AT_A_TIME);
  workflow.on({ schedule: [{ cron: '23 2 * * *' }], workflowDispatch: {} });
  workflow.addJob('test', {
    name: 'Test under each Vault',
    runsOn: ['ubuntu-latest'],
    permissions: { contents: JobPermission.READ },
    timeoutMinutes: 150,
    steps: [
      checkout(),
      ...setupTests(),
      { name: 'Install', run: 'npm ci' },
      { name: 'Test under each Vault', run: 'npm run test:vault -- --table "$GITHUB_STEP_SUMMARY"' },
    ],
  });
}

function addCodeqlWorkflow(github: GitHub) {
  const workflow = new GithubWorkflow(github, 'codeql', ONE_AT_A_TIME);
  workflow.on({ pullRequest: {}, push: { branches: ['main'] }, schedule: [{ cron: '17 4 * * 1' }] });
  workflow.addJob('analyze', {
    name: 'Analyze',
    runsOn: ['ubuntu-latest'],
    permissions: { contents: JobPermission.READ, securityEvents: JobPermission.WRITE },
    timeoutMinutes: 30,
    steps: [
      checkout(),
      { name: 'Start CodeQL', uses: 'github/codeql-action/init', with: { 'languages': 'javascript-typescript', 'build-mode': 'none' } },
      { name: 'Analyze', uses: 'github/codeql-action/analyze' },
    ],
  });
}

/** gitleaks over the whole history, by the Go module proxy, whose checksums Go verifies. */
function addSecretsWorkflow(github: GitHub) {
  const workflow = new GithubWorkflow(github, 'secrets', ONE_AT_A_TIME);
  workflow.on({ pullRequest: {}, push: { branches: ['main'] } });
  workflow.addJob('scan', {
    name: 'Look for secrets',
    runsOn: ['ubuntu-latest'],
    permissions: { contents: JobPermission.READ },
    timeoutMinutes: 15,
    steps: [
      checkout({ 'fetch-depth': 0 }),
      { name: 'Set up Go', uses: 'actions/setup-go', with: { 'go-version': '1.26', 'cache': false } },
      { name: 'Look for secrets', run: 'go run github.com/zricethezav/gitleaks/v8@v8.30.0 git --no-banner --redact --verbose' },
    ],
  });
}

/** projen's own workflow leaves the token of the checkout in the clone in which it then runs what npm installs. */
function hardenUpgradeWorkflow(project: awscdk.AwsCdkConstructLibrary) {
  for (const workflow of project.upgradeWorkflow!.workflows) {
    for (const job of ['upgrade', 'pr']) {
      const { with: options } = workflow.getStep(job, 'Checkout');
      workflow.patchStep(job, 'Checkout', { with: { ...options, 'persist-credentials': false } });
    }
    // Without an expression in the script.
    workflow.patchStep('pr', 'Apply patch', { run: 'git apply "$RUNNER_TEMP/repo.patch"' });
    workflow.file!.addOverride('concurrency', { 'group': '${{ github.workflow }}', 'cancel-in-progress': false });
  }
}

/**
 * What projen's upgrade does not know. npm is left to that: two tools would write the same lock file. The modules of HashiCorp's Vault in
 * test/emulators/hashicorp are left alone, as few versions of it compile at all.
 */
function addDependabot(project: awscdk.AwsCdkConstructLibrary) {
  const weekly = { schedule: { interval: 'weekly' }, cooldown: { 'default-days': COOLDOWN_DAYS } };
  new YamlFile(project, '.github/dependabot.yml', {
    committed: true,
    obj: {
      version: 2,
      updates: [
        { 'package-ecosystem': 'github-actions', 'directory': '/', ...weekly },
        {
          'package-ecosystem': 'pip',
          'directories': ['/test/emulators/aws', '/test/emulators/vault', '/test/lint', '/test/zenml'],
          ...weekly,
        },
        {
          'package-ecosystem': 'gomod',
          'directory': '/test/emulators/vault/plugin',
          ...weekly,
          // Later ones are not under the MPL any more.
          'ignore': ['github.com/hashicorp/vault', 'github.com/hashicorp/vault/api', 'github.com/hashicorp/vault/sdk']
            .map((name) => ({ 'dependency-name': name })),
        },
      ],
    },
  });
}
