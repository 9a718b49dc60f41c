import { begin } from './beginning';
import { CloudFormationModel, Event, Outcome } from './cloudformation-model';
import { Contents, contentsOf } from './contents';
import { Exemptions } from './exemptions';
import { FunctionCaller } from './function-caller';
import { HeldTokens } from './held-tokens';
import { changed, Deployment, History, StackName, Step, Template } from './history';
import { MountMakers } from './mount-makers';
import { Others } from './others';
import { People } from './people';
import {
  accessLeft, claimsOfTheDead, harmed, notGivenBack, notRevoked, notRolledBack, refusals, same, secretsLost,
} from './promises';
import { storeOfChoice } from './stores';
import { Workspaces } from './workspaces';
import { VaultStore } from '../../src/vault/contract/store-properties';
import { EmbeddedAws } from '../emulators/embedded-aws';
import { EmbeddedVault } from '../emulators/embedded-vault';
import { FaultProxy } from '../emulators/fault-proxy';
import { Principal } from '../emulators/zenml-pro';

/** The real function, server and logins under a history. */
export interface Surroundings {
  readonly aws: EmbeddedAws;
  readonly vault: EmbeddedVault;
  readonly proxy: FaultProxy;
  readonly workspaces: readonly [Principal, Principal];
}

export interface Statistics {
  deployments: number;
  events: number;
  logins: number;
}

/** How long an event may take if the function dies in it: all of its requests fail from then on. */
const TIME_TO_DIE_MS = 1_200;

const DENIAL = { status: 403, body: JSON.stringify({ errors: ['permission denied'] }) };

/**
 * Runs a history.
 *
 * @throws An error whose message has a line for each broken promise, after the first step that breaks any.
 */
export async function runHistory(surroundings: Surroundings, history: History, statistics: Statistics): Promise<void> {
  const { proxy, vault, aws } = surroundings;
  proxy.next();
  const run = new Run(surroundings, await begin(vault, aws, history.beginning));
  try {
    for (const [index, step] of history.steps.entries()) {
      await run.step(step, `step ${index + 1}`);
    }
    for (const stack of ['A', 'B'] as const) {
      const nothing = { change: {}, neighbourFails: false, reversed: false, deletesOnly: false, writes: 'never' } as const;
      await run.step({ kind: 'deploy', stack, ...nothing }, `the deletion of all stores of ${stack}`);
    }
  } finally {
    run.count(statistics);
  }
}

class Run {
  private readonly model = new CloudFormationModel((stack, event, stores) => this.send(stack, event, stores), () => this.writeMeanwhile());
  private readonly exemptions = new Exemptions();
  private readonly makers = new MountMakers();
  private readonly tokens: HeldTokens;
  private readonly workspaces: Workspaces;
  private readonly people: People;
  private readonly function: FunctionCaller;
  private readonly templates: { [stack in StackName]: Template } = { A: {}, B: {} };
  private deployment?: Deployment;
  /** The KV mounts when the last secrets were written. */
  private kvMounts: Contents['kvMounts'] = {};
  private deployments = 0;
  private events = 0;
  /** That of the deployment. */
  private eventIndex = 0;

  constructor(private readonly surroundings: Surroundings, private readonly others: Others) {
    const { vault, proxy, workspaces } = surroundings;
    this.tokens = new HeldTokens(vault);
    this.workspaces = new Workspaces(vault, workspaces, this.tokens);
    this.people = new People(vault, others, this.exemptions);
    this.function = new FunctionCaller(vault, proxy);
  }

  public count(statistics: Statistics) {
    statistics.deployments += this.deployments;
    statistics.events += this.events;
    statistics.logins += this.workspaces.logins;
  }

  public async step(step: Step, description: string) {
    switch (step.kind) {
      case 'person': return this.people.act(step, this.model);
      case 'late': return this.repeatDelete(step.pick, description);
      default: return this.check(step, description);
    }
  }

  /** Deploys, and holds the outcome to every promise. */
  private async check(step: Deployment, description: string) {
    const { vault } = this.surroundings;
    const { model, exemptions, others: { bystanders, foreign, retained } } = this;
    const before = await contentsOf(vault);
    const disturbedBefore = new Set(exemptions.disturbed);
    this.kvMounts = before.kvMounts;
    const outcome = await this.deploy(step);
    const now = await contentsOf(vault);
    exemptions.comeBack(outcome, disturbedBefore);
    const refused = [...refusals(outcome, exemptions)]; // by what was known before them
    exemptions.getStuck(outcome);
    const mayDestroy = (path: string) => !retained.has(path)
      && (this.makers.hasMade(step.stack, path, before) || exemptions.everDisturbed.has(path));
    demand(description, [
      ...secretsLost(model, outcome, { ...before, kvMounts: this.kvMounts }, now, mayDestroy),
      ...harmed(now, bystanders),
      ...refused,
      ...notRolledBack(outcome, before, now, exemptions.disturbed),
      ...accessLeft(model, now, foreign, exemptions),
      ...notRevoked(model, outcome, now, foreign, exemptions.claimsRemain),
      ...notGivenBack(model, outcome, now, foreign, exemptions),
      ...this.makers.leftBehind(step.stack, model, outcome, { before, now }, bystanders, exemptions),
      ...claimsOfTheDead(model, now, bystanders, exemptions),
      ...await this.workspaces.lockedOut(model, exemptions.disturbed, step.writes === 'after'),
      ...await this.tokens.broken(model, now, foreign, exemptions),
    ]);
    this.makers.note(step.stack, model, before, now);
    this.noteRetained(await contentsOf(vault));
    // Under a name that no store has any more, nothing of before may rise again.
    ['n1', 'n2'].filter((name) => !exemptions.everDisturbed.has(name)).forEach((name) => this.others.remember(name, now, model));
  }

