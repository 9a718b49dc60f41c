import { awscdk } from 'projen';

/** The two commands of the README, `npm test` and `npm run demo`, and their parts. */
export function configureTests(project: awscdk.AwsCdkConstructLibrary) {
  const jest = 'jest --ci';

  // projen's own step is `jest --updateSnapshot`, under which no snapshot can ever fail. Lint is one of the tests.
  project.testTask.reset();
  project.testTask.spawn(project.compileTask);
  project.testTask.exec(`${jest} --coverage`, { receiveArgs: true });

  project.addTask('test:unit', {
    description: 'Only the tests that need no emulator and no build',
    exec: `${jest} --selectProjects unit`,
    receiveArgs: true,
  });
}
