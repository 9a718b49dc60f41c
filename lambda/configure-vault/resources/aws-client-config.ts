import { noop, Plan } from './plan';
import { before, differences, FieldsObject, Found } from './vault-resource';
import { ClientConfig as Contract, LoginSettings } from '../../../src/vault/contract/auth-methods/auth-method';
import { VaultClient } from '../client/vault-client';

/** What is wanted of the configuration of the auth method, which everybody on the mount shares. */
export interface ClientConfigWanted {
  readonly settings: LoginSettings;
  /** Whether the mount is of this stack; to an external one, nothing is written at all. */
  readonly mount: 'ours' | 'adopted' | 'external';
  /** The roles on the mount that are not of this store. */
  readonly foreignRoles: string[];
}

const HEADER = 'iam_server_id_header_value';

/** The client configuration of an auth mount. */
export class ClientConfig extends FieldsObject {
  constructor(client: VaultClient, mount: string, private readonly contract: Contract) {
    super(client, contract.path(mount), `client configuration of auth mount ${mount}`);
  }

  public plan(found: Found, wanted: ClientConfigWanted): Plan {
    const { sts_region: stsRegion, ...others } = this.contract.fields(wanted.settings);
    // Without an endpoint it has no effect, but ZenML's documentation has it written.
    const fields = wanted.mount !== 'ours' && others.sts_endpoint === '' && stsRegion === '' ? others
      : { ...others, sts_region: stsRegion };
    const different = differences(found, fields);
    if (different.length === 0) {
      return noop(this.object);
    }
    if (different.includes(HEADER)) {
      this.assertHeader(String(found?.[HEADER] ?? ''), others[HEADER], wanted);
    }
    const mayChange = wanted.mount === 'ours' && wanted.foreignRoles.length === 0;
    const foreign = mayChange ? undefined : different.find((name) => name !== HEADER);
    if (foreign !== undefined) {
      throw new Error(`The ${this.object} has ${foreign} ${JSON.stringify(found?.[foreign] ?? '')} instead of `
        + `${JSON.stringify({ ...others, sts_region: stsRegion }[foreign])}. `
        + 'Whoever controls that STS can log in as anybody, so it is neither accepted unseen nor changed for others. '
        + 'If it is right, state it by stsEndpoint and stsRegion; else choose an auth mount of your own');
    }
    return {
      object: this.object,
      action: 'change',
      found: `different in ${different.join(', ')}`,
      write: this.writing(fields, () => this.write(before(found, fields))),
    };
  }

  /** A header that appears, or changes, locks out everybody who logs in without it. */
  private assertHeader(found: string, header: string, { mount, foreignRoles }: ClientConfigWanted) {
    if (foreignRoles.length === 0 && (mount === 'ours' || (mount === 'adopted' && found === ''))) {
      return;
    }
    const others = foreignRoles.length === 0 ? 'the mount is not ours' : `others log in there: ${foreignRoles.join(', ')}`;
    throw new Error(`The ${this.object} demands ${found === '' ? 'no header value' : `the header value ${JSON.stringify(found)}`}, `
      + `not ${header === '' ? 'none' : JSON.stringify(header)}, and ${others}. There are two ways out: an auth mount of your own, `
      + `or headerValue: '${found}'`);
  }
}
