import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const MAJORS = ['20', '22', '24'];

const { engines, scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const { optionalDependencies } = JSON.parse(readFileSync(join(__dirname, 'package.json'), 'utf8'));
const { packages } = JSON.parse(readFileSync(join(__dirname, 'package-lock.json'), 'utf8'));

test('these tests, and the processes that they start, run on the Node.js that was meant', () => {
  const major = process.env.NODE_MAJOR ?? process.versions.node.split('.')[0];

  expect(process.versions.node.split('.')[0]).toBe(major);
  expect(execFileSync('node', ['--version'], { encoding: 'utf8' }).trim()).toBe(process.version);
});

test('each Node.js that the tests are run on has a script, and .ci/run calls it', () => {
  expect(Object.keys(scripts).filter((name) => /^test:node\d+$/.test(name)).sort()).toEqual(MAJORS.map((major) => `test:node${major}`));
  expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toContain(`for major in ${MAJORS.join(' ')}; do`);
});

test('the oldest Node.js that the tests are run on is the oldest that the package allows', () => {
  expect(`>= ${optionalDependencies['node20-linux-x64'].split('@')[1]}`).toBe(engines.node);
});

test('the lock file names a hash for each Node.js, and no registry', () => {
  for (const name of Object.keys(optionalDependencies)) {
    const entry = packages[`node_modules/${name}`];
    expect({ of: name, ...entry }).toMatchObject({ of: name, integrity: expect.stringMatching(/^sha512-/) });
    expect({ of: name, ...entry }).not.toHaveProperty('resolved');
  }
});
