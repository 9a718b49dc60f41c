import { App, CfnOutput, Duration, PermissionsBoundary, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import {
  VaultAdministrator, VaultAuthentication, VaultAuthMount, VaultConnection, VaultKvMount, VaultSecretsStore, VaultSecretsStoreFleet,
  VaultSecretsStoreFleetProps, ZenmlWorkspace,
} from '../../src';
import { ACCOUNT, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';
import { workspaceIds } from '../workspaces';

const ENV = { account: ACCOUNT, region: REGION };
let app: App;
let connection: VaultConnection;

beforeEach(() => {
  ({ app, connection } = connected({ env: ENV }));
});

function connected(props: StackProps = {}) {
  const own = new App();
  const stack = new Stack(own, 'Vault', props);
  return {
    app: own,
    connection: new VaultConnection(stack, 'Connection', {
      address: 'https://vault.example.com:8200',
      administrator: VaultAdministrator.aws({ roleName: 'zenml-admin', mountPath: 'admins' }),
    }),
  };
}

const storesFor = (ids: string[], props: Partial<VaultSecretsStoreFleetProps> = {}, scope: Construct = app) => (
  new VaultSecretsStoreFleet(scope, 'SecretsStores', { workspaces: ids.map((id) => ZenmlWorkspace.fromId(id)), connection, ...props })
);

const onOneMount = () => VaultAuthentication.aws({ mount: VaultAuthMount.managed('zenml'), headerValue: 'vault.example.com' });

/** The custom resources of each stack, by the names of the stacks. */
function resourcesOf(own: App = app): { [stack: string]: { [logicalId: string]: any } } {
  const stacks = own.synth().stacks.filter(({ stackName }) => stackName !== 'Vault');
  return Object.fromEntries(stacks.map(({ stackName, template }) => [stackName, template.Resources]));
}

const propertiesOf = () => Object.values(resourcesOf()).flatMap(Object.values<any>).map(({ Properties: properties }) => properties);

describe('the stacks', () => {
  test('are those of the first digits, in the account and region of the connection, each after the one before', () => {
    const { stacks, stores } = storesFor([OTHER_WORKSPACE_ID, WORKSPACE_ID, '5aaaaaaa-e89b-12d3-a456-426614174000']);

    expect(stacks.map(({ stackName, account, region }) => [stackName, account, region]))
      .toEqual(['1', '5', '9'].map((digit) => [`SecretsStores-${digit}`, ACCOUNT, REGION]));
    expect(stores.map((store) => Stack.of(store).stackName)).toEqual(['SecretsStores-9', 'SecretsStores-1', 'SecretsStores-5']);
    app.synth(); // also makes them depend on the connection's
    expect(stacks.map(({ dependencies }) => dependencies.map(({ stackName }) => stackName).sort()))
      .toEqual([['Vault'], ['SecretsStores-1', 'Vault'], ['SecretsStores-5', 'Vault']]);
  });

  test('are in no environment where the connection is in none', () => {
    const own = connected();
    storesFor([WORKSPACE_ID], { connection: own.connection }, own.app);

    expect(own.app.synth().getStackByName('SecretsStores-1').environment).toMatchObject({
      account: 'unknown-account', region: 'unknown-region',
    });
  });

  test('import the one function of the connection', () => {
    storesFor([WORKSPACE_ID, OTHER_WORKSPACE_ID]);

    const tokens = propertiesOf().map(({ ServiceToken: token }) => token);
    expect(tokens).toHaveLength(2);
    expect(tokens[0]).toEqual({ 'Fn::ImportValue': expect.stringMatching(/^Vault:ExportsOutput.*Provider/) });
    expect(tokens[1]).toEqual(tokens[0]);
  });

  test('have the permissions boundary', () => {
    const { stacks: [stack] } = storesFor([WORKSPACE_ID], { permissionsBoundary: PermissionsBoundary.fromName('boundary') });

    expect(stack.node.tryGetContext('@aws-cdk/core:permissionsBoundary')).toEqual({ name: 'boundary' });
  });
});

describe('the auth mount', () => {
  const mounts = () => propertiesOf().map(({ AuthMount: mount, HeaderValue: header }) => [mount, header]);

  test('is one for each workspace, with a header value of its own', () => {
    storesFor([WORKSPACE_ID, OTHER_WORKSPACE_ID]);

    expect(mounts()).toEqual([[`zenml-${WORKSPACE_ID}`, WORKSPACE_ID], [`zenml-${OTHER_WORKSPACE_ID}`, OTHER_WORKSPACE_ID]]);
  });

  test('is so too with an authentication that names none, whose other options hold', () => {
    storesFor([WORKSPACE_ID, OTHER_WORKSPACE_ID], {
      authentication: VaultAuthentication.aws({ tokenTtl: Duration.minutes(10), headerValue: 'vault.example.com' }),
    });

    expect(mounts()).toEqual([[`zenml-${WORKSPACE_ID}`, 'vault.example.com'], [`zenml-${OTHER_WORKSPACE_ID}`, 'vault.example.com']]);
    expect(propertiesOf().map(({ TokenTtl: ttl }) => ttl)).toEqual(['600', '600']);
  });

  test('without a path is one for each workspace, too', () => {
    storesFor([WORKSPACE_ID], { authentication: VaultAuthentication.aws({ mount: VaultAuthMount.managed() }) });

    expect(mounts()).toEqual([[`zenml-${WORKSPACE_ID}`, WORKSPACE_ID]]);
  });

  test('is one for all, with one header value', () => {
    storesFor([WORKSPACE_ID, OTHER_WORKSPACE_ID], { authentication: onOneMount() });

    expect(mounts()).toEqual([['zenml', 'vault.example.com'], ['zenml', 'vault.example.com']]);
  });

  test('is one that others provide', () => {
    storesFor([WORKSPACE_ID, OTHER_WORKSPACE_ID], {
      authentication: VaultAuthentication.aws({ mount: VaultAuthMount.existing('theirs'), headerValue: 'vault.example.com' }),
    });

    expect(mounts()).toEqual([['theirs', 'vault.example.com'], ['theirs', 'vault.example.com']]);
  });

  test.each([VaultAuthMount.managed('zenml'), VaultAuthMount.existing('zenml')])('cannot have two header values (%#)', (mount) => {
    expect(() => storesFor([WORKSPACE_ID, OTHER_WORKSPACE_ID], { authentication: VaultAuthentication.aws({ mount }) })).toThrow(
      `SecretsStores/9/Workspace-${OTHER_WORKSPACE_ID}: headerValue "${OTHER_WORKSPACE_ID}" is not that of `
      + `SecretsStores/1/Workspace-${WORKSPACE_ID} for auth/zenml/config/client, "${WORKSPACE_ID}". `
      + 'Vault keeps one header value for a mount, by default the id of the workspace: give both stores the same headerValue, or ');
  });
});

describe('the KV mount', () => {
  test('is one for each workspace, with the removal policy of all', () => {
    storesFor([WORKSPACE_ID, OTHER_WORKSPACE_ID], { kvMount: VaultKvMount.managed({ removalPolicy: RemovalPolicy.DESTROY }) });

    expect(propertiesOf().map(({ KvMount: mount, KvRemoval: removal }) => [mount, removal]))
      .toEqual([WORKSPACE_ID, OTHER_WORKSPACE_ID].map((id) => [`secrets-${id}`, 'destroy-if-empty']));
  });

  test.each([VaultKvMount.managed({ path: 'zenml' }), VaultKvMount.existing('zenml')])('cannot be one for all (%#)', (kvMount) => {
    expect(() => storesFor([WORKSPACE_ID], { kvMount })).toThrow(
      'SecretsStores: kvMount "zenml" would be one mount for all workspaces, and each needs its own. '
      + 'Write VaultKvMount.managed() without a path, or leave it out: the mounts are secrets-<workspace id>.');
  });
});

describe('with a credential for each workspace', () => {
  test('they share the mount, and are handed over by secrets', () => {
    const { stores } = storesFor([WORKSPACE_ID, OTHER_WORKSPACE_ID], { authentication: VaultAuthentication.appRole() });

    const handedOver = stores.map(({ authMountPath, configurationSecret }) => [authMountPath, configurationSecret !== undefined]);
    expect(handedOver).toEqual([['approle', true], ['approle', true]]);
    expect(() => app.synth()).not.toThrow();
  });

  test.each<[string, Partial<VaultSecretsStoreFleetProps>, number]>([
    ['an AppRole', { authentication: VaultAuthentication.appRole() }, 39],
    ['a token that is being replaced', { authentication: VaultAuthentication.token({ serial: 2, previousSerial: 1 }) }, 19],
  ])('the role of one connection allows so many and no more, whatever asks for one more: %s', (_, props, most) => {
    expect(() => storesFor(workspaceIds(most), props)).not.toThrow();
    const one = () => new VaultSecretsStore(new Stack(app, 'Other', { env: ENV }), 'Store', {
      workspace: ZenmlWorkspace.fromId(OTHER_WORKSPACE_ID),
      connection,
      ...props,
      kvMount: VaultKvMount.managed({ path: 'other' }),
      roleName: 'other',
    });
    expect(one).toThrow(`Other/Store: connection "${connection.node.path}" serves 40 credentials, `
      + 'more than the policies of its role have room for. '
      + 'Make another VaultConnection for this store, or use VaultAuthentication.aws(), which has no credentials.');
  });

  test('fewer with a key', () => {
    const configurationEncryptionKey = kms.Key.fromKeyArn(
      Stack.of(connection), 'Key', `arn:aws:kms:${REGION}:${ACCOUNT}:key/${WORKSPACE_ID}`,
    );
    const props = { authentication: VaultAuthentication.appRole(), configurationEncryptionKey };

    expect(() => storesFor(workspaceIds(17), props)).toThrow('serves 17 credentials, more than the policies of its role have room for');
  });
});

describe('of one stack', () => {
  /** How long the line is in which the stores of the stack wait for each other, and how many there are at each place in it. */
  function waves(resources: { [logicalId: string]: any }): number[] {
    const wave = (id: string): number => Math.max(-1, ...[resources[id].DependsOn ?? []].flat().map(wave)) + 1;
    const all = Object.keys(resources).map(wave);
    return Array.from({ length: Math.max(...all) + 1 }, (_, index) => all.filter((each) => each === index).length);
  }

  test('four stores at most are configured at a time', () => {
    storesFor(workspaceIds(10, 'a'));

    expect(waves(resourcesOf()['SecretsStores-a'])).toEqual([4, 4, 2]);
  });

  test('on a shared mount the first, then four stores at most at a time', () => {
    storesFor(workspaceIds(30, 'a'), { authentication: onOneMount() });

    expect(waves(resourcesOf()['SecretsStores-a'])).toEqual([1, 4, 4, 4, 4, 4, 4, 4, 1]);
  });
});

test('a workspace that comes changes no property of the others', () => {
  const ids = workspaceIds(40);
  const synthesize = (all: string[]) => {
    const own = connected({ env: ENV });
    storesFor(all, { connection: own.connection }, own.app);
    return Object.values(resourcesOf(own.app)).flatMap(Object.entries<any>)
      .map(([id, { Properties: properties }]): [string, object] => [id, properties]);
  };
  const after = Object.fromEntries(synthesize([WORKSPACE_ID, ...ids]));
  const before = synthesize(ids);

  expect(before).toHaveLength(40);
  before.forEach(([id, properties]) => expect(after[id]).toEqual(properties));
  expect(Object.keys(after)).toHaveLength(41);
});

test('200 workspaces stay far below the limits', () => {
  const { stacks, stores } = storesFor(workspaceIds(200));
  const { stacks: artifacts } = app.synth();

  const largest = (section: string) => Math.max(...artifacts.map(({ template }) => Object.keys(template[section] ?? {}).length));
  expect([stacks.length, stores.length]).toEqual([16, 200]);
  expect(largest('Resources')).toBeLessThanOrEqual(25);
  expect(largest('Outputs')).toBeLessThanOrEqual(150);
  expect(Math.max(...artifacts.map(({ template }) => JSON.stringify(template).length))).toBeLessThan(100_000);
});

test('200 outputs pass, 201 do not', () => {
  const build = (more: number) => {
    const own = connected({ env: ENV });
    const { stacks: [stack] } = storesFor(workspaceIds(33, 'a'), { connection: own.connection }, own.app); // with six each
    Array.from({ length: more }, (_, index) => new CfnOutput(stack, `More${index}`, { value: 'x' }));
    return () => own.app.synth();
  };

  expect(build(2)).not.toThrow();
  expect(build(3)).toThrow('SecretsStores/a: stack SecretsStores-a has 201 outputs, and the limit is 200. Write outputs: false; ');
});

test('gives the store of a workspace, and refuses another', () => {
  const stores = storesFor([WORKSPACE_ID]);

  expect(stores.storeOf(WORKSPACE_ID)).toBe(stores.stores[0]);
  expect(() => stores.storeOf(OTHER_WORKSPACE_ID)).toThrow(
    `SecretsStores: workspaceId "${OTHER_WORKSPACE_ID}" is not among the workspaces`,
  );
});
