import { App, Aws, CfnOutput, CfnResource, PermissionsBoundary, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import {
  AwsAuthentication, AwsSecretsStore, AwsSecretsStoreFleet, AwsSecretsStoreFleetProps, SecretsIsolation, ZenmlWorkspace,
} from '../../src';
import { ACCOUNT, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';
import { workspaceIds } from '../workspaces';

let app: App;

beforeEach(() => {
  app = new App();
});

const workspacesOf = (ids: string[]) => ids.map((id) => ZenmlWorkspace.fromId(id));
const storesFor = (ids: string[], props: Partial<AwsSecretsStoreFleetProps> = {}, scope: Construct = app) => (
  new AwsSecretsStoreFleet(scope, 'SecretsStores', { workspaces: workspacesOf(ids), ...props })
);

/** The templates by the names of the stacks. */
function templatesFor(ids: string[], props: Partial<AwsSecretsStoreFleetProps> = {}): { [stack: string]: any } {
  const own = new App();
  storesFor(ids, props, own);
  return Object.fromEntries(own.synth().stacks.map(({ stackName, template }) => [stackName, template]));
}

describe('the stacks', () => {
  test('are those of the first digits, with a store for each workspace', () => {
    const { stores, stacks } = storesFor([OTHER_WORKSPACE_ID, WORKSPACE_ID, '1aaaaaaa-e89b-12d3-a456-426614174000']);

    expect(stacks.map(({ stackName }) => stackName)).toEqual(['SecretsStores-1', 'SecretsStores-9']);
    expect(stores.map(({ node }) => node.path)).toEqual([
      `SecretsStores/9/Workspace-${OTHER_WORKSPACE_ID}`, `SecretsStores/1/Workspace-${WORKSPACE_ID}`,
      'SecretsStores/1/Workspace-1aaaaaaa-e89b-12d3-a456-426614174000',
    ]);
    Template.fromStack(stacks[0]).resourceCountIs('AWS::IAM::Role', 2);
  });

  test.each([
    [0, ['SecretsStores']], [1, ['SecretsStores-1', 'SecretsStores-9']], [2, ['SecretsStores-12', 'SecretsStores-1a', 'SecretsStores-9b']],
  ])('with %i digits', (shardDigits, names) => {
    const { stacks } = storesFor([OTHER_WORKSPACE_ID, WORKSPACE_ID, '1aaaaaaa-e89b-12d3-a456-426614174000'], { shardDigits });

    expect(stacks.map(({ stackName }) => stackName)).toEqual(names);
  });

  test('of another number of digits share no name, so that none can take a store out of another', () => {
    const ids = workspaceIds(50);
    const names = [0, 1, 2].flatMap((shardDigits) => Object.keys(templatesFor(ids, { shardDigits })));

    expect(new Set(names).size).toBe(names.length);
  });

  test('are named after the stage and the constructs around', () => {
    const stage = new Stage(app, 'Prod', { env: { account: ACCOUNT, region: REGION } });
    const { stacks: [stack] } = storesFor([WORKSPACE_ID], {}, new Construct(stage, 'Secrets'));

    expect([stack.stackName, stack.account, stack.region]).toEqual(['Prod-Secrets-SecretsStores-1', ACCOUNT, REGION]);
  });

  test('are in the environment that is given', () => {
    const { stacks: [stack] } = storesFor([WORKSPACE_ID], { env: { account: ACCOUNT, region: REGION } });

    expect([stack.account, stack.region]).toEqual([ACCOUNT, REGION]);
  });

  test('do not wait for each other', () => {
    expect(storesFor(workspaceIds(20)).stacks.flatMap(({ dependencies }) => dependencies)).toEqual([]);
  });

  test('are none without a workspace', () => {
    expect(storesFor([]).stacks).toEqual([]);
  });
});

describe('a workspace that comes or goes', () => {
  const ids = workspaceIds(40);

  test.each([['at the end', 40], ['at the beginning', 0], ['in the middle', 20]])('%s changes nothing of the others', (_, place) => {
    const [before, after] = [templatesFor(ids), templatesFor([...ids.slice(0, place), WORKSPACE_ID, ...ids.slice(place)])];

    for (const [stack, { Resources: resources, Outputs: outputs }] of Object.entries(before)) {
      expect(after[stack].Resources).toMatchObject(resources);
      expect(after[stack].Outputs).toMatchObject(outputs);
    }
    const added = Object.keys(after['SecretsStores-1'].Resources).filter((id) => !(id in before['SecretsStores-1'].Resources));
    expect(added).toEqual([expect.stringMatching(/^Workspace123e4567/), expect.stringMatching(/^Workspace123e4567/)]);
    expect(Object.keys(after)).toEqual(Object.keys(before));
  });
});

describe('each store', () => {
  test('has the common options', () => {
    const { stacks: [stack] } = storesFor([WORKSPACE_ID], {
      isolation: SecretsIsolation.zenmlSecrets(), rolePath: '/zenml/', outputs: false,
    });
    const [one, { stacks: [alone] }] = [Template.fromStack(stack), { stacks: [new Stack(new App(), 'Alone')] }];
    new AwsSecretsStore(alone, `Workspace-${WORKSPACE_ID}`, {
      workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), isolation: SecretsIsolation.zenmlSecrets(), rolePath: '/zenml/', outputs: false,
    });

    expect(one.toJSON()).toEqual(Template.fromStack(alone).toJSON());
  });

  test('may have tags of its own', () => {
    const stores = storesFor([WORKSPACE_ID, '1aaaaaaa-e89b-12d3-a456-426614174000']);
    Tags.of(stores.storeOf(WORKSPACE_ID.toUpperCase())).add('team', 'fraud');

    const roles = Object.values(Template.fromStack(stores.stacks[0]).findResources('AWS::IAM::Role'));
    expect(roles.map(({ Properties: { RoleName: name, Tags: tags } }) => [name, tags])).toEqual([
      [`zenml-${WORKSPACE_ID}`, [{ Key: 'team', Value: 'fraud' }]], ['zenml-1aaaaaaa-e89b-12d3-a456-426614174000', undefined],
    ]);
  });

  test('has the permissions boundary', () => {
    const { stacks: [stack] } = storesFor([WORKSPACE_ID], { permissionsBoundary: PermissionsBoundary.fromName('boundary') });

    const [{ Properties: { PermissionsBoundary: boundary } }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
    expect(JSON.stringify(boundary)).toContain(':policy/boundary');
  });
});

test('an opt-in region: one warning for all stores', () => {
  const { stacks } = storesFor([WORKSPACE_ID, OTHER_WORKSPACE_ID], { env: { account: ACCOUNT, region: 'me-central-1' } });

  const messages = stacks.flatMap((stack) => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('optInRegion')));
  expect(messages).toHaveLength(1);
});

describe('an error', () => {
  test.each<[string, () => unknown, string]>([
    ['a workspace that is there twice', () => storesFor([WORKSPACE_ID, WORKSPACE_ID.toUpperCase()]),
      `SecretsStores: workspaces "${WORKSPACE_ID}" is there twice. Leave one of the two out.`],
    ['an id that is a token', () => storesFor([Aws.STACK_NAME]),
      'SecretsStores: workspaces "<AWS.StackName>" is known only at deployment, so that it cannot be said now which stack it belongs to. '
      + 'Write the id out, or make a single store for it.'],
    ['what is no id', () => storesFor(['my-workspace']), 'SecretsStores: workspaces "my-workspace" is not a UUID'],
    ['a place in a stack', () => storesFor([WORKSPACE_ID], {}, new Construct(new Stack(app, 'Stack'), 'Within')),
      'Stack/Within/SecretsStores: scope "Stack" is a stack, and this makes stacks of its own. '
      + 'Make it in the App, in a Stage, or in a construct above the stacks.'],
    ...[-1, 3, 0.5].map((shardDigits): [string, () => unknown, string] => [
      `${shardDigits} digits`,
      () => storesFor([WORKSPACE_ID], { shardDigits }),
      `SecretsStores: shardDigits ${shardDigits} is none of 0, 1 and 2. Write 0 for one stack, 1 for up to 16 stacks, 2 for up to 256.`,
    ]),
    ['the id of one server for all',
      () => storesFor([WORKSPACE_ID], { isolation: SecretsIsolation.workspace({ serverId: OTHER_WORKSPACE_ID }) }),
      `SecretsStores: serverId "${OTHER_WORKSPACE_ID}" would give the secrets of one server to every workspace. `
      + 'Make a single AwsSecretsStore for the workspace of that server.'],
    ['the store of another workspace', () => storesFor([WORKSPACE_ID]).storeOf(OTHER_WORKSPACE_ID),
      `SecretsStores: workspaceId "${OTHER_WORKSPACE_ID}" is not among the workspaces. Name one of those in workspaces.`],
  ])('is %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('the limits of CloudFormation', () => {
  test('200 workspaces stay far below them', () => {
    const { stacks } = storesFor(workspaceIds(200));
    const { stacks: artifacts } = app.synth();

    expect(artifacts).toHaveLength(stacks.length);
    const largest = (section: string) => Math.max(...artifacts.map(({ template }) => Object.keys(template[section]).length));
    expect(artifacts.reduce((sum, { template }) => sum + Object.keys(template.Resources).length, 0)).toBe(400);
    expect(largest('Resources')).toBeLessThanOrEqual(50);
    expect(largest('Outputs')).toBeLessThanOrEqual(75);
    expect(Math.max(...artifacts.map(({ template }) => JSON.stringify(template).length))).toBeLessThan(100_000);
  });

  test('200 outputs pass, 201 do not', () => {
    const build = (more: number) => {
      const own = new App();
      const { stacks: [stack] } = storesFor(workspaceIds(66, 'a'), {}, own); // with three each
      Array.from({ length: more }, (_, index) => new CfnOutput(stack, `More${index}`, { value: 'x' }));
      return () => own.synth();
    };

    expect(build(2)).not.toThrow();
    expect(build(3)).toThrow(/^SecretsStores\/a: stack SecretsStores-a has 201 outputs, and the limit is 200\. Write outputs: false; or before the first deployment, a larger number of shardDigits; /);
  });

  test('500 resources pass, 501 do not, and the error is ours', () => {
    const build = (more: number) => {
      const own = new App();
      const { stacks: [stack] } = storesFor(workspaceIds(249, 'a'), { outputs: false }, own); // with two each
      Array.from({ length: more }, (_, index) => (
        new CfnResource(stack, `More${index}`, { type: 'AWS::CloudFormation::WaitConditionHandle' })
      ));
      return () => own.synth();
    };

    expect(build(2)).not.toThrow();
    expect(build(3)).toThrow(/^SecretsStores\/a: stack SecretsStores-a has 501 resources, and the limit is 500\. /);
  });

  test.each<[string, AwsAuthentication | undefined, number]>([
    ['a role', undefined, 10_240], ['a user', AwsAuthentication.secretKey(), 2_048],
  ])('the inline policy of %s, with as many keys as fit and with one more', (_, authentication, limit) => {
    const build = (number: number) => {
      const own = new App();
      const keys = new Stack(own, 'Keys');
      const encryptionKeys = Array.from({ length: number }, (__, index) => (
        kms.Key.fromKeyArn(keys, `Key${index}`, `arn:aws:kms:${REGION}:${ACCOUNT}:key/${workspaceIds(index + 1).pop()}`)
      ));
      storesFor([WORKSPACE_ID], { encryptionKeys, authentication, env: { account: ACCOUNT, region: REGION } }, own);
      return () => own.synth();
    };
    const sizeOf = (text: string) => Number(/has (\d+) characters/.exec(text)?.[1]);
    const tooMany = Math.ceil(limit / 78);
    const found = messageOf(build(tooMany));
    const fitting = tooMany - Math.ceil((sizeOf(found) - limit) / 78);

    expect(found).toContain('characters in the inline policies of Workspace');
    expect(build(fitting)).not.toThrow();
    expect(build(fitting + 1)).toThrow(`and the limit is ${limit}. Write fewer encryptionKeys.`);
  });
});

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
