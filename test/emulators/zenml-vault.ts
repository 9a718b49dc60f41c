import { Credentials } from './embedded-aws';
import { EmbeddedVault, VaultAnswer } from './embedded-vault';
import { signedCallerIdentity } from '../../lambda/configure-vault/login/aws-iam-login';

/** What support enters for a workspace, under the names that ZenML gives it. */
export interface HashicorpConfiguration {
  readonly vault_addr: string;
  readonly vault_namespace?: string;
  readonly mount_point: string;
  readonly auth_mount_point?: string;
  readonly aws_role?: string;
  readonly aws_header_value?: string;
  readonly app_role_id?: string;
  readonly app_secret_id?: string;
  readonly vault_token?: string;
}

type Headers = { readonly [name: string]: string };

/** ZenML's client signs for the global endpoint of STS, whatever the region. */
const STS = { host: 'sts.amazonaws.com', region: 'us-east-1' };

/**
 * The calls of ZenML's HashiCorp Vault secrets store, one by one and with ZenML's parameters. Each that Vault refuses is thrown.
 */
export class ZenmlVaultStore {
  /**
   * Logs in, or takes the token as it is, and configures the mount as ZenML does at every login.
   *
   * @param credentials Those of the workspace's role, for the method `aws`.
   */
  public static async open(
    vault: EmbeddedVault, configuration: HashicorpConfiguration, credentials?: Credentials,
  ): Promise<ZenmlVaultStore> {
    const { vault_namespace: namespace, vault_token: token } = configuration;
    const headers: Headers = namespace === undefined ? {} : { 'X-Vault-Namespace': namespace };
    const login = token === undefined
      ? await logIn(vault, configuration, headers, credentials)
      : { client_token: token, policies: [], lease_duration: 0 };
    const store = new ZenmlVaultStore(vault, configuration.mount_point, { ...headers, 'X-Vault-Token': login.client_token }, login);
    await store.call('POST', 'config', { max_versions: 1, delete_version_after: '0s' });
    return store;
  }

  private constructor(
    private readonly vault: EmbeddedVault,
    private readonly mount: string,
    private readonly headers: Headers,
    /** What Vault says of the login. */
    public readonly login: { readonly client_token: string; readonly policies: string[]; readonly lease_duration: number },
  ) {}

  public async create(secretId: string, values: object, folder = 'zenml') {
    await this.call('POST', `data/${folder}/${secretId}`, { options: { cas: 0 }, data: { zenml_secret_values: values } });
  }

  public async read(secretId: string, folder = 'zenml'): Promise<unknown> {
    const { status, body } = await this.call('GET', `data/${folder}/${secretId}`);
    return status === 404 ? undefined : body.data.data.zenml_secret_values;
  }

  public async update(secretId: string, values: object) {
    await this.call('POST', `data/zenml/${secretId}`, { data: { zenml_secret_values: values } });
  }

  public async delete(secretId: string) {
    await this.call('DELETE', `metadata/zenml/${secretId}`);
  }

  private async call(method: string, path: string, body?: object): Promise<VaultAnswer> {
    return accepted(this.vault.call(method, `${this.mount}/${path}`, body, this.headers));
  }
}

async function logIn(vault: EmbeddedVault, configuration: HashicorpConfiguration, headers: Headers, credentials?: Credentials) {
  const { aws_role: role, aws_header_value: headerValue, app_role_id: roleId, app_secret_id: secretId } = configuration;
  const [method, body] = role === undefined
    ? ['approle', { role_id: roleId, secret_id: secretId }]
    : ['aws', signedCallerIdentity(role, { credentials: credentials!, ...STS, headerValue, now: new Date() })];
  return (await accepted(vault.call('POST', `auth/${configuration.auth_mount_point ?? method}/login`, body, headers))).body.auth;
}

async function accepted(call: Promise<VaultAnswer>): Promise<VaultAnswer> {
  const { status, body } = await call;
  if (status >= 400 && status !== 404) {
    throw new Error(`${status}: ${body?.errors?.join(', ')}`);
  }
  return { status, body };
}
