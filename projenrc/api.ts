import { awscdk } from 'projen';

/** What keeps the API usable in all languages of jsii. */
export function configureApi(project: awscdk.AwsCdkConstructLibrary) {
  // projen silences the warning of names that a language reserves, for all names. Here the few that stay are marked one by one
  // (`@jsii suppress`), so that every other warning can end the build. test/package/api-rules.ts knows them too.
  project.compileTask.reset('jsii --fail-on-warnings');
  project.watchTask.reset('jsii -w');
}
