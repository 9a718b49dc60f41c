import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { waves } from './graph';
import { Servers, Times } from './servers';
import { chained, dependenciesOf } from './stack';
import { run } from '../../test/emulators/child-process';
import { nodeOfLambda } from '../../test/emulators/embedded-aws';
import { pythonEnvironment } from '../../test/emulators/python-environment';
import { ROOT } from '../../test/package/packed-library';
import { quartiles, verdict } from '../statistics';

const BUNDLE = join(ROOT, 'assets/configure-vault/index.js');
const REQUIREMENTS = join(ROOT, 'test/emulators/aws/requirements.txt');

const STORES = 40;
const BAR = { waves: 5, widest: 10 };
/** How long a request at Vault is held up, in milliseconds, and how often all is measured. */
const DISTANCES: [number, number][] = [[0, 7], [50, 3]];
const VARIANTS = ['chain', 'lanes'] as const;
type Variant = typeof VARIANTS[number];

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

async function main() {
  await run('npx', ['projen', 'bundle:lambda'], { cwd: ROOT });
  const servers = await Servers.start(STORES);
  try {
    const templates: { [variant in Variant]: any } = { chain: chained(servers.stack), lanes: servers.stack.artifact.template };
    printWaves(templates);
    await printEvents(servers, templates);
    await printDeployments(servers, templates);
  } finally {
    await servers.stop();
  }
}

function printWaves(templates: { [variant in Variant]: any }) {
  console.log(`${STORES} stores on one auth mount in one stack\n\nvariant  waves  stores in each`);
  for (const variant of VARIANTS) {
    const sizes = waves(dependenciesOf(templates[variant]));
    console.log(`${variant.padEnd(8)} ${String(sizes.length).padStart(5)}  ${new Set(sizes).size === 1 ? sizes[0] : sizes.join(', ')}`);
  }
  const sizes = waves(dependenciesOf(templates.lanes));
  console.log(`The bars are ${BAR.waves} waves ${verdict(sizes.length <= BAR.waves)}, `
    + `of ${BAR.widest} stores at most ${verdict(Math.max(...sizes) <= BAR.widest)}.`);
}

async function printEvents(servers: Servers, templates: { [variant in Variant]: any }) {
  const node = await nodePath();
  const functions = servers.functions(node, BUNDLE);
  try {
    // The first round starts the instances, each of which loads the SDK.
    await servers.sendEvents(functions, templates.lanes, 0);
    console.log(`\nThe bundle on Node.js ${(await run(node, ['--version'])).trim().slice(1)}\n`);
    console.log('Vault is ms away  variant  at a time  create s                delete s');
    for (const [latency, rounds] of DISTANCES) {
      const times: { [variant in Variant]: Times[] } = { chain: [], lanes: [] };
      for (let round = 0; round < rounds; round++) {
        for (const variant of round % 2 === 0 ? VARIANTS : [...VARIANTS].reverse()) {
          times[variant].push(await servers.sendEvents(functions, templates[variant], latency));
        }
      }
      for (const variant of VARIANTS) {
        const of = times[variant];
        console.log([
          String(latency).padStart(16), '', variant.padEnd(8), String(Math.max(...of.map(({ most }) => most))).padStart(9), '',
          fastest(of.map(({ create }) => create)).padEnd(23), fastest(of.map((each) => each.delete)),
        ].join(' '));
      }
    }
  } finally {
    await functions.stop();
  }
}

async function printDeployments(servers: Servers, templates: { [variant in Variant]: any }) {
  console.log('\nBy the embedded CloudFormation, one resource at a time\nvariant  create s  delete s');
  for (const variant of VARIANTS) {
    const times = await servers.deploy(templates[variant]);
    console.log(`${variant.padEnd(8)} ${times.create.toFixed(2).padStart(8)} ${times.delete.toFixed(2).padStart(9)}`);
  }
}

/** The Node.js that functions have in the embedded AWS, if it is there. */
async function nodePath(): Promise<string> {
  const ofLambda = join(await nodeOfLambda(await pythonEnvironment(REQUIREMENTS)), 'node');
  return existsSync(ofLambda) ? ofLambda : process.execPath;
}

function fastest(values: number[]): string {
  // Whatever else the machine does can only add time, so the fastest round of each is the one least disturbed.
  return `${Math.min(...values).toFixed(2).padStart(6)}  ${quartiles(values, 2)}`;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
