import { Run } from '../context';
import { StoreReport } from '../report';
import { StoreConfiguration } from '../workspace-configuration';
import { checkVaultRole } from './check-vault-role';
import { checkAppRole, checkToken } from './check-vault-token';
import { NoAnswer, VaultServer } from './http-client';
import { probeLogin } from './probe-aws-login';
import * as formats from '../../src/vault/contract/environment';

/** What TLS complains of, by Node's codes. */
const UNTRUSTED = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

/** What becomes a part of a request, in which it must not lead elsewhere. */
const PATHS = ['auth_mount_point', 'mount_point', 'aws_role'];
const PATH = /^(?!.*\.\.)[A-Za-z0-9_-][A-Za-z0-9._/-]*$/;

/** Checks a store in HashiCorp Vault. */
export async function checkVaultStore(run: Run, report: StoreReport, store: StoreConfiguration): Promise<void> {
  const { vault_addr: address, vault_namespace: namespace } = store.fields;
  if (!formats.anyOrigin.matches(address)) {
    report.finding('address', `${JSON.stringify(address)} ${formats.anyOrigin.problem}`, 'Write scheme, host and port, such as https://vault.example.com:8200, and deploy again');
    return;
  }
  if (new URL(address).protocol === 'http:' && !run.options.allowInsecureAddress) {
    report.finding('address', `${address} would carry the secrets of the workspace in clear, and was not contacted`, 'Give the Vault a certificate, and hand over an https address');
    return;
  }
  const odd = PATHS.map((name) => store.fields[name]).find((path) => path !== undefined && !PATH.test(path));
  if (odd !== undefined) {
    report.finding('form', `${JSON.stringify(odd)} is not a path of Vault`, 'Write letters, digits and characters of ._- between slashes, and deploy again');
    return;
  }
  const server = new VaultServer({ address, namespace, certificateAuthority: run.certificateAuthority });
  // Whoever writes the outputs of the stack must not choose to whom the token goes.
  const vaultToken = isAt(run.vaultAddress, address) ? run.vaultToken : undefined;
  try {
    if (await checkHealth(report, server, run, address)) {
      await checkInside({ ...run, vaultToken }, report, server, store);
    }
  } catch (error) {
    const [code, problem] = error instanceof NoAnswer ? [error.code, `cannot be reached: ${error.code}`] : ['', 'does not answer as Vault does'];
    report.finding('address', `${address} ${problem}: ${(error as Error).message}`, remedyOf(code));
  }
}

function isAt(vaultAddress: string | undefined, address: string): boolean {
  return vaultAddress !== undefined && URL.canParse(vaultAddress) && new URL(vaultAddress).origin === new URL(address).origin;
}

function remedyOf(code: string): string {
  if (UNTRUSTED.includes(code)) {
    return 'Give the Vault a certificate of a public authority, with all certificates between. A workspace that ZenML hosts trusts no other; for a hybrid one, --ca-file';
  }
  if (code.startsWith('CERT_') || code.startsWith('ERR_TLS_CERT')) {
    return 'Renew the certificate, or hand over an address whose name stands in it';
  }
  return 'Compare the address. If this machine has no way to it, check from one that has; a workspace that ZenML hosts comes from the internet';
}

/** Whether the server is one that serves. */
async function checkHealth(report: StoreReport, server: VaultServer, run: Run, address: string): Promise<boolean> {
  const { status, body, complaint } = await server.health();
  const trusted = run.certificateAuthority === undefined ? 'a public authority' : 'a public authority or one of --ca-file';
  const how = address.startsWith('https:') ? `with a certificate of ${trusted}` : 'in clear, which only a laboratory may do';
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
    `answers ${status} where Vault tells its health${complaint === '' ? '' : `: ${complaint}`}`, 'Hand over an address that leads to Vault itself, with nothing that redirects in between',
  ];
  report.finding('address', `${address} ${problem}`, remedy);
  return false;
}

async function checkInside(run: Run, report: StoreReport, server: VaultServer, store: StoreConfiguration): Promise<void> {
  switch (store.method) {
    case 'app_role': return checkAppRole(run, report, server, store);
    case 'token': return checkToken(run, report, server, store);
    default:
      if (await probeLogin(report, server, store)) {
        await checkVaultRole(run, report, server, store);
      }
  }
}
