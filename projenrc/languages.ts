import { awscdk } from 'projen';

/** The packages of all languages, and the examples that are run against them. */
export function configureLanguages(project: awscdk.AwsCdkConstructLibrary) {
  // projen's own packages npm's alone where CI is set, and fails where there is no .NET SDK.
  project.packageTask.reset();
  for (const target of ['js', 'python', 'java', 'go']) {
    project.packageTask.spawn(project.tasks.tryFind(`package:${target}`)!);
  }
  project.packageTask.spawn(project.tasks.tryFind('package:dotnet')!, { condition: 'dotnet --version' });
  project.packageTask.say('package:dotnet was left out: this machine has no .NET SDK. The release workflow builds it.', {
    condition: '! dotnet --version',
  });

  // Construct Hub does the same for every language, once the library is published.
  project.tasks.tryFind('docgen')!.exec('jsii-docgen --language python --language java --output docs/api/API.md');

  const test = project.addTask('test:languages', {
    description: 'Builds the packages, and synthesizes the examples of every language against them',
    env: { CDK_DISABLE_CLI_TELEMETRY: 'true' },
  });
  test.spawn(project.compileTask);
  // tsx, as jest does not compile reporters.
  test.exec('node --import tsx node_modules/jest/bin/jest.js --ci --config test/languages/jest.config.json', { receiveArgs: true });
  project.jest!.addIgnorePattern('/test/languages/');

  project.package.file.addOverride('jsii.targets.python.classifiers', ['Framework :: AWS CDK', 'Framework :: AWS CDK :: 2']);

  project.gitignore.exclude('/examples/**/target/', '/examples/**/bin/', '/examples/**/obj/');
}
