import { noop, Plan } from './plan';
import { FieldsObject } from './vault-resource';
import { PolicyText, readPolicyText } from '../claims/policy-text';
import { VaultClient } from '../client/vault-client';

/** A policy that is there. */
export interface FoundPolicy extends PolicyText {
  /** All of it. */
  readonly text: string;
}

/** An ACL policy. */
export class Policy extends FieldsObject {
  constructor(client: VaultClient, public readonly name: string) {
    super(client, `sys/policies/acl/${name}`, `policy ${name}`);
  }

  public async find(): Promise<FoundPolicy | undefined> {
    const found = await this.read();
    const text = String(found?.policy);
    return found === undefined ? undefined : { text, ...readPolicyText(text) };
  }

  public async carries(text: string): Promise<boolean> {
    return (await this.find())?.text === text;
  }

  public async set(text: string): Promise<void> {
    await this.write({ policy: text });
  }

  /** @param isOurs Whether what was found is of this stack. */
  public plan(found: FoundPolicy | undefined, text: string, isOurs: boolean): Plan {
    if (found?.text === text) {
      return noop(this.object);
    }
    if (found === undefined) {
      return { object: this.object, action: 'create', found: 'absent', write: this.writing({ policy: text }, () => this.remove()) };
    }
    const write = this.writing({ policy: text }, () => this.set(found.text));
    return { object: this.object, action: isOurs ? 'change' : 'adopt', found: 'different', write };
  }
}
