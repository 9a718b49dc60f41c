import { JobStep } from 'projen/lib/github/workflows-model';

/** The sources, without the token that got them: what is run later could take it. */
export function checkout(options: Record<string, unknown> = {}): JobStep {
  return { name: 'Check out', uses: 'actions/checkout', with: { 'persist-credentials': false, ...options } };
}

/** .ci/run is what "green" means. Here there is a .NET SDK, so that C# is no exception. */
export function buildAndTest(): JobStep {
  return { name: 'Build and test', run: 'bash .ci/run', env: { DEMANDED_LANGUAGES: 'python,java,go,csharp' } };
}

/** What the tests and their servers run on. */
export function setupTests(): JobStep[] {
  return [
    { name: 'Set up Node.js', uses: 'actions/setup-node', with: { 'node-version': '24', 'package-manager-cache': false } },
    { name: 'Set up Python', uses: 'actions/setup-python', with: { 'python-version': '3.13' } },
  ];
}

/** The languages that a build needs. Nothing comes from a cache, which another workflow could have filled. */
export function setupLanguages(): JobStep[] {
  return [
    ...setupTests(),
    {
      name: 'Set up Java',
      uses: 'actions/setup-java',
      with: { 'distribution': 'temurin', 'java-version': '17' }, // with the Maven of the runner
    },
    { name: 'Set up Go', uses: 'actions/setup-go', with: { 'go-version': '1.26', 'cache': false } },
    setupDotnet(),
  ];
}

/** jsii builds for net6.0 and the examples for net8.0, which a later SDK can do. */
export function setupDotnet(): JobStep {
  return { name: 'Set up .NET', uses: 'actions/setup-dotnet', with: { 'dotnet-version': '10.0.x', 'cache': false } };
}
