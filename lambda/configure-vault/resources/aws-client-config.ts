import { noop, Plan } from './plan';
import { before, differences, Fields, FieldsObject, Found } from './vault-resource';
import { VaultClient } from '../client/vault-client';

/** What is wanted of the configuration of the auth method, which everybody on the mount shares. */
export interface ClientConfigWanted {
  /** The value that a login has to bring in `X-Vault-AWS-IAM-Server-ID`. */
  readonly headerValue: string;
  /** Where Vault asks who signed a login; empty for the global STS. */
  readonly stsEndpoint: string;
  readonly stsRegion: string;
  /** Whether the mount is of this stack; of one that somebody else provides, nothing is written at all. */
  readonly mount: 'ours' | 'adopted' | 'provided';
  /** The roles on the mount that are not of this store. */
  readonly foreignRoles: string[];
}

/** The client configuration of a mount of the auth method `aws`. */
export class ClientConfig extends FieldsObject {
  constructor(client: VaultClient, mount: string) {
    super(client, `auth/${mount}/config/client`, `client configuration of auth mount ${mount}`);
  }

  public plan(found: Found, wanted: ClientConfigWanted): Plan {
    const fields: Fields = {
      iam_server_id_header_value: wanted.headerValue,
      sts_endpoint: wanted.stsEndpoint,
      // Without an endpoint it has no effect, but ZenML's documentation has it written.
      ...(wanted.mount !== 'ours' && wanted.stsEndpoint === '' && wanted.stsRegion === '' ? {} : { sts_region: wanted.stsRegion }),
    };
    const different = differences(found, fields);
    if (different.length === 0) {
      return noop(this.object);
    }
    if (different.includes('iam_server_id_header_value')) {
      this.assertHeader(String(found?.iam_server_id_header_value ?? ''), wanted);
    }
    const [foreign] = wanted.mount === 'ours' && wanted.foreignRoles.length === 0 ? [] : different.filter((name) => name !== 'iam_server_id_header_value');
    if (foreign !== undefined) {
      throw new Error(`The ${this.object} has ${foreign} ${JSON.stringify(found?.[foreign] ?? '')} instead of ${JSON.stringify(fields[foreign])}. `
        + 'Whoever controls that STS can log in as anybody, so it is neither accepted unseen nor changed for others. '
        + 'If it is right, state it by stsEndpoint and stsRegion; else choose a mountPath of your own');
    }
    return {
      object: this.object,
      action: 'change',
      found: `different in ${different.join(', ')}`,
      write: this.writing(fields, () => this.write(before(found, fields))),
    };
  }

  /** A header that appears, or changes, locks out everybody who logs in without it. */
  private assertHeader(found: string, wanted: ClientConfigWanted) {
    if (wanted.foreignRoles.length === 0 && (wanted.mount === 'ours' || (wanted.mount === 'adopted' && found === ''))) {
      return;
    }
    const others = wanted.foreignRoles.length === 0 ? 'the mount is not ours' : `others log in there: ${wanted.foreignRoles.join(', ')}`;
    throw new Error(`The ${this.object} demands ${found === '' ? 'no header value' : `the header value ${JSON.stringify(found)}`}, `
      + `not ${wanted.headerValue === '' ? 'none' : JSON.stringify(wanted.headerValue)}, and ${others}. There are two ways out: a mountPath of your own, `
      + `or headerValue: '${found}'`);
  }
}
