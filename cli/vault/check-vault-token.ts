import { CheckContext } from '../context';
import { StoreReport } from '../report';
import { StoreConfiguration } from '../workspace-configuration';
import { checkCheckAndSet, checkKvMount } from './check-kv-mount';
import { VaultServer } from './http-client';
import { missingCapabilities, needsOfZenml } from './policy-evaluation';
import { Reader } from './reader';
import { AUTH_METHODS } from '../../src/vault/contract/auth-methods';

/** Below this, a token that nobody renews is not worth handing over. */
const SHORT_LIFE_SECONDS = 14 * 24 * 3600;

/** Logs in as ZenML will, checks what the token may do, and revokes it. */
export async function checkAppRole(
  context: CheckContext, report: StoreReport, server: VaultServer, { fields }: StoreConfiguration,
): Promise<void> {
  const { app_role_id: roleId, app_secret_id: secretId, mount_point: kvMount } = fields;
  const mount = fields.auth_mount_point ?? AUTH_METHODS.app_role.mountType;
  const { status, body, errorMessage } = await server.post(`auth/${mount}/login`, { role_id: roleId, secret_id: secretId });
  if (status !== 200) {
    report.finding('login', `auth/${mount} refuses the role id and the secret id: ${status}, ${errorMessage}`,
      'Compare the auth mount. If it is bound to addresses (secretIdBoundCidrs), check from one of them. A secret id that was used up, '
      + 'expired or destroyed has to be made anew, without a limit of uses, and handed over again');
    return;
  }
  const token: string = body.auth.client_token;
  context.redaction.add(token);
  report.ok('login', `auth/${mount} takes the role id and the secret id; the token has the policies ${body.auth.policies.join(', ')}`);
  if (body.auth.num_uses > 0) {
    report.finding('login', `the token is good for ${body.auth.num_uses} uses only, and ZenML does not log in again before its time`,
      'Write token_num_uses=0 to the role');
  }
  try {
    await checkRights(context, report, server, token, kvMount);
  } finally {
    const revoked = await server.post('auth/token/revoke-self', {}, token);
    if (revoked.status >= 300 && body.auth.token_type !== 'batch') {
      report.notChecked('login',
        `the token of this check could not be revoked (${revoked.status}), and ends after ${body.auth.lease_duration} seconds`,
        'Nothing has to be done');
    }
  }
}

/** Checks the token that is handed over. ZenML never renews it. */
export async function checkToken(
  context: CheckContext, report: StoreReport, server: VaultServer, { fields }: StoreConfiguration,
): Promise<void> {
  const { vault_token: token, mount_point: kvMount } = fields;
  const { status, body, errorMessage } = await server.get('auth/token/lookup-self', token);
  if (status !== 200) {
    report.finding('token', `Vault does not know the token: ${status}, ${errorMessage}`,
      'If it is bound to addresses (tokenBoundCidrs), check from one of them. Else it was revoked or has expired, '
      + 'or is of another namespace: make another one, and hand it over');
    return;
  }
  const { policies, ttl, expire_time: end, orphan, num_uses: uses, period } = body.data;
  const kind = `${orphan ? 'an orphan' : 'a child, which goes with its parent'}, policies ${policies.join(', ')}`;
  if (policies.includes('root')) {
    report.finding('token', 'it is a root token, which may do everything in this Vault',
      'Make a token that has the policy of the workspace only, and hand that over');
  } else if (uses > 0) {
    report.finding('token', `it is good for ${uses} more uses only`, 'Make a token without a limit of uses, and hand that over');
  } else if (ttl < SHORT_LIFE_SECONDS) {
    report.finding('token', `it ends at ${end}, and ZenML does not renew it (${kind})`,
      `Make an orphan with a longer life${period === undefined ? '' : ', as nobody will renew this periodic one'}, or use the method aws`);
  } else {
    report.ok('token', `it ends at ${end}, and ZenML does not renew it: hand over another before (${kind})`);
  }
  await checkRights(context, report, server, token, kvMount);
}

/** What a token may is asked of Vault itself, which costs no right but those of the policy `default`. */
async function checkRights(context: CheckContext, report: StoreReport, server: VaultServer, token: string, kvMount: string): Promise<void> {
  const needs = needsOfZenml(kvMount);
  const { status, body } = await server.post('sys/capabilities-self', { paths: needs.map(([path]) => path) }, token);
  if (status !== 200) {
    report.notChecked('policy', `Vault does not say what the token may (${status})`,
      'Give its tokens the policy default, or read its policies yourself');
  } else {
    const missing = needs.flatMap(([path, needed]) => missingCapabilities(path, needed, body.data[path]));
    if (missing.length === 0) {
      report.ok('policy', `the token may do what ZenML does on ${kvMount}`);
    } else {
      report.finding('policy', `the token lacks ${missing.join('; ')}`, 'Deploy the stack again, or add these rights to its policy');
    }
  }
  const mount = await server.get(`sys/internal/ui/mounts/${kvMount}`, token);
  if (mount.status === 200) {
    checkKvMount(report, mount.body.data, kvMount);
    await checkSettings(context, report, server, kvMount);
  } else {
    report.finding('KV mount', `${kvMount} is not there, or the token has no right on it`, 'Compare the KV mount and the policy');
  }
}

/** The settings of the mount are not for the token of a workspace to see. */
async function checkSettings(context: CheckContext, report: StoreReport, server: VaultServer, kvMount: string): Promise<void> {
  const needed = `path "${kvMount}/config" { capabilities = ["read"] }`;
  if (context.vaultToken === undefined) {
    report.notChecked('KV mount',
      'whether it demands check-and-set is not known, as the environment has no VAULT_TOKEN, or its VAULT_ADDR is not this address',
      `Give one whose policy has: ${needed}`);
    return;
  }
  await checkCheckAndSet(report, new Reader(report, server, context.vaultToken, needed), kvMount);
}
