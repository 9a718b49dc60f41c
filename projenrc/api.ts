import { awscdk } from 'projen';

/** What keeps the API usable in all languages of jsii. */
export function configureApi(project: awscdk.AwsCdkConstructLibrary) {
  // projen silences the warning of names that a language reserves, for all names. Here the few that stay are marked one by one
  // (`@jsii suppress`), so that every other warning can end the build. test/package/api-rules.ts knows them too.
  project.compileTask.reset('jsii --fail-on-warnings');
  project.watchTask.reset('jsii -w');

  // projen's own compares with what npm holds, and lets every change of an experimental API pass.
  const compat = project.tasks.tryFind('compat')!;
  compat.reset('node --import tsx test/package/compat.ts');
  compat.description = 'Compare the API with that of the last release';
  project.npmignore?.exclude('/.compatignore');
}
