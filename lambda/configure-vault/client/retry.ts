import { VaultError } from './vault-error';

const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;

/**
 * Answers that always pass: 412 (a node that lags behind), 429 (a quota), and what a server says while it starts, is sealed, elects a
 * leader or is overloaded.
 */
const PASSING_STATUS = new Set<number | undefined>([412, 429, 502, 503, 504]);

/** Failures below HTTP that pass. A name that does not resolve or a certificate that is not trusted does not. */
const PASSING_CODES = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ABORT_ERR', 'NOT_JSON']);

/** A KV mount answers so, with 400, while it changes to version 2 right after it was enabled. */
const KV_UPGRADE = /upgrad\w* .*non-versioned to versioned/i;

/** Vault answers so, with 500, to a value that it does not take, such as an address without a mask for a secret id. */
const INVALID_VALUE = /failed to validate/i;

/** How long to wait before the next attempt, in milliseconds, or undefined if there is no use in one. */
export function retryDelay(error: VaultError, attempt: number, random = Math.random): number | undefined {
  const passes = error.code === undefined ? statusPasses(error) : PASSING_CODES.has(error.code);
  if (!passes) {
    return undefined;
  }
  // Full jitter: handlers that failed together do not come back together.
  const backOff = random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return Math.max(error.retryAfterMs ?? 0, backOff);
}

function statusPasses({ status, errorMessage }: VaultError): boolean {
  switch (status) {
    case 400: return KV_UPGRADE.test(errorMessage);
    case 500: return !INVALID_VALUE.test(errorMessage);
    default: return PASSING_STATUS.has(status);
  }
}
