import { CloudFormationModel, Event, Outcome, Resource } from './cloudformation-model';
import { Contents, contentsOf } from './contents';
import { HeldTokens } from './held-tokens';
import { changed, Choice, Deployment, History, Step, Template } from './history';
import { MountMakers } from './mount-makers';
import {
  accessLeft, claimsOfTheDead, Exempt, Foreign, harmed, namesOf, notGivenBack, notRevoked, notRolledBack, refusals, same, secretsLost,
} from './promises';
import { configureVault } from '../../lambda/configure-vault/index';
import { rolePathOf, VaultStore } from '../../src/vault/contract/store-properties';
import { workspaceRules } from '../../src/vault/contract/workspace-policy';
import { administratorRules } from '../../src/vault/private/administrator-policy';
import { EmbeddedAws } from '../emulators/embedded-aws';
import { EmbeddedVault } from '../emulators/embedded-vault';
import { FaultProxy } from '../emulators/fault-proxy';
import { Principal } from '../emulators/zenml-pro';
import { ZenmlVaultStore } from '../emulators/zenml-vault';
import { OTHER_WORKSPACE, storeOf, WORKSPACE } from '../lambda/configure-vault/stack-under-test';
import { wipe } from '../lambda/configure-vault/vault-under-test';

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

const IDS = [WORKSPACE, OTHER_WORKSPACE];
const SHARED_HEADER = 'vault.example.com';

/** How long an event may take if the function dies in it: all of its requests fail from then on. */
const TIME_TO_DIE_MS = 1_200;

const DENIAL = { status: 403, body: JSON.stringify({ errors: ['permission denied'] }) };

/**
 * Runs a history.
 *
 * @throws An error whose message has a line for each broken promise, after the first step that breaks any.
 */
export async function runHistory(surroundings: Surroundings, history: History, statistics: Statistics): Promise<void> {
  const run = new Run(surroundings, statistics);
  await run.begin(history);
  for (const [index, step] of history.steps.entries()) {
    await run.step(step, `step ${index + 1}`);
  }
  for (const stack of ['A', 'B'] as const) {
    const nothing = { change: {}, neighbourFails: false, reversed: false, deletesOnly: false, writes: 'never' } as const;
    await run.step({ kind: 'deploy', stack, ...nothing }, `the deletion of all stores of ${stack}`);
  }
}

class Run {
  private readonly model = new CloudFormationModel((stack, event, stores) => this.send(stack, event, stores), () => this.writeMeanwhile());
  private readonly makers = new MountMakers();
  private readonly heldTokens: HeldTokens;
  private readonly templates: { [stack in 'A' | 'B']: Template } = { A: {}, B: {} };
  private readonly tokens = new Map<string, string>();
  private readonly disturbed = new Set<string>();
  private readonly everDisturbed = new Set<string>();
  /** Where an answer was lost, or an event refused, so that a claim may remain: people who edit explain less. */
  private readonly claimsRemain = new Set<string>();
  /** What people have ever edited by hand: a store may have found it so, and put it back. */
  private readonly edited = new Set<string>();
  private readonly retained = new Set<string>();
  private bystanders: Foreign = {};
  /** Policies and roles that were made by hand. */
  private foreign: { [path: string]: unknown } = {};
  private deployment?: Deployment;
  /** The KV mounts when the last secrets were written. */
  private kvMounts: Contents['kvMounts'] = {};
  private events = 0;

  constructor(private readonly surroundings: Surroundings, private readonly statistics: Statistics) {
    this.heldTokens = new HeldTokens(surroundings.vault);
  }

