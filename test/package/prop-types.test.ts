import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as library from '../../src';
import { ACCOUNT, REGION, WORKSPACE_ID } from '../scenarios';

/*
 * Calls that neither the compiler nor jsii has seen. Which functions, props and types there are is read from the assembly that jsii
 * writes, so that none is forgotten.
 */

interface Type {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly elementtype: Type };
}
interface Value { readonly name: string; readonly type: Type; readonly optional?: boolean }
interface Declared {
  readonly kind: string;
  readonly name: string;
  readonly base?: string;
  readonly abstract?: boolean;
  readonly interfaces?: string[];
  readonly datatype?: boolean;
  readonly properties?: Value[];
  readonly initializer?: { readonly parameters?: Value[] };
  readonly methods?: { readonly name: string; readonly static?: boolean; readonly parameters?: Value[] }[];
}

const declarations: { [fqn: string]: Declared } = JSON.parse(readFileSync(join(__dirname, '../../.jsii'), 'utf8')).types;

const stack = () => new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });
const secretIn = (scope: Stack) => secretsmanager.Secret.fromSecretCompleteArn(
  scope, 'Secret', `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:vault/administrator-AbCdEf`,
);
const secret = secretIn(stack());
const workspace = library.ZenmlWorkspace.fromId(WORKSPACE_ID);
const administrator = library.VaultAdministrator.token(secret);
const connection = new library.VaultConnection(stack(), 'Vault', { address: 'https://vault.example.com', administrator });
const id = '123e4567-e89b-12d3-a456-426614174000';

/** Arguments with which a function works, where it takes any that are required. */
const RIGHT: { [place: string]: { readonly [name: string]: unknown } } = {
  'AwsSecretsStore': { workspace },
  'AwsSecretsStoreFleet': { workspaces: [workspace] },
  'VaultConnection': { address: 'https://vault.example.com', administrator },
  'VaultSecretsStore': { workspace, connection },
  'VaultSecretsStoreFleet': { workspaces: [workspace], connection },
  'WorkspaceConfiguration': { secretsStore: library.SecretsStoreConfiguration.aws({ region: REGION }) },
  'AzureAuthentication.servicePrincipal': { clientSecret: secret, tenantId: id, clientId: id },
  'GcpAuthentication.serviceAccount': { key: secret },
  'GcpAuthentication.externalAccount': { workspace, projectNumber: '1', pool: 'zenml', provider: 'zenml' },
  'GcpAuthentication.impersonation': { key: secret, targetPrincipal: 'zenml@project-1.iam.gserviceaccount.com' },
  'GcpAuthentication.userAccount': { credentials: secret },
  'GcpAuthentication.oauth2Token': { token: secret },
  'SecretsStoreConfiguration.aws': { region: REGION },
  'SecretsStoreConfiguration.hashicorp': { address: 'https://vault.example.com', mountPoint: 'secrets', role: 'zenml' },
  'SecretsStoreConfiguration.gcp': { projectId: 'project-1', authentication: library.GcpAuthentication.implicit() },
  'SecretsStoreConfiguration.azure': { keyVaultName: 'zenml', authentication: library.AzureAuthentication.implicit() },
  'VaultAdministrator.token': { secret },
  'VaultAdministrator.appRole': { secret },
  'VaultAdministrator.aws': { roleName: 'zenml' },
  'VaultAuthMount.existing': { path: 'aws' },
  'VaultCertificateAuthority.fromPem': { pem: '-----BEGIN CERTIFICATE-----' },
  'VaultCertificateAuthority.fromSecret': { secret },
  'VaultKvMount.existing': { path: 'secrets' },
  'VaultPolicy.existing': { name: 'zenml' },
  'ZenmlWorkspace.fromId': { id },
  'ZenmlWorkspace.fromPrincipalArn': { id, principalArn: `arn:aws:iam::${ACCOUNT}:role/pod` },
  'ZenmlWorkspace.fromRole': { id, role: connection.role },
};

/** A constructor, or a function of a class. */
interface Callable {
  /** As its errors name it. */
  readonly place: string;
  readonly right: { readonly [name: string]: unknown };
  /** Each property and each argument that is no object with properties. */
  readonly values: Value[];
  /** The argument with the properties. */
  readonly options?: Value;
  readonly call: (values: { readonly [name: string]: unknown }, options?: { readonly value: unknown }) => unknown;
}

function propertiesOf(fqn: string): Value[] {
  const { properties = [], interfaces = [] } = declarations[fqn];
  return [...properties, ...interfaces.flatMap(propertiesOf)];
}

const isStruct = ({ type }: Value) => type.fqn !== undefined && declarations[type.fqn]?.datatype === true;

