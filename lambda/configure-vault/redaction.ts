/** Too short a text would blacken what it happens to be a part of, and is no secret. */
const SHORTEST_SECRET = 6;

/** Keeps the secrets that the handler has seen out of whatever it says, should a server or a library repeat them to us. */
export class Redaction {
  private readonly secrets = new Set<string>();

  public add(...secrets: string[]): void {
    for (const secret of secrets) {
      if (secret.length >= SHORTEST_SECRET) {
        this.secrets.add(secret);
      }
    }
  }

  public apply(text: string): string {
    return [...this.secrets].reduce((redacted, secret) => redacted.split(secret).join('[secret]'), text);
  }
}
