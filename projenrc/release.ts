import { GitHub, GithubWorkflow } from 'projen/lib/github';
import { Job, JobPermission, JobStep } from 'projen/lib/github/workflows-model';
import { buildAndTest, checkout, setupDotnet, setupLanguages } from './steps';

/**
 * One release: tested and built in jobs that may do nothing, attested, and published by jobs that take the built files as they are and
 * run nothing of npm's. See docs/adr/0015-release.md.
 */
export function addReleaseWorkflow(github: GitHub) {
  const workflow = new GithubWorkflow(github, 'release', { env: { VERSION: '${{ inputs.version }}' }, limitConcurrency: true });
  workflow.on({
    workflowDispatch: { inputs: { version: { description: 'the new version, as 1.2.3', required: true, type: 'string' } } },
  });

  workflow.addJobs({
    test: {
      name: 'Build and test',
      ...READ_ONLY,
      if: 'github.ref == \'refs/heads/main\'',
      timeoutMinutes: 60,
      steps: [
        checkout({ 'fetch-depth': 0 }), // with the tags, for the comparison with the last release
        ...setupLanguages(),
        buildAndTest(),
      ],
    },
    package: {
      name: 'Package',
      ...READ_ONLY,
      // Not beside it: what the tests run could replace what was built.
      needs: ['test'],
      if: 'github.ref == \'refs/heads/main\'',
      timeoutMinutes: 60,
      steps: [
        checkout(),
        ...setupLanguages(),
        { name: 'Check the version', run: 'bash .ci/release/check-version' },
        { name: 'Install', run: 'npm ci' },
        { name: 'Set the version', run: 'npm version --no-git-tag-version "$VERSION"' },
        { name: 'Compile', run: 'npx projen compile' },
        { name: 'Package for all languages', run: 'npx projen package-all' },
        { name: 'Write the templates', run: 'npm run templates' },
        { name: 'Show what will be published', run: 'find dist -type f -exec sha256sum {} +' },
        { name: 'Keep it', uses: 'actions/upload-artifact', with: { 'name': 'dist', 'path': 'dist', 'if-no-files-found': 'error' } },
      ],
    },
    attest: {
      name: 'Attest',
      runsOn: ['ubuntu-latest'],
      needs: ['package'],
      permissions: { contents: JobPermission.READ, idToken: JobPermission.WRITE, attestations: JobPermission.WRITE },
      timeoutMinutes: 15,
      steps: [DOWNLOAD, { name: 'Attest every file', uses: 'actions/attest-build-provenance', with: { 'subject-path': 'dist/**/*' } }],
    },
    tag: {
      name: 'Tag',
      runsOn: ['ubuntu-latest'],
      needs: ['attest'],
      environment: 'release',
      permissions: { contents: JobPermission.WRITE },
      timeoutMinutes: 15,
      steps: [{
        // Before anything is published: no other commit can become this version any more, whatever fails from here on.
        name: 'Tag the commit, if the tag is not there yet',
        run: 'gh api "repos/$GITHUB_REPOSITORY/git/refs" --silent --field ref="refs/tags/v$VERSION" --field sha="$GITHUB_SHA"',
        env: { GH_TOKEN: '${{ github.token }}' },
      }],
    },
    npm: trustedPublisher('npm', [
      { name: 'Set up Node.js', uses: 'actions/setup-node', with: { 'node-version': '24', 'package-manager-cache': false } },
      { name: 'Publish', run: 'npm publish --provenance --access public ./dist/js/*.tgz' },
    ]),
    pypi: trustedPublisher('PyPI', [
      { name: 'Publish', uses: 'pypa/gh-action-pypi-publish', with: { 'packages-dir': 'dist/python', 'attestations': true } },
    ]),
    nuget: trustedPublisher('NuGet', [
      setupDotnet(),
      { name: 'Log in', id: 'login', uses: 'NuGet/login', with: { user: '${{ vars.NUGET_USER }}' } },
      {
        name: 'Publish',
        run: 'dotnet nuget push "dist/dotnet/*.nupkg" --api-key "$NUGET_API_KEY" --source https://api.nuget.org/v3/index.json',
        env: { NUGET_API_KEY: '${{ steps.login.outputs.NUGET_API_KEY }}' },
      },
    ]),
    maven: publisher('Maven Central', [
      checkout(),
      DOWNLOAD,
      {
        name: 'Sign and publish',
        run: 'bash .ci/release/publish-maven',
        env: {
          MAVEN_USERNAME: '${{ secrets.MAVEN_USERNAME }}',
          MAVEN_PASSWORD: '${{ secrets.MAVEN_PASSWORD }}',
          MAVEN_GPG_PRIVATE_KEY: '${{ secrets.MAVEN_GPG_PRIVATE_KEY }}',
          MAVEN_GPG_PASSPHRASE: '${{ secrets.MAVEN_GPG_PASSPHRASE }}',
        },
      },
    ]),
    go: publisher('the Go repository', [
      checkout(),
      DOWNLOAD,
      {
        // The key may write to that repository and to nothing else; it has to stay for the push.
        ...checkout({
          'repository': `${REPOSITORY}-go`,
          'path': 'go',
          'ssh-key': '${{ secrets.GO_DEPLOY_KEY }}',
          'persist-credentials': true,
        }),
        name: 'Check out the repository of the Go module',
      },
      { name: 'Publish', run: 'bash .ci/release/publish-go dist/go go' },
    ]),
    github: {
      name: 'Release on GitHub',
      runsOn: ['ubuntu-latest'],
      needs: ['npm', 'pypi', 'nuget', 'maven', 'go'],
      environment: 'release',
      permissions: { contents: JobPermission.WRITE },
      timeoutMinutes: 15,
      steps: [
        DOWNLOAD,
        {
          name: 'Attach what was published',
          run: 'find dist/js dist/python dist/dotnet dist/java dist/templates -type f '
            + '-regextype posix-extended -regex \'.*\\.(tgz|whl|tar\\.gz|s?nupkg|jar|pom|json)\' -exec '
            + 'gh release create "v$VERSION" --repo "$GITHUB_REPOSITORY" --verify-tag --title "v$VERSION" --generate-notes {} +',
          env: { GH_TOKEN: '${{ github.token }}' },
        },
      ],
    },
  });
}

const REPOSITORY = 'cdk-zenml-secrets-store/cdk-zenml-secrets-store';

const READ_ONLY = { runsOn: ['ubuntu-latest'], permissions: { contents: JobPermission.READ } };

const DOWNLOAD: JobStep = { name: 'Take what was built', uses: 'actions/download-artifact', with: { name: 'dist', path: 'dist' } };

/** A job that publishes. The environment `release` holds the secrets, asks for approval, and is named to the registries. */
function publisher(registry: string, steps: JobStep[]): Job {
  return { ...READ_ONLY, name: `Publish to ${registry}`, needs: ['tag'], environment: 'release', timeoutMinutes: 60, steps };
}

/** A job that the registry knows by its identity token, so that there is no secret to steal. */
function trustedPublisher(registry: string, steps: JobStep[]): Job {
  return { ...publisher(registry, [DOWNLOAD, ...steps]), permissions: { contents: JobPermission.READ, idToken: JobPermission.WRITE } };
}
