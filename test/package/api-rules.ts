import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/*
 * What jsii lets pass, but a user of one of its languages would stumble over. `lint` takes the assembly that jsii writes (`.jsii`),
 * of which this is the part that matters.
 */

export interface Assembly {
  readonly types: Record<string, ApiType>;
}

interface Docs {
  readonly summary?: string;
  readonly remarks?: string;
  readonly default?: string;
}

interface TypeReference {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly elementtype: TypeReference };
  readonly union?: object;
  readonly intersection?: object;
}

interface Parameter {
  readonly name: string;
  readonly type: TypeReference;
  readonly optional?: boolean;
  readonly docs?: Docs;
}

interface Property extends Parameter {
  readonly immutable?: boolean;
  readonly static?: boolean;
}

interface Method {
  readonly name: string;
  readonly static?: boolean;
  readonly parameters?: Parameter[];
  readonly returns?: { readonly type: TypeReference };
  readonly docs?: Docs;
}

interface ApiType {
  readonly kind: string;
  readonly name: string;
  readonly datatype?: boolean;
  readonly interfaces?: string[];
  readonly docs?: Docs;
  readonly properties?: Property[];
  readonly methods?: Method[];
  readonly initializer?: { readonly parameters?: Parameter[] };
  readonly members?: { readonly name: string; readonly docs?: Docs }[];
}

/** The languages that reserve a word, as the compiler knows them. The package does not export it, hence the path. */
const isReservedName: (name: string) => string[] | undefined
  = createRequire(__filename)(join(dirname(require.resolve('jsii/package.json')), 'lib/reserved-words.js')).isReservedName;

/** Reserved words that are members all the same, as what they become is none. They are public, so they stay. */
const ALLOWED_NAMES: Record<string, string> = {
  'AwsAuthentication.implicit': 'Implicit in C#; the name that ZenML gives to the method',
  'AzureAuthentication.implicit': 'Implicit in C#; the name that ZenML gives to the method',
  'GcpAuthentication.implicit': 'Implicit in C#; the name that ZenML gives to the method',
  'SecretsStoreConfiguration.type': 'Type in Go; the name that ZenML gives to the field',
};

/** Words that the compiler does not know of. */
const MORE_RESERVED: Record<string, string> = {
  async: 'Python',
  await: 'Python',
  build: 'Java, where it ends each builder',
};

/** What every object has, in the form in which a member would get its name there. */
const OF_EVERY_OBJECT: Record<string, string[]> = {
  'Java': ['getClass', 'hashCode', 'equals', 'notify', 'notifyAll', 'wait', 'clone', 'finalize'],
  'C#': ['Equals', 'GetHashCode', 'GetType', 'MemberwiseClone', 'ReferenceEquals', 'Finalize'],
};

/** Each construct has them, and they mean the same everywhere. */
const CONSTRUCTOR_CONVENTION = ['scope', 'id'];

