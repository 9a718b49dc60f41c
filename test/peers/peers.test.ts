import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareVersions, FLOOR, isInRange, mapPeers, NEWEST, RANGES } from './peers';

/** What the import of a test or of the library finds. */
const installed = mapPeers((peer) => JSON.parse(readFileSync(require.resolve(`${peer}/package.json`), 'utf8')).version);

test('the peers that these tests run against are the ones that were meant', () => {
  // By `npm run test:peers` also the newest; by all else the floor.
  expect(installed).toEqual(process.env.PEERS === 'newest' ? NEWEST : FLOOR);
});

test('the ranges of the peers are of the form for which their lowest version is known', () => {
  expect(Object.values(RANGES)).toEqual(Object.values(RANGES).map(() => expect.stringMatching(/^\^[1-9]\d*\.\d+\.\d+$/)));
});

test('the newest peers are exact versions in the ranges', () => {
  for (const [peer, range] of Object.entries(RANGES)) {
    expect({ peer, version: NEWEST[peer], inRange: isInRange(NEWEST[peer], range) }).toMatchObject({ inRange: true });
  }
});

test('the lock file of the newest peers names versions and hashes, and no registry', () => {
  const { packages } = JSON.parse(readFileSync(join(__dirname, 'newest/package-lock.json'), 'utf8'));

  expect(mapPeers((peer) => packages[`node_modules/${peer}`].version)).toEqual(NEWEST);
  for (const [path, entry] of Object.entries<any>(packages).filter(([name, { inBundle }]) => name !== '' && !inBundle)) {
    expect({ path, ...entry }).toMatchObject({ path, integrity: expect.stringMatching(/^sha512-/) });
    expect({ path, ...entry }).not.toHaveProperty('resolved');
  }
});

test.each([
  ['2.262.0', '^2.262.0', true],
  ['2.276.0', '^2.262.0', true],
  ['2.261.9', '^2.262.0', false],
  ['3.0.0', '^2.262.0', false],
  ['1.300.0', '^2.262.0', false],
  ['2.277.0-rc.1', '^2.262.0', false],
])('%s in %s: %s', (version, range, expected) => {
  expect(isInRange(version, range)).toBe(expected);
});

test('versions are compared as numbers', () => {
  expect(['10.5.1', '10.10.0', '10.8.1'].sort(compareVersions)).toEqual(['10.5.1', '10.8.1', '10.10.0']);
});