  public async begin({ beginning }: History) {
    const { vault, aws } = this.surroundings;
    this.surroundings.proxy.next();
    await wipe(vault);
    const role = { auth_type: 'iam', resolve_aws_unique_ids: false };
    const ofWorkspace = { ...role, bound_iam_principal_arn: [principalOf(WORKSPACE)], token_policies: ['n1'], token_ttl: 60 };
    await this.write('sys/auth/shared', { type: 'aws', description: 'of the platform team' });
    await this.write('auth/shared/config/client', { iam_server_id_header_value: SHARED_HEADER, sts_endpoint: aws.endpoint });
    await this.write('auth/shared/role/bystander', { ...role, bound_iam_principal_arn: ['arn:aws:iam::444455556666:role/x'] });
    await this.write('sys/policies/acl/theirs', { policy: ['k1', 'k2'].map(workspaceRules).join('') });
    await this.write('sys/mounts/bystander', { type: 'kv', options: { version: '2' } });
    await this.write('bystander/data/zenml/x', { data: { password: 'x' } });
    this.bystanders = (await contentsOf(vault)).all;
    if (beginning === 'a live workspace, by hand' || beginning === 'a role, by hand') {
      await this.write('sys/auth/m1', { type: 'aws' });
      await this.write('auth/m1/config/client', { iam_server_id_header_value: 'h1', sts_endpoint: aws.endpoint });
      await this.write('auth/m1/role/n1', ofWorkspace);
    }
    if (beginning === 'a live workspace, by hand') {
      await this.write('sys/policies/acl/n1', { policy: workspaceRules('k1').replace('"update"]\n  allowed', '"update"]\n\n  allowed') });
    }
    if (beginning === 'a KV mount with secrets, by hand') {
      await this.write('sys/mounts/k1', { type: 'kv', options: { version: '2' } });
      await this.write('k1/data/zenml/by-hand', { data: { password: 'x' } });
      this.retained.add('k1');
    }
    const { policies, roles, all } = await contentsOf(vault);
    // Their secrets and roles may be added to or taken over, but the mounts are theirs for good.
    const theirs = Object.entries(all).filter(([path]) => /^sys\/(auth|mounts)\/|\/config\/client$/.test(path));
    this.bystanders = { ...this.bystanders, ...Object.fromEntries(theirs) };
    this.foreign = { ...roles, ...Object.fromEntries(Object.entries(policies).map(([name, rules]) => [`policy ${name}`, rules])) };
  }

