import { AuthMethodName } from '../../src/vault/contract/auth-methods';
import { CheckContext } from '../context';
import { StoreReport } from '../report';
import { StoreConfiguration } from '../workspace-configuration';
import { checkVaultRole } from './check-vault-role';
import { checkAppRole, checkToken } from './check-vault-token';
import { NoAnswer, VaultServer } from './http-client';
import { probeLogin } from './probe-aws-login';
import * as formats from '../../src/vault/contract/environment';

/** Node's codes for a certificate whose authority is not trusted. */
const UNTRUSTED = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

type MethodCheck = (context: CheckContext, report: StoreReport, server: VaultServer, store: StoreConfiguration) => Promise<void>;

/** What is checked inside of Vault, by the method of authentication. */
const CHECKS: { readonly [method in AuthMethodName]: MethodCheck } = {
  aws: async (context, report, server, store) => {
    if (await probeLogin(report, server, store)) {
      await checkVaultRole(context, report, server, store);
    }
  },
  app_role: checkAppRole,
  token: checkToken,
};

/** Fields that become part of a request's path, and must not lead to another one. */
const PATHS = ['auth_mount_point', 'mount_point', 'aws_role'];
const PATH = /^(?!.*\.\.)[A-Za-z0-9_-][A-Za-z0-9._/-]*$/;

/** Checks a store in HashiCorp Vault. */
export async function checkVaultStore(context: CheckContext, report: StoreReport, store: StoreConfiguration): Promise<void> {
  const { vault_addr: address, vault_namespace: namespace } = store.fields;
  if (!formats.anyOrigin.matches(address)) {
    report.finding('address', `${JSON.stringify(address)} ${formats.problemOf(formats.anyOrigin, address)}`,
      'Write scheme, host and port, such as https://vault.example.com:8200, and deploy again');
    return;
  }
  if (new URL(address).protocol === 'http:' && !context.options.allowInsecureAddress) {
    report.finding('address', `${address} would carry the secrets of the workspace in clear, and was not contacted`,
      'Give the Vault a certificate, and hand over an https address');
    return;
  }
  const invalidPath = PATHS.map((name) => store.fields[name]).find((path) => path !== undefined && !PATH.test(path));
  if (invalidPath !== undefined) {
    report.finding('form', `${JSON.stringify(invalidPath)} is not a path of Vault`,
      'Write letters, digits and characters of ._- between slashes, and deploy again');
    return;
  }
  const server = new VaultServer({ address, namespace, certificateAuthority: context.certificateAuthority });
  // Whoever writes the outputs of the stack must not choose to whom the token goes.
  const vaultToken = isAt(context.vaultAddress, address) ? context.vaultToken : undefined;
  try {
    if (await checkHealth(report, server, context, address)) {
      await CHECKS[store.method as AuthMethodName]({ ...context, vaultToken }, report, server, store);
    }
  } catch (error) {
    const [code, problem] = error instanceof NoAnswer
      ? [error.code, `cannot be reached: ${error.code}`] : ['', 'does not answer as Vault does'];
    report.finding('address', `${address} ${problem}: ${(error as Error).message}`, remedyOf(code));
  }
}

function isAt(vaultAddress: string | undefined, address: string): boolean {
  return vaultAddress !== undefined && URL.canParse(vaultAddress) && new URL(vaultAddress).origin === new URL(address).origin;
}

function remedyOf(code: string): string {
  if (UNTRUSTED.includes(code)) {
    return 'Give the Vault a certificate of a public authority, with all certificates between. '
      + 'A workspace that ZenML hosts trusts no other; for a hybrid one, --ca-file';
  }
  if (code.startsWith('CERT_') || code.startsWith('ERR_TLS_CERT')) {
    return 'Renew the certificate, or hand over an address whose name stands in it';
  }
  return 'Compare the address. If this machine cannot reach it, check from one that can; '
    + 'a workspace that ZenML hosts comes from the internet';
}

/** Whether the server is one that serves. */
async function checkHealth(report: StoreReport, server: VaultServer, context: CheckContext, address: string): Promise<boolean> {
  const { status, body, errorMessage } = await server.health();
  const trusted = context.certificateAuthority === undefined ? 'a public authority' : 'a public authority or one of --ca-file';
  const how = address.startsWith('https:') ? `with a certificate of ${trusted}` : 'in clear, which only a test environment may do';
  if (status === 200 && body?.initialized === true) {
    report.ok('address', `${address} answers from here, ${how}: initialised, unsealed`);
    return true;
  }
  const problems = new Map([
    [501, ['is not initialised', 'Initialise it: vault operator init']],
    [503, ['is sealed', 'Unseal it: vault operator unseal']],
    [472, ['is a secondary for disaster recovery, which serves nobody', 'Hand over the address of its primary']],
  ]);
  const [problem, remedy] = problems.get(status) ?? [
    `answers ${status} where Vault tells its health${errorMessage === '' ? '' : `: ${errorMessage}`}`,
    'Hand over an address that leads to Vault itself, with nothing that redirects in between',
  ];
  report.finding('address', `${address} ${problem}`, remedy);
  return false;
}
