import { awscdk } from 'projen';

/** Those that CDK supports. */
const NODE_MAJORS = [20, 22, 24];

/** The two commands of the README, `npm test` and `npm run demo`, and their parts. */
export function configureTests(project: awscdk.AwsCdkConstructLibrary) {
  // projen's own step is `jest --updateSnapshot`, under which no snapshot can ever fail. eslint, API.md, the README's snippets
  // and the rest are tests like any other, so that one count says it all.
  project.testTask.reset();
  project.testTask.spawn(project.compileTask);
  project.testTask.exec('jest --ci --coverage', { receiveArgs: true });

  // projen's type for this setting lacks the level "global" that jest expects.
  project.jest!.config.coverageThreshold = { global: { lines: 100, branches: 100, functions: 100, statements: 100 } };

  // projen's own lets pass what has a string or a comment in it.
  project.eslint?.addRules({ '@stylistic/max-len': ['error', { code: 140, ignoreUrls: true, ignoreRegExpLiterals: true }] });
  project.eslint?.allowDevDeps('demo/**');
  project.eslint?.allowDevDeps('benchmark/**');
  project.eslint?.allowDevDeps('examples/**');
  project.eslint?.allowDevDeps('templates/**');
  // The package is installed for the examples and the demonstration only after it was packed;
  // their imports are checked by the compiler then.
  project.eslint?.addOverride({ files: ['examples/**', 'demo/vault-app/**'], rules: { 'import/no-unresolved': 'off' } });

  project.gitattributes.addAttributes('/test/templates/**', 'linguist-generated');

  project.tasks.addEnvironment('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');

  project.addTask('test:long', {
    description: 'Random histories of deployments, many more than in the other tests',
    steps: [{ exec: 'jest --ci test/histories', receiveArgs: true }],
    env: { HISTORIES: '500' },
  });

  project.addTask('test:unit', {
    description: 'Only the tests that need no build and no emulator',
    steps: [
      { spawn: 'bundle:lambda' }, // the templates of VaultConnection have it as their asset
      {
        exec: 'jest --ci --testPathIgnorePatterns /test/deploy/ /test/languages/ /test/lint/ /test/package/ /test/lambda/ /test/histories/ '
          + '/test/zenml/ /test/contract/function',
        receiveArgs: true,
      },
    ],
    env: { UNIT_TESTS_ONLY: 'true' },
  });

  project.addTask('test:peers', {
    description: 'The unit tests against the newest peers, in a copy of the sources',
    exec: 'node --import tsx test/peers/main.ts',
    receiveArgs: true,
  });

  for (const major of NODE_MAJORS) {
    project.addTask(`test:node${major}`, {
      description: `The unit tests on Node.js ${major}`,
      exec: `node --import tsx test/nodes/main.ts ${major}`,
      receiveArgs: true,
    });
  }

  const vaultServers = project.addTask('test:vault', {
    description: 'The tests that speak to a Vault, under OpenBao and the versions of HashiCorp\'s Vault',
  });
  vaultServers.spawn(project.compileTask);
  vaultServers.exec('node --import tsx test/vault-servers/main.ts', { receiveArgs: true });

  // Without projen in between and in place of the shell (exec), so that an interrupted npm can pass its signal on.
  project.package.setScript('demo', 'exec node --import tsx demo/main.ts');
  project.package.setScript('templates', 'node --import tsx templates/main.ts');
  project.package.setScript('benchmark', 'npm run benchmark:synthesis && npm run benchmark:handler && npm run benchmark:deployment');
  project.package.setScript('benchmark:synthesis', 'node --import tsx benchmark/synthesis/main.ts');
  project.package.setScript('benchmark:handler', 'node --import tsx benchmark/handler/main.ts');
  project.package.setScript('benchmark:deployment', 'node --import tsx benchmark/deployment/main.ts');
}
