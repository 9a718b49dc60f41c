import { createServer, IncomingMessage, request, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What the proxy does with a request instead of passing it on. `reset-after` breaks the connection once the server has acted, `hang`
 * never answers, `redirect` sends on to the server itself, as a standby does,
 * `echo` repeats all that it was told in an error.
 */
export type Fault =
  { readonly status: number; readonly headers?: { [name: string]: string }; readonly body?: string }
  | 'reset' | 'reset-after' | 'hang' | 'redirect' | 'echo' | 'pass';

export interface Passed {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** When it came and when its answer was sent, in milliseconds of `performance.now()`; without an answer there is no end. */
  readonly begin: number;
  end?: number;
}

/** Stands before a real server, given by its address, and makes the faults that no real server makes on demand. */
export class FaultProxy {
  /** Every request that came, whatever became of it. */
  public readonly requests: Passed[] = [];
  /** How long a request is held up, in milliseconds, as if the server were so far away. */
  public latency = 0;
  private readonly server: Server;
  private faults: Fault[] = [];
  private fallback: Fault = 'pass';
  private interlude?: { readonly method: string; readonly path: string; readonly action: () => Promise<void> };

  constructor(private readonly target: { readonly address: string }) {
    this.server = createServer((incoming, outgoing) => void this.handle(incoming, outgoing));
  }

  public async start(): Promise<this> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return this;
  }

  public get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What happens to the next requests, one after the other; after that they pass. */
  public next(...faults: Fault[]) {
    this.faults = faults;
    this.fallback = 'pass';
    this.interlude = undefined;
    this.requests.length = 0;
  }

  /** What happens to every request after so many that pass. */
  public after(passing: number, fault: Fault) {
    this.next(...Array.from({ length: passing }, () => 'pass' as const));
    this.fallback = fault;
  }

  /** Does something once, before such a request passes. */
  public before(method: string, path: string, action: () => Promise<void>) {
    this.next();
    this.interlude = { method, path, action };
  }

  public async stop() {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse) {
    const passed: Passed = { method: incoming.method!, path: incoming.url!, headers: incoming.headers, begin: performance.now() };
    this.requests.push(passed);
    outgoing.once('finish', () => passed.end = performance.now());
    if (this.latency > 0) {
      await sleep(this.latency);
    }
    const { interlude } = this;
    if (interlude?.method === incoming.method && interlude?.path === incoming.url) {
      this.interlude = undefined;
      await interlude!.action();
    }
    const fault = this.faults.shift() ?? this.fallback;
    if (fault === 'reset') {
      incoming.socket.destroy();
      return;
    }
    if (fault === 'hang') {
      return;
    }
    if (fault === 'echo') {
      const body = Buffer.concat(await incoming.toArray()).toString();
      outgoing.writeHead(400).end(JSON.stringify({ errors: [JSON.stringify(incoming.headers), body] }));
      return;
    }
    if (fault === 'redirect') {
      outgoing.writeHead(307, { location: new URL(incoming.url!, this.target.address).href }).end();
      return;
    }
    if (typeof fault === 'object') {
      await incoming.toArray(); // else the end of the request may meet a closed connection, and be made again
      outgoing.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    }
    const { hostname, port } = new URL(this.target.address);
    const onward = request({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (response) => {
      if (fault === 'reset-after') {
        response.resume().on('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(response.statusCode!, response.headers);
      response.pipe(outgoing);
    });
    onward.on('error', () => incoming.socket.destroy());
    incoming.pipe(onward);
  }
}
