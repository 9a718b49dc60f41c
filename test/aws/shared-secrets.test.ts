import { Annotations as CdkAnnotations, App, Aws, Environment, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { AwsSecretsStore, AwsSecretsStoreFleet, AwsSecretsStoreProps, SecretsIsolation, ZenmlWorkspace } from '../../src';
import { ACCOUNT, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';
import { workspaceIds } from '../workspaces';

const ID = 'cdk-zenml-secrets-store:sharedSecrets';
const ENV = { account: ACCOUNT, region: REGION };
const [FIRST, SECOND] = [WORKSPACE_ID, OTHER_WORKSPACE_ID].map((id) => ZenmlWorkspace.fromId(id));

let app: App;

beforeEach(() => {
  app = new App();
});

const stackIn = (env?: Environment, id = 'Stack', scope: Construct = app) => new Stack(scope, id, { env });
const store = (scope: Construct, workspace: ZenmlWorkspace, props: Partial<AwsSecretsStoreProps> = {}) => (
  new AwsSecretsStore(scope, `Store-${workspace.id.slice(0, 4)}`, { workspace, ...props })
);
const warnings = (scope: Construct = app) => scope.node.findAll().filter((each) => Stack.isStack(each))
  .flatMap((stack) => stack.node.findAll().flatMap(({ node }) => node.metadata))
  .map(({ data }) => String(data)).filter((text) => text.includes(ID));

test('two workspaces in one account and region with documented(): a warning at the second, which names both', () => {
  const stack = stackIn(ENV);
  store(stack, FIRST);
  store(stack, SECOND);

  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => [id, entry.data])).toEqual([
    ['/Stack/Store-9b2c',
      `Workspace ${OTHER_WORKSPACE_ID} can read and delete the secrets of workspace ${WORKSPACE_ID} (Stack/Store-123e): `
      + 'both are in one account and region, and SecretsIsolation.documented(), which Stack/Store-9b2c has, does not '
      + 'tell workspaces apart. Write isolation: SecretsIsolation.workspace() for both, or keep them in different regions or accounts '
      + `[ack: ${ID}]`],
  ]);
});

const APART = { isolation: SecretsIsolation.workspace() };
const WIDE = { isolation: SecretsIsolation.zenmlSecrets() };

test.each<[string, Partial<AwsSecretsStoreProps>, Partial<AwsSecretsStoreProps>, string]>([
  ['the first is not apart', {}, APART,
    `Workspace ${WORKSPACE_ID} can read and delete the secrets of workspace ${OTHER_WORKSPACE_ID} (`],
  ['the second is not apart', APART, WIDE,
    `Workspace ${OTHER_WORKSPACE_ID} can read and delete the secrets of workspace ${WORKSPACE_ID} (`],
])('one with workspace(), the other without: a warning, also across stacks (%s)', (_, first, second, message) => {
  store(stackIn(ENV), FIRST, first);
  store(stackIn(ENV, 'Other'), SECOND, second);

  expect(warnings()).toEqual([expect.stringContaining(message)]);
});

test.each<[string, () => unknown]>([
  ['both with workspace()', () => [FIRST, SECOND].map((workspace) => store(stackIn(ENV, `Stack-${workspace.id}`), workspace, APART))],
  ['another region', () => [store(stackIn(ENV), FIRST), store(stackIn({ ...ENV, region: 'eu-west-1' }, 'Other'), SECOND)]],
  ['another region of the secrets', () => [store(stackIn(ENV), FIRST), store(stackIn(ENV, 'Other'), SECOND, { region: 'eu-west-1' })]],
  ['another account', () => [store(stackIn(ENV), FIRST), store(stackIn({ ...ENV, account: '444455556666' }, 'Other'), SECOND)]],
  ['two stores of one workspace', () => [store(stackIn(ENV), FIRST), store(stackIn(ENV, 'Other'), FIRST, { roleName: 'other' })]],
  ['two stages without an environment',
    () => [FIRST, SECOND].map((workspace) => store(stackIn(undefined, 'Stack', new Stage(app, `S${workspace.id}`)), workspace))],
  ['two apps', () => [FIRST, SECOND].map((workspace) => store(stackIn(ENV, 'Stack', workspace === FIRST ? app : new App()), workspace))],
])('no warning: %s', (_, make) => {
  make();

  expect(warnings()).toEqual([]);
});

test('stacks without an environment count as one account and region', () => {
  store(stackIn(), FIRST);
  store(stackIn(undefined, 'Other'), SECOND, { region: Aws.REGION });

  expect(warnings()).toHaveLength(1);
});

test('AwsSecretsStoreFleet: one warning for all its stores, and one for each store beside it', () => {
  const fleet = new AwsSecretsStoreFleet(app, 'Fleet', { workspaces: workspaceIds(30).map((id) => ZenmlWorkspace.fromId(id)), env: ENV });
  expect(warnings(fleet)).toHaveLength(1);

  store(stackIn(ENV), FIRST);
  store(stackIn(ENV, 'Other'), SECOND, { isolation: SecretsIsolation.workspace() });

  expect(warnings()).toHaveLength(3);
});

test('AwsSecretsStoreFleet with workspace(): no warning', () => {
  new AwsSecretsStoreFleet(app, 'Fleet', { workspaces: [FIRST, SECOND], env: ENV, ...APART });

  expect(warnings()).toEqual([]);
});

test('the warning can be acknowledged', () => {
  const stack = stackIn(ENV);
  CdkAnnotations.of(stack).acknowledgeWarning(ID);
  [FIRST, SECOND].forEach((workspace) => store(stack, workspace));

  expect(warnings()).toEqual([]);
});
