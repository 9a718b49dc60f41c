import { setTimeout as sleep } from 'node:timers/promises';
import { Deadline } from './vault-client';
import { VaultError } from './vault-error';

/** How long a role or a policy of IAM may take until all of AWS knows of it, in milliseconds. */
const IAM_CONSISTENCY_MS = 20_000;
const IAM_RETRY_MS = 2_000;

/** What IAM has just created is not known everywhere at once; both Secrets Manager and STS may refuse it at first. */
export async function retryIamPropagation<T>(deadline: Deadline, attempt: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const giveUp = Math.min(start + IAM_CONSISTENCY_MS, start + (deadline.at - start) / 3);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRefusalOfIam(error) || Date.now() + IAM_RETRY_MS > giveUp) {
        throw error;
      }
      await sleep(IAM_RETRY_MS);
    }
  }
}

function isRefusalOfIam(error: unknown): boolean {
  // Vault repeats what STS says of the signed request.
  return error instanceof VaultError ? /InvalidClientTokenId/.test(error.errorMessage) : (error as Error).name === 'AccessDeniedException';
}
