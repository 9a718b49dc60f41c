export interface VaultErrorDetails {
  /** Vault's answer, where it came to one. */
  readonly status?: number;
  /** What Vault says in the answer. */
  readonly errors?: unknown;
  /** Node's code of an error below HTTP, such as ECONNRESET. */
  readonly code?: string;
  readonly problem?: string;
  /** How long Vault asks us to wait. */
  readonly retryAfterMs?: number;
}

/** A request that Vault did not grant. Neither headers nor bodies of ours are in it, so no secret is. */
export class VaultError extends Error {
  public readonly status?: number;
  public readonly code?: string;
  public readonly retryAfterMs?: number;
  /** What Vault says, in one line. */
  public readonly errorMessage: string;

  constructor(method: string, url: URL, details: VaultErrorDetails) {
    const errors = Array.isArray(details.errors) ? details.errors.join('; ') : '';
    const errorMessage = (details.problem ?? errors).replace(/\s+/g, ' ').trim();
    const status = details.status === undefined ? '' : ` answers ${details.status}`;
    super(`Vault: ${method} ${url.pathname.replace(/^\/v1\//, '')}${status}${errorMessage === '' ? '' : `: ${errorMessage}`}`);
    this.name = 'VaultError';
    this.status = details.status;
    this.code = details.code;
    this.retryAfterMs = details.retryAfterMs;
    this.errorMessage = errorMessage;
  }
}
