import { randomUUID } from 'node:crypto';
import { StoreReport } from '../report';
import { StoreConfiguration } from '../workspace-configuration';
import { VaultAnswer, VaultServer } from './http-client';
import { signedCallerIdentity } from '../../lambda/configure-vault/login/aws-iam-login';
import { AUTH_METHODS } from '../../src/vault/contract/auth-methods';

/** A key that exists nowhere. */
const NOBODY = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'nobody' };

/**
 * A login that cannot succeed, as it is signed with a key that does not exist. How Vault refuses it shows whether there is an auth method,
 * whether it takes the header, and whether Vault reaches STS: Vault checks them in this order, and the role last. Returns whether further
 * checks make sense.
 */
export async function probeLogin(report: StoreReport, server: VaultServer, { fields }: StoreConfiguration): Promise<boolean> {
  const { aws_role: role, aws_header_value: header = '', vault_namespace: namespace } = fields;
  const mount = fields.auth_mount_point ?? AUTH_METHODS.aws.mountType;
  const path = `auth/${mount}/login`;
  const login = async (to: VaultServer) => to.post(path, signedCallerIdentity(role, {
    credentials: NOBODY, host: 'sts.amazonaws.com', region: 'us-east-1', headerValue: header === '' ? undefined : header, now: new Date(),
  }));
  const answer = await login(server);
  if (/namespace not found|no such namespace/i.test(answer.errorMessage)) {
    report.finding('namespace', `there is no namespace ${namespace}`,
      'Compare vaultNamespace of the connection with the namespaces of the Vault');
    return false;
  }
  if (namespace !== undefined && isAuthMethod(answer) && isAuthMethod(await login(server.inNamespace(randomUUID())))) {
    report.finding('namespace', `the server takes no notice of namespaces, so ${namespace} is not what is used`,
      'Leave vaultNamespace out, or hand over a Vault Enterprise or an OpenBao');
  }
  return evaluate(report, answer, mount, header);
}

function isAuthMethod({ status, errorMessage }: VaultAnswer): boolean {
  return status === 400 && (isAboutHeader(errorMessage) || isAboutSts(errorMessage));
}

function isAboutHeader(errorMessage: string): boolean {
  return errorMessage.includes('X-Vault-AWS-IAM-Server-ID');
}

function isAboutSts(errorMessage: string): boolean {
  return errorMessage.includes('error making upstream request');
}

function evaluate(report: StoreReport, answer: VaultAnswer, mount: string, headerValue: string): boolean {
  const { status, errorMessage } = answer;
  if (!isAuthMethod(answer)) {
    const reply = `${status}${errorMessage === '' ? '' : `, ${errorMessage}`}`;
    report.finding('auth mount', `auth/${mount} does not take logins of AWS: it answers ${reply}`,
      `Enable the auth method aws at ${mount}, or compare the mount of the authentication. `
      + 'Deploying the stack again enables it if the store manages the mount');
    return status === 400 || status === 500;
  }
  report.ok('auth mount', `auth/${mount} takes logins of AWS`);
  if (isAboutHeader(errorMessage)) {
    report.finding('header', `auth/${mount} demands another header value than ${JSON.stringify(headerValue)}, which is handed over`,
      'Somebody changed iam_server_id_header_value of the mount: write it back, '
      + 'or give that value as headerValue, deploy, and hand over again');
    return true;
  }
  report.ok('header', `auth/${mount} takes the header value that is handed over`);
  if (/received error code 4\d\d/.test(errorMessage)) {
    report.ok('STS', 'Vault reaches the STS that verifies logins');
  } else {
    report.finding('STS', 'Vault does not reach the STS that has to verify logins',
      'Let the Vault server reach https://sts.amazonaws.com, or write a sts_endpoint that it can reach');
  }
  return true;
}
