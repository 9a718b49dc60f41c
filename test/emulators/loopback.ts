import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 30_000;

/** A port of the loopback interface on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') {
    throw new Error(`No free port was found on 127.0.0.1: ${address}`);
  }
  return address.port;
}

export interface StartingServer {
  readonly name: string;
  /** Whether the server answers as it should; it may reject as long as it does not. */
  readonly isHealthy: () => Promise<boolean>;
  /** The exit code, once the server has ended. */
  readonly exitCode: () => number | null;
}

/** Waits until a server answers. */
export async function untilHealthy(server: StartingServer): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (server.exitCode() === null && Date.now() < deadline) {
    if (await server.isHealthy().catch(() => false)) {
      return;
    }
    await sleep(50);
  }
  const state = server.exitCode() === null ? `did not answer within ${START_TIMEOUT_MS} ms` : `ended with ${server.exitCode()}`;
  throw new Error(`${server.name} ${state}`);
}
