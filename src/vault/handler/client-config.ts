import { before, differences, Fields } from './fields';
import { keep, Plan } from './plan';
import { VaultClient } from './vault-client';

/** What is wanted of the configuration of the auth method, which everybody on the mount shares. */
export interface ClientConfigWanted {
  /** The value that a login has to bring in `X-Vault-AWS-IAM-Server-ID`. */
  readonly headerValue: string;
  /** Where Vault asks who signed a login; empty for the global STS. */
  readonly stsEndpoint: string;
  readonly stsRegion: string;
  readonly mountIsOurs: boolean;
  /** The roles on the mount that are not of this store. */
  readonly foreignRoles: string[];
}

/** The client configuration of a mount of the auth method `aws`. */
export class ClientConfig {
  private readonly path: string;
  private readonly object: string;

  constructor(private readonly client: VaultClient, mount: string) {
    this.path = `auth/${mount}/config/client`;
    this.object = `client configuration of auth mount ${mount}`;
  }

  public async read(): Promise<{ readonly [field: string]: unknown }> {
    const { status, body } = await this.client.request('GET', this.path);
    return status === 404 ? {} : body.data;
  }

  public async plan(wanted: ClientConfigWanted): Promise<Plan> {
    const found = await this.read();
    const fields: Fields = { iam_server_id_header_value: wanted.headerValue, sts_endpoint: wanted.stsEndpoint, sts_region: wanted.stsRegion };
    const different = differences(found, fields);
    if (different.length === 0) {
      return keep(this.object, 'as wanted');
    }
    if (different.includes('iam_server_id_header_value')) {
      this.demandHeader(String(found.iam_server_id_header_value ?? ''), wanted);
    }
    const [foreign] = wanted.mountIsOurs ? [] : different.filter((name) => name !== 'iam_server_id_header_value');
    if (foreign !== undefined) {
      throw new Error(`The ${this.object} has ${foreign} ${JSON.stringify(found[foreign] ?? '')} instead of ${JSON.stringify(fields[foreign])}. `
        + 'Whoever controls the STS that Vault asks can log in as anybody, so it is not accepted unseen and, on a mount that is not ours, not changed. '
        + 'If it is right, state it by stsEndpoint and stsRegion; else choose a mountPath of your own');
    }
    return {
      object: this.object,
      action: 'change',
      found: `different in ${different.join(', ')}`,
      apply: () => this.write(fields),
      undo: () => this.write(before(found, fields)),
    };
  }

  /** A header that appears, or changes, locks out everybody who logs in without it. */
  private demandHeader(found: string, wanted: ClientConfigWanted) {
    if (wanted.foreignRoles.length === 0 && (wanted.mountIsOurs || found === '')) {
      return;
    }
    const others = wanted.foreignRoles.length === 0 ? 'the mount is not ours' : `others log in there: ${wanted.foreignRoles.join(', ')}`;
    throw new Error(`The ${this.object} demands ${found === '' ? 'no header value' : `the header value ${JSON.stringify(found)}`}, `
      + `not ${JSON.stringify(wanted.headerValue)}, and ${others}. There are two ways out: a mountPath of your own, `
      + `or ${found === '' ? 'no headerValue' : `headerValue: ${JSON.stringify(found)}`}`);
  }

  private async write(fields: Fields): Promise<void> {
    await this.client.request('POST', this.path, fields);
    const different = differences(await this.read(), fields);
    if (different.length > 0) {
      throw new Error(`The ${this.object} does not read as it was written, in ${different.join(', ')}. Somebody else writes to it at the same time`);
    }
  }
}