function callable(place: string, name: string, parameters: Value[], call: (...args: unknown[]) => unknown): Callable {
  const options = parameters.find(isStruct);
  return {
    place,
    right: RIGHT[name] ?? {},
    values: parameters.flatMap((parameter) => isStruct(parameter) ? propertiesOf(parameter.type.fqn!) : [parameter]),
    options,
    call: (values, given) => call(...parameters
      .map((parameter) => parameter !== options ? values[parameter.name] : given === undefined ? values : given.value)),
  };
}

const classes = Object.values(declarations).filter(({ kind }) => kind === 'class');
const exported: { [name: string]: any } = library;
const callables = classes.flatMap(({ name, initializer, methods = [] }) => [
  ...(initializer?.parameters === undefined ? [] : [
    // Scope and id are for CDK to check.
    callable(name.endsWith('Fleet') ? 'It' : 'Stack/It', name, initializer.parameters.slice(2), (props) => {
      const scope = name.endsWith('Fleet') ? new App() : stack();
      return new exported[name](scope, 'It', props);
    }),
  ]),
  ...methods.filter((method) => method.static && method.parameters !== undefined)
    .map((method) => callable(`${name}.${method.name}`, `${name}.${method.name}`, method.parameters!,
      (...args) => exported[name][method.name](...args))),
]);

class Stranger {}

/** A value that no function takes, and how an error shows it. */
function wrong({ type }: Value): [unknown, string] {
  return type.primitive === 'boolean' ? ['false', '"false"'] : type.primitive === 'number' ? ['1', 'of type string']
    : type.primitive === 'string' ? [7, '7'] : type.fqn?.startsWith('cdk-zenml') ? [new Stranger(), 'of class Stranger'] : [7, '7'];
}

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

const cases = callables.flatMap((it) => it.values.map((value) => ({ ...it, value, title: `${it.place} ${value.name}` })));

test('all functions and props of the API are in the table', () => {
  expect(callables.length).toBeGreaterThan(35);
  expect(cases.length).toBeGreaterThan(130);
});

test.each(callables)('$place works with the right values', ({ call, right }) => {
  expect(call(right)).toBeDefined();
});

test.each(cases.map((it) => [it.title, it] as const))('%s of another type is refused', (_, { place, right, value, call }) => {
  const [given, shown] = wrong(value);

  expect(messageOf(() => call({ ...right, [value.name]: given }))).toMatch(startingWith(`${place}: ${value.name} ${shown} is `));
  expect(messageOf(() => call({ ...right, [value.name]: null }))).toMatch(startingWith(`${place}: ${value.name} null is `));
});

test.each(cases.filter(({ value }) => value.type.collection !== undefined).map((it) => [it.title, it] as const))(
  '%s with an entry of another type is refused', (_, { place, right, value, call }) => {
    const [given, shown] = wrong({ name: value.name, type: value.type.collection!.elementtype });

    expect(messageOf(() => call({ ...right, [value.name]: [given] }))).toMatch(startingWith(`${place}: ${value.name} ${shown} is `));
  });

test.each(cases.map((it) => [it.title, it] as const))('%s is refused, or not needed, when left out', (_, { place, right, value, call }) => {
  const leaveOut = () => call({ ...right, [value.name]: undefined });

  if (value.optional) {
    expect(leaveOut()).toBeDefined();
  } else {
    expect(messageOf(leaveOut)).toMatch(startingWith(`${place}: ${value.name} undefined is `));
  }
});

test.each(callables.filter(({ options }) => options !== undefined))(
  '$place without an object for its options is refused', ({ place, right, options, call }) => {
    for (const [value, shown] of [[null, 'null'], ['text', 'of type string'], [[], 'of class Array']]) {
      expect(messageOf(() => call(right, { value }))).toMatch(startingWith(`${place}: ${options!.name} ${shown} is not an object`));
    }
    if (options!.optional) {
      expect(call(right, { value: undefined })).toBeDefined();
    } else {
      expect(messageOf(() => call(right, { value: undefined }))).toMatch(startingWith(`${place}: ${options!.name} undefined is not `));
    }
  });

