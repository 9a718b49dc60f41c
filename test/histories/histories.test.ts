import * as fc from 'fast-check';
import { describeHistory, History, history } from './history';
import { runHistory, Statistics, Surroundings } from './run-history';
import { useEmbeddedVault } from '../emulators/use-embedded-vault';
import { useEmbeddedAws, useFaultProxy } from '../emulators/use-emulators';
import { ControlPlane } from '../emulators/zenml-pro';
import { OTHER_WORKSPACE, WORKSPACE } from '../lambda/configure-vault/stack-under-test';

/*
 * Random histories of deployments, against the real function and server: what every user is promised holds after each of them. A history
 * that breaks a promise is printed in its shortest form, with the command that replays it.
 */

const { HISTORIES, HISTORY_SEED, HISTORY_PATH: path } = process.env;
const RUNS = Number(HISTORIES ?? 30);

/** The same histories in each run of the tests, so that a change is judged by what it changes; others where more are asked for. */
const seed = HISTORY_SEED ?? (HISTORIES === undefined ? 1 : Date.now() % 2 ** 31);

const aws = useEmbeddedAws();
const vault = useEmbeddedVault();
const proxy = useFaultProxy(vault);
let surroundings: Surroundings;

beforeAll(async () => {
  const controlPlane = await ControlPlane.create(aws);
  surroundings = {
    aws, vault, proxy, workspaces: [await controlPlane.createWorkspace(WORKSPACE), await controlPlane.createWorkspace(OTHER_WORKSPACE)],
  };
  jest.spyOn(Math, 'random').mockReturnValue(0.05); // little of each delay before another attempt
});

function report({ seed: ofRun, counterexamplePath, counterexample, errorInstance, numRuns }: fc.RunDetails<[History]>): string {
  return [
    `After ${numRuns} histories, a promise is broken. The shortest that was found:`,
    ...describeHistory(counterexample![0]),
    (errorInstance as Error | null)?.message ?? 'no error',
    `To replay it: HISTORY_SEED=${ofRun} HISTORY_PATH=${counterexamplePath} npx jest test/histories`,
  ].join('\n');
}

test(`${RUNS} histories keep every promise`, async () => {
  const statistics: Statistics = { deployments: 0, events: 0, logins: 0 };
  const property = fc.asyncProperty(history, (one) => runHistory(surroundings, one, statistics));
  const details = await fc.check(property, {
    numRuns: RUNS, seed: Number(seed), path, interruptAfterTimeLimit: RUNS * 10_000,
  });
  console.info(`seed ${details.seed}: ${details.numRuns} histories, ${JSON.stringify(statistics)}`);

  if (details.failed) {
    throw new Error(report(details));
  }
  expect(details.numRuns).toBe(path === undefined ? RUNS : details.numRuns);
}, RUNS * 20_000);
