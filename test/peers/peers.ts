import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

type Versions = Readonly<Record<string, string>>;

/** The ranges of the peers that the package promises. */
export const RANGES: Versions = manifest('package.json').peerDependencies;

/** The lowest versions in those ranges. */
export const FLOOR: Versions = mapPeers((peer) => RANGES[peer].replace(/^\^/, ''));

/** The newest versions that the unit tests were run against: exact, so that a release of CDK breaks no build of another day. */
export const NEWEST: Versions = mapPeers((peer) => manifest('test/peers/newest/package.json').dependencies[peer]);

/** Whether the one version is in the range `^` of the other. Above 0, and without pre-releases. */
export function isInRange(version: string, range: string): boolean {
  const lowest = range.replace(/^\^/, '');
  return /^\d+\.\d+\.\d+$/.test(version) && version.split('.')[0] === lowest.split('.')[0] && compareVersions(version, lowest) >= 0;
}

export function compareVersions(one: string, other: string): number {
  const [ones, others] = [one, other].map((version) => version.split('.').map(Number));
  return ones.map((part, index) => part - others[index]).find((difference) => difference !== 0) ?? 0;
}

export function mapPeers<T>(map: (peer: string) => T): Record<string, T> {
  return Object.fromEntries(Object.keys(RANGES).map((peer) => [peer, map(peer)]));
}

function manifest(path: string) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}