/** And ending in what to write instead. */
function startingWith(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}.*\\. [A-Z].+\\.$`);
}

describe('whole messages', () => {
  const any = (value: unknown) => value as any;

  test('the id of a workspace from a variable that is not set', () => {
    expect(() => library.ZenmlWorkspace.fromId(process.env.NOT_SET!)).toThrow(new Error(
      'ZenmlWorkspace.fromId: id undefined is not a string. '
      + 'Copy the id from the workspace\'s settings in ZenML Pro; it looks like 123e4567-e89b-12d3-a456-426614174000.',
    ));
  });

  test('a class of the wrong back end', () => {
    const authentication = any(library.AwsAuthentication.implicit());

    expect(() => new library.VaultSecretsStore(stack(), 'Store', { workspace, connection, authentication })).toThrow(new Error(
      'Stack/Store: authentication of class AwsAuthentication is not a VaultAuthentication. Write one such as VaultAuthentication.aws().',
    ));
  });

  test('a function that was not called', () => {
    const authentication = any(library.AwsAuthentication.implicit);

    expect(() => new library.AwsSecretsStore(stack(), 'Store', { workspace, authentication })).toThrow(new Error(
      'Stack/Store: authentication of class Function is not an AwsAuthentication. Write one such as AwsAuthentication.implicit().',
    ));
  });

  test('the ARN of a role in the place of the role', () => {
    const arn = `arn:aws:iam::${ACCOUNT}:role/pod`;

    expect(() => library.ZenmlWorkspace.fromRole(WORKSPACE_ID, any(arn))).toThrow(new Error(
      `ZenmlWorkspace.fromRole: role "${arn}" is not an IAM role. `
      + 'Write one such as iam.Role.fromRoleArn(this, \'Role\', \'arn:aws:iam::111122223333:role/name\').',
    ));
  });

  test('a token of Vault in the place of its secret is not shown', () => {
    const message = messageOf(() => library.VaultAdministrator.token(any('hvs.secret')));

    expect(message).toContain('VaultAdministrator.token: secret of type string is not a secret of Secrets Manager. ');
    expect(message).not.toContain('hvs.');
  });

  test('the text of an option that switches something on', () => {
    const props = { address: 'https://vault.example.com', administrator, allowInsecureAddress: any('false') };

    expect(() => new library.VaultConnection(stack(), 'Vault', props)).toThrow(new Error(
      'Stack/Vault: allowInsecureAddress "false" is neither true nor false. '
      + 'Write it without quotes; what comes from the command line as context or from a variable of the environment is a string.',
    ));
  });

  test('no props at all', () => {
    expect(() => new library.VaultSecretsStore(stack(), 'Store', any(undefined))).toThrow(new Error(
      'Stack/Store: props undefined is not an object. Write an object with connection, workspace.',
    ));
  });
});

test('an object without a class is refused', () => {
  const authentication = Object.create(null);

  expect(() => new library.AwsSecretsStore(stack(), 'Store', { workspace, authentication })).toThrow(
    'Stack/Store: authentication of class Object is not an AwsAuthentication. ',
  );
});

test('an object of another copy of the library is taken', () => {
  jest.isolateModules(() => {
    const copy = jest.requireActual<typeof library>('../../src');
    const authentication = copy.AwsAuthentication.implicit();

    expect(authentication).not.toBeInstanceOf(library.AwsAuthentication);
    expect(new library.AwsSecretsStore(stack(), 'Store', { workspace, authentication }).role).toBeDefined();
  });
});

test.each([
  ['AwsSecretsStore', () => new library.AwsSecretsStore(stack(), 'It', { workspace })],
  ['VaultSecretsStore', () => {
    const scope = stack();
    return new library.VaultSecretsStore(scope, 'It', {
      workspace,
      connection: new library.VaultConnection(scope, 'Vault', {
        address: 'https://vault.example.com', administrator: library.VaultAdministrator.token(secretIn(scope)),
      }),
    });
  }],
])('%s.grantReadConfiguration refuses nobody', (_, make) => {
  expect(() => make().grantReadConfiguration(undefined as any)).toThrow('Stack/It: grantee undefined is not somebody who can be granted ');
});

test.each([
  ['AwsSecretsStoreFleet', () => new library.AwsSecretsStoreFleet(new App(), 'It', { workspaces: [workspace] })],
  ['VaultSecretsStoreFleet', () => new library.VaultSecretsStoreFleet(new App(), 'It', { workspaces: [workspace], connection })],
])('%s.storeOf refuses what is no id', (_, make) => {
  expect(() => make().storeOf(undefined as any)).toThrow('It: workspaceId undefined is not a string. Copy the id from ');
});

test('only constructs have a public constructor: the other classes are complete only as their functions make them', () => {
  const constructible = classes.filter(({ initializer, abstract }) => initializer !== undefined || abstract);
  const isConstruct = ({ base }: Declared) => base === 'constructs.Construct' || base === 'aws-cdk-lib.Stack';

  expect(constructible.filter(isConstruct).length).toBeGreaterThan(4);
  expect(constructible.filter((type) => !isConstruct(type)).map(({ name }) => name)).toEqual([]);
});
