import { GitHub } from 'projen/lib/github';

/**
 * The actions that the workflows use, each by the commit of its release: a tag can be moved, a commit cannot. Dependabot proposes newer
 * ones by changing the generated workflows; take its commit and version over to this table, and run `npx projen`.
 */
export const ACTIONS: Record<string, { readonly version: string; readonly commit: string }> = {
  'actions/attest-build-provenance': { version: 'v4.1.0', commit: 'a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32' },
  'actions/checkout': { version: 'v7.0.1', commit: '3d3c42e5aac5ba805825da76410c181273ba90b1' },
  'actions/download-artifact': { version: 'v8.0.1', commit: '3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c' },
  'actions/setup-dotnet': { version: 'v6.0.0', commit: 'a98b56852c35b8e3190ac28c8c2271da59106c68' },
  'actions/setup-go': { version: 'v7.0.0', commit: 'b7ad1dad31e06c5925ef5d2fc7ad053ef454303e' },
  'actions/setup-java': { version: 'v5.7.0', commit: 'b6effb05e454b25005698d916606bdc6ffcbf961' },
  'actions/setup-node': { version: 'v7.0.0', commit: '820762786026740c76f36085b0efc47a31fe5020' },
  'actions/setup-python': { version: 'v7.0.0', commit: '5fda3b95a4ea91299a34e894583c3862153e4b97' },
  'actions/upload-artifact': { version: 'v7.0.1', commit: '043fb46d1a93c77aae656e7c1c64a875d1fc6a0a' },
  'github/codeql-action/analyze': { version: 'v4.36.2', commit: '8aad20d150bbac5944a9f9d289da16a4b0d87c1e' },
  'github/codeql-action/init': { version: 'v4.36.2', commit: '8aad20d150bbac5944a9f9d289da16a4b0d87c1e' },
  'NuGet/login': { version: 'v1.2.0', commit: '8d196754b4036150537f80ac539e15c2f1028841' },
  'peter-evans/create-pull-request': { version: 'v8.1.1', commit: '5f6978faf089d4d20b00c7766989d076bb2fc7f1' },
  'pypa/gh-action-pypi-publish': { version: 'v1.14.0', commit: 'cef221092ed1bacb1cc03d23a2d87d1d172e277b' },
};

/** Pins the actions in all workflows of the project, also in those that projen writes; call it after the last workflow is made. */
export function pinActions(github: GitHub) {
  for (const [action, { commit }] of Object.entries(ACTIONS)) {
    github.actions.set(action, `${action}@${commit}`);
  }
  // projen writes no comments, but people and Dependabot read the version from one.
  editWorkflows(github, (yaml) => yaml.replace(
    /^( *(?:- )?uses: ([^@\n]+)@[0-9a-f]{40})$/gm,
    (line: string, _: string, action: string) => `${line} # ${ACTIONS[action].version}`,
  ));
}

/** What is not named in a job is denied; projen knows the permissions of jobs only. */
export function denyPermissions(github: GitHub) {
  editWorkflows(github, (yaml) => yaml.replace(/^jobs:$/m, 'permissions: {}\njobs:'));
}

function editWorkflows(github: GitHub, edit: (yaml: string) => string) {
  for (const { file } of github.workflows) {
    const yaml = file as any; // the method is protected
    const synthesize = yaml.synthesizeContent.bind(yaml);
    yaml.synthesizeContent = (resolver: unknown) => edit(synthesize(resolver));
  }
}
