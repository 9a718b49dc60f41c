import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsOf, resourcesOf, versions } from './events';
import { credentialEvents, STORE_NAMES, storeEvents } from './written-today';
import { AUTH_METHOD_NAMES, CREDENTIAL_METHOD_NAMES } from '../../src/vault/contract/auth-methods';
import { CONTRACT_VERSION } from '../../src/vault/contract/contract-version';
import { physicalId, readStore } from '../../src/vault/contract/store-properties';

const NEWEST = `v${CONTRACT_VERSION}`;
const HOW_TO = `The properties that the constructs write are not those of test/contract/${NEWEST}/. `
  + `If ${NEWEST} was released, they are a new version of the contract:
1. Raise CONTRACT_VERSION in src/vault/contract/contract-version.ts.
2. Give each new property a default (withDefault) in STORE_READERS or CREDENTIAL_READERS: stacks of older versions do not send it.
3. NEW_CONTRACT_VERSION=true npx jest test/contract/newest-version
Never change the files of a released version. Before the release of ${NEWEST}, remove its folder and do the third step.`;

const written = {
  ...Object.fromEntries(STORE_NAMES.map((name) => {
    const { create } = storeEvents(name, '');
    return [`store.${name}`, storeEvents(name, physicalId(readStore(create.ResourceProperties), '', create.RequestId))];
  })),
  ...Object.fromEntries(CREDENTIAL_METHOD_NAMES.map((method) => [`credential.${method}`, credentialEvents(method)])),
};

if (process.env.NEW_CONTRACT_VERSION === 'true') {
  mkdirSync(join(__dirname, NEWEST)); // fails if it is there: nothing overwrites the events of a version
  for (const [resource, events] of Object.entries(written)) {
    mkdirSync(join(__dirname, NEWEST, resource));
    for (const [name, event] of Object.entries(events)) {
      writeFileSync(join(__dirname, NEWEST, resource, `${name}.json`), `${JSON.stringify(event, null, 2)}\n`);
    }
  }
}

test('the newest version has events', () => {
  expect(versions()).toEqual(Array.from({ length: CONTRACT_VERSION }, (_, index) => `v${index + 1}`));
});

test('each way to log in, and each credential, has events', () => {
  expect(resourcesOf(NEWEST, 'store')).toEqual([...AUTH_METHOD_NAMES, 'external'].map((name) => `store.${name}`).sort());
  expect(resourcesOf(NEWEST, 'credential')).toEqual(CREDENTIAL_METHOD_NAMES.map((name) => `credential.${name}`).sort());
});

test.each(Object.keys(written))('%s: the properties written today are those of the newest version', (resource) => {
  const expected = eventsOf(NEWEST, resource);
  try {
    expect(written[resource]).toEqual(expected);
  } catch (error) {
    throw new Error(`${HOW_TO}\n\n${(error as Error).message}`);
  }
});