export function lint(assembly: Assembly): string[] {
  const findings: string[] = [];
  const allowed = new Set<string>();
  const find = (where: string, what: string) => findings.push(`${where}: ${what}`);

  function isOwnStruct({ fqn }: TypeReference): boolean {
    return fqn !== undefined && assembly.types[fqn]?.datatype === true;
  }

  /** Those of a struct, and of the structs of this library that it extends. */
  function propertiesOf(fqn: string): Property[] {
    const { properties = [], interfaces = [] } = assembly.types[fqn] ?? {};
    return [...properties, ...interfaces.flatMap(propertiesOf)];
  }

  function checkDocs(where: string, docs: Docs | undefined) {
    if (!docs?.summary) {
      find(where, 'has no summary');
    } else if (docs.summary.endsWith(';')) {
      find(where, `has half a sentence as its summary, as jsii ends it at the semicolon: ${docs.summary}`);
    }
  }

  function checkName(where: string, name: string) {
    const languages = isReservedName(name) ?? (name in MORE_RESERVED ? [MORE_RESERVED[name]] : []);
    if (languages.length > 0 && where in ALLOWED_NAMES) {
      allowed.add(where);
    } else if (languages.length > 0) {
      find(where, `${name} is reserved in ${languages.join(', ')}`);
    }
  }

  function checkType(where: string, reference: TypeReference) {
    if (reference.union !== undefined || reference.intersection !== undefined) {
      find(where, 'is of several types, which no other language can tell');
    } else if (reference.primitive === 'any' || reference.primitive === 'json') {
      find(where, `is of type ${reference.primitive}, which says nothing`);
    } else if (reference.collection !== undefined) {
      checkType(where, reference.collection.elementtype);
    }
  }

  function checkParameters(where: string, parameters: Parameter[], convention: string[] = []) {
    for (const { name, type, optional, docs } of parameters) {
      const parameter = `${where}(${name})`;
      checkName(parameter, name);
      checkType(parameter, type);
      // A struct of this library is described property by property, with the defaults.
      if (!isOwnStruct(type) && !convention.includes(name)) {
        checkDocs(parameter, docs);
        if (optional && !/default/i.test(`${docs?.summary} ${docs?.remarks}`)) {
          find(parameter, 'is optional, and its @param does not say what the default is');
        }
      }
    }
    // Python takes the properties of a struct at the end as arguments of the same call.
    const last = parameters.at(-1);
    if (last !== undefined && isOwnStruct(last.type)) {
      const lifted = propertiesOf(last.type.fqn!);
      checkCollisions(where, 'Python', [...parameters.slice(0, -1), ...lifted].map(({ name }) => `the argument ${snakeCase(name)}`));
    }
  }

  function checkProperty(where: string, property: Property) {
    checkDocs(where, property.docs);
    checkName(where, property.name);
    checkType(where, property.type);
    if (property.optional && !property.docs?.default) {
      find(where, 'is optional, and has no @default');
    }
  }

  function checkMethod(where: string, method: Method) {
    checkDocs(where, method.docs);
    checkName(where, method.name);
    checkParameters(where, method.parameters ?? []);
    if (method.returns !== undefined) {
      checkType(`${where}()`, method.returns.type);
    }
  }

  function checkCollisions(where: string, language: string, names: string[]) {
    names.filter((name, index) => names.indexOf(name) < index).forEach((name) => find(where, `${language} has ${name} twice`));
  }

  for (const type of Object.values(assembly.types)) {
    const { name: where, properties = [], methods = [], members = [] } = type;
    checkDocs(where, type.docs);
    checkName(where, type.name);
    checkParameters(`new ${where}`, type.initializer?.parameters ?? [], CONSTRUCTOR_CONVENTION);
    properties.forEach((property) => checkProperty(`${where}.${property.name}`, property));
    methods.forEach((method) => checkMethod(`${where}.${method.name}`, method));
    for (const member of members) {
      checkDocs(`${where}.${member.name}`, member.docs);
      checkName(`${where}.${member.name}`, member.name);
    }

    const all = [...properties, ...methods];
    all.filter(({ name }) => pascalCase(name) === type.name).forEach(({ name }) => find(`${where}.${name}`, 'C# has no member with the name of its class'));

    const inJava = [...properties.flatMap(javaAccessors), ...methods.map(({ name }) => name)];
    const inCSharp = all.map(({ name }) => pascalCase(name));
    checkCollisions(where, 'Java', inJava);
    checkCollisions(where, 'C#', inCSharp);
    checkCollisions(where, 'Python', all.map(({ name }) => snakeCase(name)));
    checkCollisions(where, 'Go', goMembers(type, false));
    for (const [language, names] of [['Java', inJava], ['C#', inCSharp]] as const) {
      names.filter((name) => OF_EVERY_OBJECT[language].includes(name)).forEach((name) => find(where, `every object has a ${name} in ${language}`));
    }
  }

  checkCollisions('the package', 'Go', Object.values(assembly.types).flatMap(goPackageNames));
  Object.keys(ALLOWED_NAMES).filter((name) => !allowed.has(name)).forEach((name) => find(name, 'is allowed as a reserved word, and is none'));
  return findings;
}

/** The names that a type takes in the package for Go, which knows no members of classes. */
function goPackageNames(type: ApiType): string[] {
  const constructors = type.initializer === undefined ? [] : [`New${type.name}`, `New${type.name}_Override`];
  return [type.name, ...constructors, ...goMembers(type, true).map((member) => `${type.name}_${member}`)];
}

function goMembers({ properties = [], methods = [] }: ApiType, ofTheType: boolean): string[] {
  const wanted = (member: { static?: boolean }) => (member.static ?? false) === ofTheType;
  return [...properties.filter(wanted).flatMap(goAccessors), ...methods.filter(wanted).map(({ name }) => pascalCase(name))];
}

function goAccessors({ name, immutable }: Property): string[] {
  return [pascalCase(name), ...(immutable ? [] : [`Set${pascalCase(name)}`])];
}

function javaAccessors({ name, immutable }: Property): string[] {
  return [`get${pascalCase(name)}`, ...(immutable ? [] : [`set${pascalCase(name)}`])];
}

function pascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/([A-Z])([A-Z][a-z])/g, '$1_$2').toLowerCase();
}
