import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ADMINISTRATORS, EVENTS, MeasuredEvents, Servers } from './events';
import { measureStarts } from './start';
import { run } from '../../test/emulators/child-process';
import { nodeOfLambda } from '../../test/emulators/embedded-aws';
import { pythonEnvironment } from '../../test/emulators/python-environment';
import { ROOT } from '../../test/package/packed-library';
import { quantile, quartiles, verdict } from '../statistics';

const BUNDLE = join(ROOT, 'assets/configure-vault/index.js');
const REQUIREMENTS = join(ROOT, 'test/emulators/aws/requirements.txt');

const BAR = {
  bytes: 64 * 1024,
  startMilliseconds: 20,
  createRequests: 16,
  createRoundTrips: 6,
  unchangedWrites: 0,
  unchangedRoundTrips: 3,
};
const START_ROUNDS = 40;
const EVENT_ROUNDS = 20;

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

async function main() {
  await run('npx', ['projen', 'bundle:lambda'], { cwd: ROOT });
  printSize();
  const nodes = await findNodes();
  printStarts(nodes);
  // The last is that of Lambda, if it is there.
  await printEvents(nodes[nodes.length - 1]);
}

interface Node {
  readonly path: string;
  readonly version: string;
}

/** The Node.js of this process, and the one that functions have in the embedded AWS. */
async function findNodes(): Promise<Node[]> {
  const ofLambda = join(await nodeOfLambda(await pythonEnvironment(REQUIREMENTS)), 'node');
  const paths = [process.execPath, ...(existsSync(ofLambda) ? [ofLambda] : [])];
  return Promise.all(paths.map(async (path) => ({ path, version: (await run(path, ['--version'])).trim().slice(1) })));
}

function printSize() {
  const { size } = statSync(BUNDLE);
  console.log(`The bundle has ${size} bytes, minified.`);
  console.log(`The bar is 64 KB, counted as 64 * 1024 = ${BAR.bytes} bytes: ${verdict(size < BAR.bytes)}.`);
}

function printStarts(nodes: Node[]) {
  console.log('\nnode      what          empty handler ms        bundle ms               more ms  (of neighbours)');
  const more: string[] = [];
  for (const { path, version } of nodes) {
    const starts = measureStarts(path, BUNDLE, START_ROUNDS);
    for (const what of ['load', 'process'] as const) {
      const { empty, bundle } = starts[what];
      // Whatever else the machine does can only add time, so the fastest round of each is the one least disturbed.
      const difference = Math.min(...bundle) - Math.min(...empty);
      console.log([
        version.padEnd(9), (what === 'load' ? 'require()' : 'whole process').padEnd(13),
        fastest(empty).padEnd(23), fastest(bundle).padEnd(23),
        difference.toFixed(1).padStart(7), '', quartiles(bundle.map((milliseconds, round) => milliseconds - empty[round])),
      ].join(' '));
      more.push(`${version} ${what === 'load' ? 'require()' : 'process'} ${verdict(difference < BAR.startMilliseconds)}`);
    }
  }
  console.log(`The bar is less than ${BAR.startMilliseconds} ms more: ${more.join(', ')}.`);
}

async function printEvents(node: Node) {
  console.log(`\nThe bundle on Node.js ${node.version}, ${EVENT_ROUNDS} rounds:`);
  const servers = await Servers.start();
  const measured: [string, MeasuredEvents][] = [];
  try {
    for (const method of ADMINISTRATORS) {
      measured.push([method, await servers.measure(node.path, BUNDLE, method, EVENT_ROUNDS)]);
    }
  } finally {
    await servers.stop();
  }

  console.log('login     event             requests  writes  round trips  login+logout  handler ms              at Vault ms');
  for (const [method, events] of measured) {
    for (const event of EVENTS) {
      const { counted, others, whole, inVault } = events[event];
      const all = [counted, ...others];
      console.log([
        method.padEnd(9), event.padEnd(16),
        range(all.map(({ work }) => work)).padStart(9), range(all.map(({ writes }) => writes)).padStart(7),
        String(counted.roundTrips).padStart(12), range(all.map(({ session }) => session)).padStart(13), '',
        median(whole).padEnd(23), median(inVault),
      ].join(' '));
    }
  }
  for (const [method, events] of measured) {
    const [create, unchanged] = [events.Create, events['unchanged Update']];
    const most = Math.max(...[create.counted, ...create.others].map(({ work }) => work));
    const writes = Math.max(...[unchanged.counted, ...unchanged.others].map(({ writes: some }) => some));
    console.log(`The bars, under ${method}: Create in ${BAR.createRequests} requests ${verdict(most <= BAR.createRequests)}, `
      + `in ${BAR.createRoundTrips} round trips ${verdict(create.counted.roundTrips <= BAR.createRoundTrips)}; `
      + `unchanged Update without a write ${verdict(writes <= BAR.unchangedWrites)}, `
      + `in ${BAR.unchangedRoundTrips} round trips ${verdict(unchanged.counted.roundTrips <= BAR.unchangedRoundTrips)}.`);
  }
}

function fastest(values: number[]): string {
  return `${Math.min(...values).toFixed(1).padStart(5)}  ${quartiles(values)}`;
}

function median(values: number[]): string {
  return `${quantile(values, 0.5).toFixed(1).padStart(6)}  ${quartiles(values)}`;
}

function range(values: number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? String(most) : `${least}-${most}`;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
