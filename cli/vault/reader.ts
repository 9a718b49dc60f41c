import { StoreReport } from '../report';
import { VaultAnswer, VaultServer } from './http-client';

/** Reads of a Vault under a token, each of which it may refuse. */
export class Reader {
  constructor(
    private readonly report: StoreReport,
    private readonly server: VaultServer,
    private readonly token: string,
    /** The policy that a token needs. */
    private readonly needed: string,
  ) {}

  /** Passes the answer on, also where it is that nothing is there. A read that Vault refuses is reported as not checked. */
  public async read(check: string, path: string, evaluate: (answer: VaultAnswer) => void): Promise<void> {
    const answer = await this.server.get(path, this.token);
    if (answer.status === 200 || answer.status === 404) {
      evaluate(answer);
    } else {
      this.report.notChecked(check, `Vault answers ${answer.status} to a read of ${path}: ${answer.errorMessage}`,
        `Give a VAULT_TOKEN whose policy has: ${this.needed}`);
    }
  }
}
