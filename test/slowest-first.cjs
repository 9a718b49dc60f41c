const { sep } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/* In a fresh clone, Jest knows of no test how long it takes, and begins with the largest files. The slowest are small. */

const SLOWEST = [
  'lambda/configure-vault/faults', 'package/demo', 'deploy/many-workspaces', 'deploy/ownership-guide', 'package/compat', 'package/sources',
  'deploy/vault-credentials', 'lambda/configure-vault/secrecy', 'deploy/check-vault', 'package/api-reference', 'package/reproducible',
].map((name) => `${sep}test${sep}${name.replaceAll('/', sep)}.test.ts`);

module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => SLOWEST.findIndex((name) => path.endsWith(name));
    const slowest = tests.filter((test) => rank(test) >= 0).sort((a, b) => rank(a) - rank(b));
    return [...slowest, ...super.sort(tests.filter((test) => rank(test) < 0))];
  }
};
