import { StoreReport } from '../report';
import { VaultAnswer, VaultServer } from './http-client';

/** Reads of a Vault under a token, each of which it may refuse. */
export class Look {
  constructor(
    private readonly report: StoreReport,
    private readonly server: VaultServer,
    private readonly token: string,
    /** The policy that a token needs. */
    private readonly needed: string,
  ) {}

  /** What is not there is an answer, too. */
  public async at(check: string, path: string, judge: (answer: VaultAnswer) => void): Promise<void> {
    const answer = await this.server.get(path, this.token);
    if (answer.status === 200 || answer.status === 404) {
      judge(answer);
    } else {
      this.report.notChecked(check, `Vault answers ${answer.status} to a read of ${path}: ${answer.complaint}`, `Give a VAULT_TOKEN whose policy has: ${this.needed}`);
    }
  }
}