  private async deploy(step: Deployment): Promise<Outcome> {
    this.deployments++;
    this.deployment = step;
    this.eventIndex = 0;
    const template = changed(this.templates[step.stack], step);
    const { aws } = this.surroundings;
    const wanted = new Map(Object.entries(template).map(([logicalId, choice]) => [logicalId, storeOfChoice(aws, choice)]));
    const outcome = await this.model.deploy(step.stack, wanted, step);
    this.deployment = undefined;
    if (outcome.succeeded) {
      this.templates[step.stack] = template;
    }
    return outcome;
  }

  private async repeatDelete(pick: number, description: string) {
    const { vault } = this.surroundings;
    const { deletes } = this.model;
    if (deletes.length === 0) {
      return;
    }
    const before = await contentsOf(vault);
    const { stack, event, store } = deletes[pick % deletes.length];
    await this.send(stack, event, [store]).catch(() => {});
    const now = await contentsOf(vault);
    // An auth mount of ours on which nobody has a role any more may go at any time.
    const mayGo = (path: string) => now.all[path] === undefined && /^(sys\/)?auth\/m\d\//.test(path) && !(path in before.roles);
    const paths = Object.keys({ ...before.all, ...now.all }).filter((path) => !same(before.all[path], now.all[path]) && !mayGo(path));
    demand(description, paths.map((path) => `a late Delete changes ${path}`));
  }

  /** Has the function take an event, or die or be denied in it. */
  private async send(stack: StackName, event: Event, stores: readonly VaultStore[]): Promise<string> {
    const index = this.eventIndex++;
    const { denied, lost, twice } = this.deployment ?? {};
    if (index === 0 && denied !== undefined) {
      return this.callDenied(denied, stack, event, stores);
    }
    if (index === lost?.event) {
      this.exemptions.loseAnswer(stores);
      this.surroundings.proxy.after(lost.request, 'reset');
      await this.call(stack, event, stores, TIME_TO_DIE_MS).catch(() => {});
      this.surroundings.proxy.next();
      throw new Error('The answer was lost');
    }
    const id = await this.call(stack, event, stores);
    const again = index === twice ? await this.call(stack, event, stores) : id;
    demand('an event that comes twice', again === id ? [] : ['it gets another physical id']);
    if (event.RequestType !== 'Delete') {
      this.exemptions.heal(stores[0], this.model);
    }
    return id;
  }

  private async callDenied(request: number, stack: StackName, event: Event, stores: readonly VaultStore[]): Promise<string> {
    this.surroundings.proxy.next(...Array.from({ length: request }, () => 'pass' as const), DENIAL);
    try {
      return await this.call(stack, event, stores);
    } catch (error) {
      if (event.RequestType === 'Delete') {
        this.exemptions.loseAnswer(stores); // a Delete stays where it came to
      }
      throw error;
    } finally {
      this.surroundings.proxy.next();
    }
  }

  private async call(...args: Parameters<FunctionCaller['call']>): Promise<string> {
    this.events++;
    return this.function.call(...args);
  }

  /** Workspaces of stores that were live before the deployment go on writing during it. */
  private async writeMeanwhile() {
    if (this.deployment!.writes !== 'meanwhile') {
      return;
    }
    const { vault } = this.surroundings;
    const used = new Set(Object.values(this.templates).flatMap((template) => Object.values(template).map(({ kv }) => kv)));
    for (const path of used) {
      await vault.call('POST', `${path}/data/zenml/meanwhile`, { data: { password: 'x' } });
    }
    this.kvMounts = { ...this.kvMounts, ...(await contentsOf(vault)).kvMounts };
  }

  /** What nobody uses any more, nobody's DESTROY may take. */
  private noteRetained(now: Contents) {
    for (const [path, { keys }] of Object.entries(now.kvMounts)) {
      const isUsed = this.model.stores().some(({ store }) => store.kvMount === path);
      if (keys !== '' && !isUsed && !this.exemptions.everDisturbed.has(path)) {
        this.others.retained.add(path);
      }
    }
  }
}

function demand(description: string, broken: string[]) {
  if (broken.length > 0) {
    throw new Error(`${description}:\n${broken.join('\n')}`);
  }
}
