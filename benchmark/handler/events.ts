import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { BundledFunction } from './function';
import { Administrator } from '../../src/vault/contract/environment';
import { STORE_TYPE } from '../../src/vault/contract/store-properties';
import { EmbeddedAws } from '../../test/emulators/embedded-aws';
import { EmbeddedVault } from '../../test/emulators/embedded-vault';
import { FaultProxy, Passed } from '../../test/emulators/fault-proxy';
import { StackUnderTest, storeOf } from '../../test/lambda/configure-vault/stack-under-test';
import { wipe } from '../../test/lambda/configure-vault/vault-under-test';

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';

/** Long enough that requests which are made at the same time are also under way at the same time. */
const LATENCY_MS = 50;

export const EVENTS = ['Create', 'unchanged Update', 'changed Update', 'Delete'] as const;
export type Event = typeof EVENTS[number];

export const ADMINISTRATORS = ['token', 'app_role'] as const;
export type Method = typeof ADMINISTRATORS[number];

/** What an event asked of Vault. */
export interface Requests {
  /** To log in and out. */
  readonly session: number;
  /** All others. */
  readonly work: number;
  /** Those of the others that write. */
  readonly writes: number;
  /** How many of the others had to wait for each other, one after the other. */
  readonly roundTrips: number;
}

export interface Measured {
  /** Of the round in which Vault was far away. */
  readonly counted: Requests;
  /** Of each of the other rounds, in which requests that were made at the same time may have been answered one after the other. */
  readonly others: Omit<Requests, 'roundTrips'>[];
  /** Milliseconds of each of the other rounds, from the call of the handler to its answer. */
  readonly whole: number[];
  /** Likewise, from the first request at Vault, login included, to the last answer. */
  readonly inVault: number[];
}

export type MeasuredEvents = { readonly [event in Event]: Measured };

/** Two servers, and between the function and Vault a proxy that sees all. */
export class Servers {
  public static async start(): Promise<Servers> {
    const [aws, vault] = await Promise.all([new EmbeddedAws().start(), new EmbeddedVault().start()]);
    return new Servers(aws, vault, await new FaultProxy(vault).start());
  }

  private constructor(private readonly aws: EmbeddedAws, private readonly vault: EmbeddedVault, private readonly proxy: FaultProxy) {}

  /** Lets a store come, stay, change and go, so many times, each time in an empty Vault. */
  public async measure(node: string, bundle: string, method: Method, rounds: number): Promise<MeasuredEvents> {
    const { proxy } = this;
    const stack = new StackOfFunction(this.vault, proxy);
    const secretArn = await this.storeSecret(method, method === 'token' ? { token: await stack.appoint([storeOf()]) } : APP_ROLE);
    const administrator: Administrator = method === 'token'
      ? { method, secretArn, field: 'token' }
      : { method, secretArn, roleIdField: 'role_id', secretIdField: 'secret_id', mount: 'approle' };
    const bundled = new BundledFunction(node, bundle, {
      ADDRESS: proxy.address,
      ADMINISTRATOR: JSON.stringify(administrator),
      CONNECTION_STACK: 'Vault',
      AWS_ENDPOINT_URL: this.aws.endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    try {
      stack.bundled = bundled;
      // The first round also loads the SDK; that, and how far away Vault is, may not be in the times of the others.
      proxy.latency = LATENCY_MS;
      const far = await this.round(stack, method);
      proxy.latency = 0;
      const near: Round[] = [];
      for (let round = 0; round < rounds; round++) {
        near.push(await this.round(stack, method));
      }
      return Object.fromEntries(EVENTS.map((event): [Event, Measured] => {
        const of = near.map((round) => round[event]);
        return [event, {
          counted: requestsOf(far[event].passed),
          others: of.map(({ passed }) => requestsOf(passed)),
          whole: of.map(({ milliseconds }) => milliseconds),
          inVault: of.map(({ passed }) => Math.max(...passed.map(endOf)) - passed[0].begin),
        }];
      })) as { [event in Event]: Measured };
    } finally {
      proxy.latency = 0;
      await bundled.stop();
    }
  }

  public async stop(): Promise<void> {
    await this.proxy.stop();
    await Promise.all([this.vault.stop(), this.aws.stop()]);
  }

  private async round(stack: StackOfFunction, method: Method): Promise<Round> {
    await wipe(this.vault);
    if (method === 'app_role') {
      await this.enableAppRole();
    }
    const seen = async (sending: () => Promise<unknown>): Promise<Seen> => {
      this.proxy.next();
      await sending();
      return { milliseconds: stack.milliseconds, passed: [...this.proxy.requests] };
    };
    const store = storeOf();
    const changed = storeOf({ tokenTtl: store.tokenTtl / 2 });
    let physicalId: string;
    return {
      'Create': await seen(async () => physicalId = (await stack.send('Create', store)).PhysicalResourceId),
      'unchanged Update': await seen(() => stack.send('Update', store, { physicalId, previous: store })),
      'changed Update': await seen(() => stack.send('Update', changed, { physicalId, previous: store })),
      'Delete': await seen(() => stack.send('Delete', changed, { physicalId })),
    };
  }

  private async enableAppRole(): Promise<void> {
    const call = async (path: string, body: object) => {
      const { status } = await this.vault.call('POST', path, body);
      if (status >= 300) {
        throw new Error(`Vault: POST ${path} answers ${status}.`);
      }
    };
    await call('sys/auth/approle', { type: 'approle' });
    await call('auth/approle/role/admin', { token_policies: ['administrator'] });
    await call('auth/approle/role/admin/role-id', { role_id: APP_ROLE.role_id });
    await call('auth/approle/role/admin/custom-secret-id', { secret_id: APP_ROLE.secret_id });
  }

  private async storeSecret(name: string, fields: object): Promise<string> {
    const secrets = new SecretsManagerClient(this.aws.client(this.aws.root(ACCOUNT), REGION));
    return (await secrets.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(fields) }))).ARN!;
  }
}

/** The same after every wipe, as the secret of the function stays as well. */
const APP_ROLE = { role_id: 'benchmark', secret_id: 'of-the-benchmark' };

interface Seen {
  readonly milliseconds: number;
  readonly passed: Passed[];
}

type Round = { readonly [event in Event]: Seen };

/** The administrator has the policy that the library renders; what the stack sends goes to the bundled handler. */
class StackOfFunction extends StackUnderTest {
  public bundled?: BundledFunction;
  /** How long the last event took. */
  public milliseconds = 0;

  public async sendEvent(event: object) {
    const { milliseconds, answer } = await this.bundled!.invoke({ ResourceType: STORE_TYPE, ...event });
    this.milliseconds = milliseconds;
    return answer;
  }
}

function requestsOf(passed: Passed[]): Requests {
  const work = passed.filter(({ path }) => !/^\/v1\/auth\/(approle\/login|token\/revoke-self)$/.test(path));
  return {
    session: passed.length - work.length,
    work: work.length,
    // A list is asked for by GET and the query.
    writes: work.filter(({ method }) => method !== 'GET').length,
    roundTrips: longestChain(work),
  };
}

/** The most requests of which each began only after the one before it was answered: taken by their end, each that does not overlap. */
function longestChain(passed: Passed[]): number {
  let length = 0;
  let last = -Infinity;
  for (const request of [...passed].sort((a, b) => endOf(a) - endOf(b))) {
    if (request.begin >= last) {
      length++;
      last = endOf(request);
    }
  }
  return length;
}

function endOf({ method, path, end }: Passed): number {
  if (end === undefined) {
    throw new Error(`${method} ${path} was never answered.`);
  }
  return end;
}
