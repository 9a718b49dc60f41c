import { Redaction } from '../lambda/configure-vault/redaction';

export type Status = 'ok' | 'finding' | 'not checked';

/** What became of one check of one store. */
export interface Result {
  /** The output of the stack that hands the store over. */
  readonly output: string;
  /** `secrets_store` or `backup_secrets_store`. */
  readonly store: string;
  readonly check: string;
  readonly status: Status;
  readonly message: string;
  /** What to do about it, unless all is well. */
  readonly remedy?: string;
}

export interface Place {
  readonly stack: string;
  readonly region: string;
  readonly account: string;
}

/** The exit codes of the command. */
export const EXIT = { ok: 0, finding: 1, failure: 2, notChecked: 3 };

const LABELS: { readonly [status in Status]: string } = { 'ok': 'ok', 'finding': 'FINDING', 'not checked': 'not checked' };

/**
 * Escapes characters that would move the cursor, end the line or reverse the text: they may come from whoever writes an output or answers
 * for a Vault.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}

/** The results of all checks, as text or JSON. No secret that was added to the redaction is in them. */
export class Report {
  public readonly results: Result[] = [];

  constructor(public readonly place: Place, private readonly redaction: Redaction) {}

  public add({ output, store, check, status, message, remedy }: Result): void {
    // Before it becomes JSON, which writes some characters of a secret in another way.
    const safe = (text: string) => printable(this.redaction.apply(text));
    const subject = { output: safe(output), store: safe(store), check: safe(check) };
    this.results.push({ ...subject, status, message: safe(message), remedy: remedy === undefined ? undefined : safe(remedy) });
  }

  public about(output: string, store: string): StoreReport {
    return new StoreReport(this, output, store);
  }

  public count(status: Status): number {
    return this.results.filter((result) => result.status === status).length;
  }

  public get exitCode(): number {
    if (this.count('finding') > 0) {
      return EXIT.finding;
    }
    return this.count('not checked') > 0 ? EXIT.notChecked : EXIT.ok;
  }

  public json(): string {
    const { place: { stack, region, account }, results, exitCode } = this;
    const summary = { ok: this.count('ok'), findings: this.count('finding'), notChecked: this.count('not checked') };
    return JSON.stringify({ stack, region, account, results, summary, exitCode }, null, 2);
  }

  public text(): string {
    const { stack, region, account } = this.place;
    const lines = [`Stack ${stack} in ${region}, account ${account}`];
    let title = '';
    for (const { output, store, check, status, message, remedy } of this.results) {
      if (title !== `${output}, ${store}`) {
        title = `${output}, ${store}`;
        lines.push('', title);
      }
      lines.push(`  ${LABELS[status].padEnd(11)}  ${check}: ${message}`);
      if (remedy !== undefined) {
        lines.push(`  ${' '.repeat(11)}  -> ${remedy}`);
      }
    }
    lines.push('', `${this.count('ok')} ok, ${this.count('finding')} with a finding, ${this.count('not checked')} not checked`);
    return lines.join('\n');
  }
}

/** The part of the report about one store. */
export class StoreReport {
  constructor(private readonly report: Report, private readonly output: string, private readonly store: string) {}

  public ok(check: string, message: string): void {
    this.add({ check, status: 'ok', message });
  }

  public finding(check: string, message: string, remedy: string): void {
    this.add({ check, status: 'finding', message, remedy });
  }

  public notChecked(check: string, message: string, remedy: string): void {
    this.add({ check, status: 'not checked', message, remedy });
  }

  private add(result: Omit<Result, 'output' | 'store'>): void {
    this.report.add({ output: this.output, store: this.store, ...result });
  }
}
