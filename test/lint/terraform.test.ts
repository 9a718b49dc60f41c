import { GcpAuthentication, SecretsStoreConfiguration } from '../../src';
import { configuration, ELSEWHERE, secret, SETUPS } from '../configuration/setups';

/*
 * Terraform in its JSON syntax: every string is a template. Neither Terraform nor the schemas of its providers are used.
 * https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
 */

/** The resources, by their addresses. */
function resourcesOf(json: string): Map<string, any> {
  const { resource, ...others } = JSON.parse(json);
  expect(others).toEqual({});
  return new Map(Object.entries<any>(resource).flatMap(([type, named]) => (
    Object.entries(named).map(([name, body]): [string, any] => [`${type}.${name}`, body])
  )));
}

/** All strings in a value. */
function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(stringsOf) : [];
}

/** What Terraform evaluates in a string. */
function expressionsOf(text: string): string[] {
  const sequences = text.matchAll(/([$%])\1\{|[$%]\{([^}]*)\}?/g);
  return [...sequences].flatMap(([, escaped, expression]) => escaped === undefined ? [expression] : []);
}

/** What is wrong with the resources, by the rules of Terraform's JSON syntax. */
function mistakesIn(resources: Map<string, any>): string[] {
  return [...resources].flatMap(([address, { depends_on: dependencies = [], for_each: each, ...body }]) => {
    const badDependencies = dependencies.filter((dependency: string) => !resources.has(dependency));
    const badExpressions = stringsOf(body).flatMap(expressionsOf).filter((expression) => {
      const attribute = /^(\w+\.\w+)\.\w+$/.exec(expression);
      return !(attribute !== null && resources.has(attribute[1])) && !(expression === 'each.value' && each !== undefined);
    });
    const badEach = each === undefined || isSet(each) ? [] : [each];
    return [...badDependencies, ...badExpressions, ...badEach].map((mistake) => `${address}: ${mistake}`);
  });
}

/** Whether a text is a call of `toset` with a list of plain strings, which Terraform writes as JSON does. */
function isSet(text: string): boolean {
  const list = JSON.parse(/^\$\{toset\((\[.*\])\)\}$/.exec(text)?.[1] ?? '[]');
  return list.length > 0 && list.every((element: unknown) => typeof element === 'string' && expressionsOf(element).length === 0);
}

test.each(SETUPS)('Terraform for %s: each expression names a resource of the file', (_, store) => {
  const resources = resourcesOf(configuration(store).renderSetupTerraform());

  expect(resources.size).toBeGreaterThan(3);
  expect([...resources.values()].flatMap(stringsOf).flatMap(expressionsOf).length).toBeGreaterThan(0);
  expect(mistakesIn(resources)).toEqual([]);
});

test('Terraform for a store and its backup: expressions of each stay within its own resources', () => {
  const backup = SecretsStoreConfiguration.gcp({
    projectId: 'another-project', authentication: GcpAuthentication.serviceAccount(secret, { serviceAccountEmail: ELSEWHERE }),
  });
  const resources = resourcesOf(configuration(SETUPS[2][1], backup).renderSetupTerraform());
  const ofBackup = new Map([...resources].filter(([address]) => address.includes('.zenml_backup')));
  const ofStore = new Map([...resources].filter(([address]) => !address.includes('.zenml_backup')));

  expect(ofBackup.size).toBeGreaterThan(3);
  expect([mistakesIn(ofStore), mistakesIn(ofBackup)]).toEqual([[], []]);
});

test.each([
  ['an expression that names no resource', { name: '${google_project.other.id}' }, 'google_project.other.id'],
  ['an expression within a text', { name: 'a $${b} ${c}' }, 'c'],
  ['a template directive', { name: '%{if true}' }, 'if true'],
  ['a dependency in an expression', { depends_on: ['${a.b}'] }, '${a.b}'],
  ['a dependency that is not there', { depends_on: ['a.c'] }, 'a.c'],
  ['each without for_each', { name: '${each.value}' }, 'each.value'],
  ['for_each of a list', { for_each: '${["x"]}' }, '${["x"]}'],
])('%s is a mistake', (_, body, mistake) => {
  expect(mistakesIn(new Map([['a.b', body]]))).toEqual([`a.b: ${mistake}`]);
});