  public async step(step: Step, description: string) {
    const { vault } = this.surroundings;
    const before = await contentsOf(vault);
    if (step.kind === 'person') {
      await this.act(step);
      return;
    }
    if (step.kind === 'late') {
      await this.late(step.pick);
      const now = await contentsOf(vault);
      // An auth mount of ours on which nobody has a role any more may go at any time.
      const changed_ = Object.keys({ ...before.all, ...now.all }).filter((path) => !same(before.all[path], now.all[path]));
      this.demand(description, changed_.filter((path) => now.all[path] !== undefined || !/^(sys\/)?auth\/m\d\//.test(path) || path in before.roles)
        .map((path) => `a late Delete changes ${path}`));
      return;
    }
    const disturbedBefore = new Set(this.disturbed);
    this.kvMounts = before.kvMounts;
    const outcome = await this.deploy(step);
    const mayBeBack = outcome.succeeded ? outcome.deleted.flatMap(namesOf).filter((name) => this.edited.has(name)) : disturbedBefore;
    mayBeBack.forEach((name) => this.disturbed.add(name)); // what a store had found is there again
    const now = await contentsOf(vault);
    const exempt = { disturbed: this.disturbed, everDisturbed: this.everDisturbed };
    const refused = [...refusals(outcome, exempt)];
    // A store that could not be rolled back leaves what it had gone on to, until somebody has continued the rollback.
    const stuck = outcome.refusals.some(({ event }) => event === 'Update in a rollback') ? outcome.touched : [];
    [...outcome.refusals.map(({ store }) => store), ...stuck].flatMap(namesOf).forEach((name) => {
      this.everDisturbed.add(name);
      this.claimsRemain.add(name);
    });
    const mayDestroy = (path: string) => !this.retained.has(path)
      && (this.makers.hasMade(step.stack, path, before) || this.everDisturbed.has(path));
    const broken = [
      ...secretsLost(this.model, outcome, { ...before, kvMounts: this.kvMounts }, now, mayDestroy),
      ...harmed(now, this.bystanders),
      ...refused,
      ...notRolledBack(outcome, before, now, this.disturbed),
      ...accessLeft(this.model, now, this.foreign, exempt),
      ...notRevoked(this.model, outcome, now, this.foreign, this.claimsRemain),
      ...notGivenBack(this.model, outcome, now, this.foreign, exempt),
      ...this.makers.leftBehind(step.stack, this.model, outcome, { before, now }, this.bystanders, exempt),
      ...claimsOfTheDead(this.model, now, this.bystanders, exempt),
      ...await this.lockedOut(step.writes === 'after'),
      ...await this.heldTokens.broken(this.model, now, this.foreign, exempt),
    ];
    this.demand(description, broken);
    this.makers.note(step.stack, this.model, before, now);
    this.noteRetained(await contentsOf(vault));
    this.noteNamesOfNobody(now, exempt);
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

  /** Under a name that no store has any more, nothing of before may rise again. */
  private noteNamesOfNobody(now: Contents, { everDisturbed }: Exempt) {
    ['n1', 'n2'].filter((name) => !everDisturbed.has(name)).forEach((name) => this.remember(name, now));
  }

  private async deploy(step: Deployment): Promise<Outcome> {
    this.statistics.deployments++;
    this.deployment = step;
    this.events = 0;
    const template = changed(this.templates[step.stack], step);
    const wanted = new Map(Object.entries(template).map(([logicalId, choice]) => [logicalId, this.storeOf(choice)]));
    const outcome = await this.model.deploy(step.stack, wanted, step);
    this.deployment = undefined;
    if (outcome.succeeded) {
      this.templates[step.stack] = template;
    }
    return outcome;
  }

  /** Each live store lets its workspace log in, write and read, and nobody else. Of two that share a role, the one on top. */
  private async lockedOut(keepsSecrets: boolean): Promise<string[]> {
    const live = this.model.stores().filter(({ store }) => !namesOf(store).some((name) => this.disturbed.has(name)));
    const problems: string[] = [];
    for (const path of new Set(live.map(({ store }) => rolePathOf(store)))) {
      const sharers = live.filter(({ store }) => rolePathOf(store) === path);
      const errors: string[] = [];
      for (const { stack, store } of sharers) {
        await this.live(store, keepsSecrets).catch((error) => errors.push(`${stack} ${JSON.stringify(error.message)}`));
      }
      if (errors.length === sharers.length) {
        problems.push(`a live workspace is locked out: ${path}: ${errors.join('; ')}`);
      }
      const [{ store }] = sharers;
      const stranger = this.surroundings.workspaces[store.workspaceId === WORKSPACE ? 1 : 0];
      if (await this.open(store, stranger).then(() => true, () => false)) {
        problems.push(`a stranger gets in: ${path}`);
      }
    }
    return problems;
  }

  private async live(store: VaultStore, keepsSecrets: boolean) {
    const zenml = await this.open(store, this.surroundings.workspaces[store.workspaceId === WORKSPACE ? 0 : 1]);
    await zenml.update('trial', { password: 'x' });
    if (await zenml.read('trial') === undefined) {
      throw new Error('the secret cannot be read');
    }
    await zenml.delete('trial');
    if (keepsSecrets) {
      await zenml.update('secret', { password: 'x' });
    }
    this.heldTokens.hold(zenml.login.client_token, zenml.login.policies, store);
  }

  private async open({ authMount, roleName, headerValue, kvMount }: VaultStore, { credentials }: Principal): Promise<ZenmlVaultStore> {
    this.statistics.logins++;
    const { vault } = this.surroundings;
    return ZenmlVaultStore.open(vault, {
      vault_addr: vault.address, mount_point: kvMount, auth_mount_point: authMount, aws_role: roleName, aws_header_value: headerValue,
    }, credentials);
  }

  /** What nobody uses any more, nobody's DESTROY may take. */
  private noteRetained(now: Contents) {
    for (const [path, { keys }] of Object.entries(now.kvMounts)) {
      if (keys !== '' && !this.model.stores().some(({ store }) => store.kvMount === path) && !this.everDisturbed.has(path)) {
        this.retained.add(path);
      }
    }
  }

  private async act({ act, name }: Step & { kind: 'person' }) {
    const { vault } = this.surroundings;
    const read = async (path: string) => (await vault.call('GET', path)).body?.data;
    const policy = (await read(`sys/policies/acl/${name}`))?.policy;
    const paths = ['m1', 'm2', 'shared'].map((mount) => `auth/${mount}/role/${name}`);
    const roles = await Promise.all(paths.map(async (path) => [path, await read(path)] as const));
    const disturb = () => [this.disturbed, this.everDisturbed].forEach((names) => names.add(name));
    switch (act) {
      case 'edits the rules':
        if (policy !== undefined) {
          await this.write(`sys/policies/acl/${name}`, { policy: `${policy}path "more" {\n  capabilities = ["deny"]\n}\n` });
          this.disturbed.add(name);
        }
        break;
      case 'strips the claims':
        if (policy?.startsWith('#')) {
          await this.write(`sys/policies/acl/${name}`, { policy: policy.replace(/^#.*\n/gm, '') });
          disturb();
        }
        break;
      case 'deletes the policy':
        await vault.call('DELETE', `sys/policies/acl/${name}`);
        disturb();
        break;
      case 'copies the description of k1 to k2': {
        const { 'k1/': from, 'k2/': to } = await read('sys/mounts');
        if (from !== undefined && to === undefined) {
          await this.write('sys/mounts/k2', { type: 'kv', options: { version: name === 'n1' ? '1' : '2' }, description: from.description });
          await this.write(name === 'n1' ? 'k2/zenml/by-hand' : 'k2/data/zenml/by-hand', { data: { password: 'x' } });
          this.retained.add('k2');
          const { all } = await contentsOf(vault);
          this.bystanders = { ...this.bystanders, 'sys/mounts/k2/': all['sys/mounts/k2/'] };
        }
        break;
      }
      default:
        for (const [path, role] of roles.filter(([, found]) => found !== undefined)) {
          if (act === 'deletes the role') {
            await vault.call('DELETE', path);
          } else {
            await this.write(path, act === 'edits the role' ? { token_ttl: 7 } : { token_policies: [...role.token_policies, 'theirs'] });
          }
          this.disturbed.add(name);
        }
    }
    if (this.disturbed.has(name)) {
      this.edited.add(name);
    }
    this.remember(name, await contentsOf(vault));
    if (!this.model.stores().some(({ store }) => store.roleName === name)) {
      this.disturbed.delete(name);
    }
  }

  /** What stands under this name is somebody else's, as far as no store is live there. */
  private remember(name: string, { policies, roles }: Contents) {
    const stores = this.model.stores().map(({ store }) => store);
    if (!stores.some(({ roleName, policyIsExternal }) => roleName === name && !policyIsExternal)) {
      this.foreign[`policy ${name}`] = policies[name];
    }
    for (const path of ['m1', 'm2', 'shared'].map((mount) => `auth/${mount}/role/${name}`)) {
      if (!stores.some((store) => rolePathOf(store) === path)) {
        this.foreign[path] = roles[path];
      }
    }
  }

  private async late(pick: number) {
    const { deletes } = this.model;
    if (deletes.length > 0) {
      const { stack, event, store } = deletes[pick % deletes.length];
      await this.send(stack, event, [store]).catch(() => {});
    }
  }

  private async send(stack: 'A' | 'B', event: Event, stores: readonly VaultStore[]): Promise<string> {
    const index = this.events++;
    const { denied, lost, twice } = this.deployment ?? {};
    // Nobody can say what the function had done by then.
    const disturb = () => stores.flatMap(namesOf)
      .forEach((name) => [this.disturbed, this.everDisturbed, this.claimsRemain].forEach((names) => names.add(name)));
    if (index === 0 && denied !== undefined) {
      this.surroundings.proxy.next(...Array.from({ length: denied }, () => 'pass' as const), DENIAL);
      try {
        return await this.call(stack, event, stores);
      } catch (error) {
        // A Delete stays where it came to.
        if (event.RequestType === 'Delete') {
          disturb();
        }
        throw error;
      } finally {
        this.surroundings.proxy.next();
      }
    }
    if (index === lost?.event) {
      disturb();
      this.surroundings.proxy.after(lost.request, 'reset');
      await this.call(stack, event, stores, TIME_TO_DIE_MS).catch(() => {});
      this.surroundings.proxy.next();
      throw new Error('The answer was lost');
    }
    const id = await this.call(stack, event, stores);
    const again = index === twice ? await this.call(stack, event, stores) : id;
    this.demand('an event that comes twice', again === id ? [] : ['it gets another physical id']);
    if (event.RequestType !== 'Delete') {
      this.heal(stores[0]);
    }
    return id;
  }

  /** Now the objects of the store are as it wants them; not the role of another that had the same policy, on another auth mount. */
  private heal(store: VaultStore) {
    const shares = ({ store: other }: Resource) => other.roleName === store.roleName && rolePathOf(other) !== rolePathOf(store);
    const healed = this.model.stores().some(shares) ? [store.kvMount] : namesOf(store);
    healed.forEach((name) => this.disturbed.delete(name));
  }

  private async call(stack: string, event: Event, stores: readonly VaultStore[], remainingTime = 20_000): Promise<string> {
    this.statistics.events++;
    const { vault, proxy } = this.surroundings;
    await this.write(`sys/policies/acl/administrator-${stack}`, { policy: administratorRules(stores) });
    if (!this.tokens.has(stack)) {
      const request = { policies: [`administrator-${stack}`], no_default_policy: true };
      this.tokens.set(stack, (await vault.call('POST', 'auth/token/create', request)).body.auth.client_token);
    }
    const response = await configureVault(event, {
      connection: {
        address: proxy.address,
        vaultNamespace: '',
        connectionStack: 'Vault',
        administrator: { method: 'token', secretArn: 'arn', field: 'token' },
      },
      readSecret: async () => JSON.stringify({ token: this.tokens.get(stack) }),
      credentials: () => Promise.reject(new Error('no credentials are needed')),
      remainingTime,
      print: () => {},
    });
    return response.PhysicalResourceId!;
  }

  private storeOf({ name, kv, mount, header, ttl, workspace, takeOver, external, removal }: Choice): VaultStore {
    return storeOf({
      workspaceId: IDS[workspace],
      authMount: mount,
      authMountIsExternal: mount === 'shared',
      headerValue: mount === 'shared' ? SHARED_HEADER : header,
      stsEndpoint: this.surroundings.aws.endpoint,
      roleName: name,
      policy: external ? 'theirs' : name,
      policyIsExternal: external,
      kvMount: kv,
      kvRemoval: removal,
      takeOver,
      tokenTtl: ttl,
    });
  }

  private async write(path: string, body: object) {
    const { status, body: answer } = await this.surroundings.vault.call('POST', path, body);
    if (status >= 300) {
      throw new Error(`The test could not write ${path}: ${status} ${JSON.stringify(answer)}`);
    }
  }

  private demand(description: string, broken: string[]) {
    if (broken.length > 0) {
      throw new Error(`${description}:\n${broken.join('\n')}`);
    }
  }
}

const principalOf = (workspaceId: string) => `arn:aws:iam::715803424590:role/zenml-${workspaceId}`;
