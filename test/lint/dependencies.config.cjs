/*
 * Who may import whom: the layout of the repository, as rules of dependency-cruiser. Imports of types count, and tests are free.
 */

/** Each imports only what is below it, never a neighbour. */
const FLOORS = [
  ['src/core/'],
  ['src/gcp/', 'src/azure/', 'src/workspace-stacks/', 'src/vault/contract/'],
  ['src/configuration/'],
  ['src/aws/', 'src/vault/(?!contract/)'],
  ['src/index\\.ts$'],
];

/** Folders whose `private/` others use too. */
const SHARED_PRIVATE = {
  'src/workspace-stacks/': ['src/aws/', 'src/vault/(?!contract/)'],
  'src/configuration/': ['src/aws/', 'src/vault/(?!contract/)'],
};

const CDK = '(^|/)(aws-cdk-lib|constructs|@aws-cdk)(/|$)';

/** Whatever is neither a file of this repository nor a part of Node.js. */
const PACKAGES = ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'];

const startsWith = (paths) => `^(${paths.join('|')})`;

const upwards = FLOORS.flatMap((floor, level) => floor.map((folder) => ({
  name: 'no-import-up',
  comment: 'src/core/ is the ground floor; each floor above imports only from below.',
  from: { path: startsWith([folder]) },
  to: { path: '^src/', pathNot: startsWith([folder, ...FLOORS.slice(0, level).flat()]) },
})));

const intoPrivate = FLOORS.flat().map((folder) => ({
  name: 'private-to-its-folder',
  comment: 'What is in private/ is no interface. Move what others need out of it.',
  from: { pathNot: startsWith([folder, ...(SHARED_PRIVATE[folder] ?? [])]) },
  to: { path: `${startsWith([folder])}.*\\bprivate/` },
}));

const rules = [
  {
    name: 'no-circle',
    comment: 'Files that import each other, directly or not, cannot be read one by one.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'contract-only',
    comment: 'The function and the command are deployed apart from the library: they reach it through what the contract promises.',
    from: { path: '^(lambda|cli)/' },
    to: { path: '^src/', pathNot: '^src/vault/contract/' },
  },
  {
    name: 'library-apart',
    comment: 'The package holds the library, and the function and the command only as bundles.',
    from: { path: '^src/' },
    to: { path: '^(lambda|cli)/' },
  },
  {
    name: 'function-apart',
    comment: 'The function runs with the power of a Vault administrator, and holds no code that it does not need.',
    from: { path: '^lambda/' },
    to: { path: '^cli/' },
  },
  {
    name: 'contract-without-cdk',
    comment: 'The function would bundle CDK, by whatever way the contract came to it.',
    from: { path: '^src/vault/contract/' },
    to: { path: CDK, reachable: true },
  },
  {
    name: 'command-without-cdk',
    comment: 'The command runs beside any version of CDK, or none.',
    from: { path: '^cli/' },
    to: { path: CDK },
  },
  {
    name: 'function-without-packages',
    comment: 'Nothing of others is bundled into the function. The SDK comes with the runtime.',
    from: { path: '^(lambda/|src/vault/contract/)' },
    to: { dependencyTypes: PACKAGES, pathNot: '(^|/)@aws-sdk/' },
  },
  {
    name: 'sources-only',
    comment: 'What is shipped is made from src/, lambda/ and cli/ alone.',
    from: { path: '^(src|lambda|cli)/' },
    to: { path: '^(assets|benchmark|demo|examples|lib|projenrc|templates|test)/' },
  },
  {
    name: 'has-a-floor',
    comment: 'A new folder of src/ needs its place among the floors.',
    from: { path: '^src/', pathNot: startsWith(FLOORS.flat()) },
    to: {},
  },
  ...upwards,
  ...intoPrivate,
];

module.exports = {
  forbidden: rules.map((rule) => ({ ...rule, severity: 'error' })),
  options: {
    tsPreCompilationDeps: true, // else imports of types would not count
    doNotFollow: { path: 'node_modules' },
  },
};
