import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lint } from './api-rules';
import { ROOT } from './packed-library';

const assembly = JSON.parse(readFileSync(join(ROOT, '.jsii'), 'utf8'));

/** A part of the assembly, to break. `of('A.b(c)')` is parameter c of member b of type A, `of('new A(c)')` that of its constructor. */
type Part = (path: string) => any;

const STRING = { primitive: 'string' };
const DOCS = { summary: 'Something.' };

const FAULTS: [string, (of: Part) => void, string][] = [
  // Documentation.
  ['a class without a summary', (of) => delete of('AwsSecretsStore').docs.summary, 'AwsSecretsStore: has no summary'],
  ['a struct without docs', (of) => delete of('AwsSecretsStoreProps').docs, 'AwsSecretsStoreProps: has no summary'],
  ['a property without a summary', (of) => delete of('AwsSecretsStore.grantee').docs.summary, 'AwsSecretsStore.grantee: has no summary'],
  ['a method without docs', (of) => delete of('WorkspaceTrust.roleByArn').docs, 'WorkspaceTrust.roleByArn: has no summary'],
  ['a summary cut off at a semicolon', (of) => of('WorkspaceTrust.roleByArn').docs.summary = 'One;',
    'WorkspaceTrust.roleByArn: has half a sentence as its summary, as jsii ends it at the semicolon: One;'],
  ['an enum member without docs', (of) => of('').Color = { kind: 'enum', name: 'Color', docs: DOCS, members: [{ name: 'RED' }] },
    'Color.RED: has no summary'],
  ['a parameter without @param', (of) => delete of('ZenmlWorkspace.fromRole(role)').docs, 'ZenmlWorkspace.fromRole(role): has no summary'],
  ['a parameter that is a struct of others', (of) => of('SecretsIsolation.workspace(options)').type = { fqn: 'aws-cdk-lib.StackProps' },
    'SecretsIsolation.workspace(options): is optional, and its @param does not say what the default is'],
  ['another parameter of a constructor', (of) => of('new AwsSecretsStore(id)').name = 'label',
    'new AwsSecretsStore(label): has no summary'],
  ['an optional property of a struct without @default', (of) => delete of('AwsSecretsStoreOptions.region').docs.default,
    'AwsSecretsStoreOptions.region: is optional, and has no @default'],
  ['an optional property of a class without @default', (of) => delete of('ZenmlWorkspace.role').docs.default,
    'ZenmlWorkspace.role: is optional, and has no @default'],
  ['an optional parameter that does not tell its default', (of) => of('ZenmlWorkspace.fromRole(role)').optional = true,
    'ZenmlWorkspace.fromRole(role): is optional, and its @param does not say what the default is'],

  // Types.
  ['a property of several types', (of) => of('AwsSecretsStore.region').type = { union: { types: [STRING, { primitive: 'number' }] } },
    'AwsSecretsStore.region: is of several types, which no other language can tell'],
  ['a property of an intersection', (of) => of('AwsSecretsStore.region').type = { intersection: { types: [STRING] } },
    'AwsSecretsStore.region: is of several types, which no other language can tell'],
  ['a list of any', (of) => of('AwsSecretsStoreOptions.encryptionKeys').type.collection.elementtype = { primitive: 'any' },
    'AwsSecretsStoreOptions.encryptionKeys: is of type any, which says nothing'],
  ['a parameter of type json', (of) => of('ZenmlWorkspace.fromRole(role)').type = { primitive: 'json' },
    'ZenmlWorkspace.fromRole(role): is of type json, which says nothing'],
  ['a parameter of several types in a constructor', (of) => of('new AwsSecretsStore(id)').type = { union: {} },
    'new AwsSecretsStore(id): is of several types, which no other language can tell'],
  ['a method that returns any', (of) => of('ZenmlWorkspace.fromRole').returns.type = { primitive: 'any' },
    'ZenmlWorkspace.fromRole(): is of type any, which says nothing'],

  // Reserved words.
  ['a word of Python', (of) => of('AwsSecretsStore.region').name = 'nonlocal', 'AwsSecretsStore.nonlocal: nonlocal is reserved in Python'],
  ['a word of Python that jsii misses', (of) => of('AwsSecretsStore.region').name = 'await',
    'AwsSecretsStore.await: await is reserved in Python'],
  ['a word of Java', (of) => of('AwsSecretsStore.region').name = 'package', 'AwsSecretsStore.package: package is reserved in Java, Go'],
  ['the end of a builder in Java', (of) => of('AwsSecretsStoreOptions.region').name = 'build',
    'AwsSecretsStoreOptions.build: build is reserved in Java, where it ends each builder'],
  ['a word of C# as a method', (of) => of('WorkspaceTrust.roleByArn').name = 'explicit',
    'WorkspaceTrust.explicit: explicit is reserved in C#'],
  ['a word of C# as a parameter', (of) => of('ZenmlWorkspace.fromRole(role)').name = 'event',
    'ZenmlWorkspace.fromRole(event): event is reserved in C#'],
  ['a word of Go', (of) => of('AwsSecretsStoreOptions.region').name = 'range', 'AwsSecretsStoreOptions.range: range is reserved in Go'],
  ['a type', (of) => of('WorkspaceTrust').name = 'string', 'string: string is reserved in C#, Go'],
  ['an enum member', (of) => of('').Color = { kind: 'enum', name: 'Color', docs: DOCS, members: [{ name: 'True', docs: DOCS }] },
    'Color.True: True is reserved in Python'],
  ['an allowed word of another class', (of) => of('WorkspaceTrust.roleByArn').name = 'implicit',
    'WorkspaceTrust.implicit: implicit is reserved in C#'],
  ['an exception that nothing needs', (of) => of('AwsAuthentication.implicit').name = 'unspoken',
    'AwsAuthentication.implicit: is allowed as a reserved word, and is none'],

  // Names that collide once a language has made its own form of them.
  ['a member with the name of its class', (of) => of('WorkspaceTrust.roleByArn').name = 'workspaceTrust',
    'WorkspaceTrust.workspaceTrust: C# has no member with the name of its class'],
  ['a getter of Java', (of) => of('AwsSecretsStore').methods = [{ name: 'getRegion', docs: DOCS }],
    'AwsSecretsStore: Java has getRegion twice'],
  ['a setter of Java', (of) => {
    delete of('AwsSecretsStore.region').immutable;
    of('AwsSecretsStore').methods = [{ name: 'setRegion', docs: DOCS }];
  }, 'AwsSecretsStore: Java has setRegion twice'],
  ['a setter of Go', (of) => {
    delete of('AwsSecretsStore.region').immutable;
    of('AwsSecretsStore').methods = [{ name: 'setRegion', docs: DOCS }];
  }, 'AwsSecretsStore: Go has SetRegion twice'],
  ['one name in two cases', (of) => of('AwsSecretsStore').methods = [{ name: 'Region', docs: DOCS }],
    'AwsSecretsStore: Go has Region twice'],
  ['one name in two cases in C#', (of) => of('AwsSecretsStore').methods = [{ name: 'Region', docs: DOCS }],
    'AwsSecretsStore: C# has Region twice'],
  ['one name in two spellings', (of) => of('AwsSecretsStore').methods = [{ name: 'roleARN', docs: DOCS }, { name: 'roleArn', docs: DOCS }],
    'AwsSecretsStore: Python has role_arn twice'],
  ['an argument that Python lifts', (of) => of('ZenmlWorkspaceOptions.controlPlaneAccount').name = 'id',
    'ZenmlWorkspace.fromId: Python has the argument id twice'],
  ['a prop that Python lifts', (of) => of('AwsSecretsStoreProps.roleName').name = 'scope',
    'new AwsSecretsStore: Python has the argument scope twice'],
  ['an inherited prop that Python lifts', (of) => of('AwsSecretsStoreOptions.region').name = 'scope',
    'new AwsSecretsStoreFleet: Python has the argument scope twice'],
  ['a class with the name of a constructor in Go', (of) => of('WorkspaceTrust').name = 'NewAwsSecretsStore',
    'the package: Go has NewAwsSecretsStore twice'],
  ['a class with the name of a static function in Go', (of) => of('VaultAuthentication').name = 'WorkspaceTrust_RoleByArn',
    'the package: Go has WorkspaceTrust_RoleByArn twice'],
  ['what every object has in Java', (of) => of('WorkspaceTrust.roleByArn').name = 'notify',
    'WorkspaceTrust: every object has a notify in Java'],
  ['what every object has in C#', (of) => of('WorkspaceTrust.roleByArn').name = 'getType',
    'WorkspaceTrust: every object has a GetType in C#'],
];

test('the API is usable in all languages of jsii', () => {
  expect(lint(assembly)).toEqual([]);
});

test.each(FAULTS)('the lint names %s', (_, breakIt, finding) => {
  const broken = structuredClone(assembly);
  breakIt((path) => part(broken.types, path));

  expect(lint(broken)).toContain(finding);
});

function part(types: any, path: string): any {
  if (path === '') {
    return types;
  }
  const [, constructed, typeName, memberName, parameterName] = path.match(/^(new )?(\w+)(?:\.(\w+))?(?:\((\w+)\))?$/)!;
  const type = Object.values<any>(types).find(({ name }) => name === typeName);
  const byName = (list: any[] | undefined, wanted: string) => list?.find(({ name }) => name === wanted);
  const member = () => memberName === undefined ? type : byName(type.properties, memberName) ?? byName(type.methods, memberName);
  const owner = constructed === undefined ? member() : type.initializer;
  return parameterName === undefined ? owner : byName(owner.parameters, parameterName);
}
