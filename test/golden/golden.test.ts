import { readdirSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { GOLDEN, golden } from './golden';
import { handedOver } from './handed-over';
import { conforms, conformsToExternalAccount } from './schemas';
import { ACCOUNT, REGION } from '../scenarios';

/*
 * What is handed over, of each back end and method, beside a file that says what it has to be. The files are read by people: change one
 * only by hand.
 */

test.each(GOLDEN)('%s is handed over as its file says', (name, make) => {
  const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });

  expect(`${JSON.stringify(JSON.parse(handedOver(make(stack))), null, 2)}\n`).toBe(golden(name));
});

test('there is no file without its test', () => {
  expect(readdirSync(__dirname).filter((file) => file.endsWith('.json')).sort()).toEqual(GOLDEN.map(([name]) => `${name}.json`).sort());
});

type Json = { [key: string]: any };

/** The object itself, its stores, their settings and their configurations, each by the way to it. */
function levels(handOff: Json): string[][] {
  return [[], ...Object.keys(handOff).flatMap((name) => [[name], [name, 'settings'], [name, 'settings', 'auth_config']])];
}

function changed(handOff: Json, way: string[], change: (level: Json) => void): Json {
  const copy = structuredClone(handOff);
  change(way.reduce((level, name) => level[name], copy));
  return copy;
}

describe('ZenML\'s schema', () => {
  test.each(GOLDEN)('admits %s', (name) => {
    expect([conforms(JSON.parse(golden(name))), conforms.errors]).toEqual([true, null]);
  });

  test.each(GOLDEN)('refuses %s without any key but those that are optional', (name, _, optional) => {
    const handOff = JSON.parse(golden(name));
    const keys = levels(handOff).flatMap((way) => (
      Object.keys(way.reduce((level, step) => level[step], handOff)).map((key) => [way, key] as const)
    ));

    const spared = keys.filter(([way, key]) => conforms(changed(handOff, way, (level) => delete level[key])));
    expect(spared.map(([, key]) => key).sort()).toEqual([...optional].sort());
  });

  test.each(GOLDEN)('refuses %s with a key that ZenML does not know, wherever it stands', (name) => {
    const handOff = JSON.parse(golden(name));

    expect(levels(handOff).filter((way) => conforms(changed(handOff, way, (level) => (level.unknown = 'x'))))).toEqual([]);
  });

  test('refuses a method that the back end does not have', () => {
    const handOff = JSON.parse(golden('aws.implicit'));

    expect(conforms(changed(handOff, ['secrets_store', 'settings'], (level) => (level.auth_method = 'sts-token')))).toBe(false);
    expect(conforms(changed(handOff, ['secrets_store'], (level) => (level.type = 'gcp')))).toBe(false);
  });

  test('of an external account admits what is handed over, and nothing less', () => {
    const account = JSON.parse(JSON.parse(golden('gcp.external-account')).secrets_store.settings.auth_config.external_account_json);

    expect(conformsToExternalAccount(account)).toBe(true);
    const spared = Object.keys(account)
      .filter((key) => conformsToExternalAccount(changed(account, [], (level) => delete level[key])));
    expect(spared).toEqual(['service_account_impersonation_url']);
    expect(conformsToExternalAccount({ ...account, unknown: 'x' })).toBe(false);
  });
});
