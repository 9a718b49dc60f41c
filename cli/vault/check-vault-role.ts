import { CheckContext } from '../context';
import { StoreReport } from '../report';
import { StoreConfiguration } from '../workspace-configuration';
import { checkCheckAndSet, checkKvMount } from './check-kv-mount';
import { VaultServer } from './http-client';
import { evaluateRules } from './policy-evaluation';
import { parsePolicy, PolicyRule } from './policy-parser';
import { Reader } from './reader';
import { AUTH_METHODS } from '../../src/vault/contract/auth-methods';
import { withoutIamPath } from '../../src/vault/contract/store-properties';
import { ZENML_ACCOUNTS } from '../zenml-accounts';

const NAME = /^zenml-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const AUTH_TYPE = AUTH_METHODS.aws.mountType;

/** The policy of Vault that a token needs for these checks. */
export function policyOfChecks(authMount: string, role: string, kvMount: string): string {
  const ofRole = [`auth/${authMount}/config/client`, `auth/${authMount}/role/${role}`, `sys/policies/acl/${role}`];
  return ['sys/auth', 'sys/mounts', ...ofRole, `${kvMount}/config`]
    .map((path) => `path "${path}" { capabilities = ["read"] }`).join(' ');
}

/** Checks what takes a token to read: the auth mount, the role, its policies and the KV mount. */
export async function checkVaultRole(
  context: CheckContext, report: StoreReport, server: VaultServer, { fields }: StoreConfiguration,
): Promise<void> {
  const { auth_mount_point: mount = AUTH_TYPE, aws_role: role, aws_header_value: headerValue = '', mount_point: kvMount } = fields;
  const needed = policyOfChecks(mount, role, kvMount);
  if (context.vaultToken === undefined) {
    report.notChecked('role, policy and KV mount', 'the environment has no VAULT_TOKEN, or its VAULT_ADDR is not this address',
      `Give one whose policy has: ${needed}`);
    return;
  }
  const reader = new Reader(report, server, context.vaultToken, needed);
  await reader.read('auth mount', 'sys/auth', ({ body }) => {
    const type = body.data[`${mount}/`]?.type;
    if (type !== AUTH_TYPE) {
      report.finding('auth mount', `auth/${mount} is ${type === undefined ? 'not there' : `of type ${type}`}`,
        `Enable the auth method ${AUTH_TYPE} at ${mount}: deploy the stack again`);
    }
  });
  const declared = context.template?.vaultStore(role, mount);
  await reader.read('header', `auth/${mount}/config/client`, ({ body }) => {
    checkClientConfig(report, body?.data ?? {}, { mount, headerValue, stsEndpoint: declared?.stsEndpoint ?? '' });
  });
  const principal = context.options.principal ?? declared?.principal
    ?? (NAME.test(role) ? `arn:aws:iam::${ZENML_ACCOUNTS[0]}:role/${role}` : undefined);
  let policies: string[] = [];
  await reader.read('role', `auth/${mount}/role/${role}`, ({ status, body }) => {
    if (status === 404) {
      report.finding('role', `there is no role ${role} on auth/${mount}`,
        'Deploy the stack again, with a changed description if CloudFormation sees no change');
      return;
    }
    policies = checkRole(report, body.data, role, principal);
  });
  if (policies.length > 0) {
    await checkPolicies(report, reader, policies, kvMount);
  }
  await reader.read('KV mount', 'sys/mounts', ({ body }) => checkKvMount(report, body.data[`${kvMount}/`], kvMount));
  await checkCheckAndSet(report, reader, kvMount);
}

interface Wanted {
  readonly mount: string;
  readonly headerValue: string;
  readonly stsEndpoint: string;
}

function checkClientConfig(report: StoreReport, config: any, { mount, headerValue, stsEndpoint }: Wanted): void {
  const demanded = config.iam_server_id_header_value ?? '';
  if (demanded === '') {
    report.finding('header', `auth/${mount} demands no header value, so that a login made for another Vault is good for this one`,
      `vault write auth/${mount}/config/client iam_server_id_header_value=${headerValue === '' ? '<value>' : headerValue}`
      + ', unless others log in there without it');
  } else if (demanded !== headerValue) {
    report.finding('header', `auth/${mount} demands another header value than is handed over`,
      'Write it back, or give that value as headerValue, deploy, and hand over again');
  } else {
    report.ok('header', `auth/${mount} demands what is handed over`);
  }
  const endpoint: string = config.sts_endpoint ?? '';
  if (endpoint !== '' && endpoint !== stsEndpoint && !/^https:\/\/sts\.(us-east-1\.)?amazonaws\.com\/?$/.test(endpoint)) {
    report.finding('STS',
      `auth/${mount} asks ${endpoint} who logs in: whoever controls that can log in as anybody, and ZenML signs for us-east-1 only`,
      `vault write auth/${mount}/config/client sts_endpoint=""`);
  }
}

/** Returns the policies of the role. */
function checkRole(report: StoreReport, data: any, role: string, principal: string | undefined): string[] {
  const bound: string[] = data.bound_iam_principal_arn ?? [];
  const arn = principal === undefined ? undefined : withoutIamPath(principal);
  if (data.auth_type !== 'iam') {
    report.finding('role', `${role} is of type ${data.auth_type}, not iam`, 'Delete the role in Vault, and deploy the stack again');
  } else if (arn === undefined) {
    report.notChecked('role', `${role} is bound to ${bound.join(', ')}, and the stack does not say whether that is the workspace`,
      'Give --principal <ARN of the role of the workspace>');
  } else if (!bound.includes(arn)) {
    report.finding('role', `${role} is bound to ${bound.join(', ')}, and not to the workspace, ${arn}`,
      'Deploy the stack again, or give --principal if the workspace has another role');
  } else {
    report.ok('role', `${role} is bound to ${arn}`);
  }
  if (data.token_num_uses > 0) {
    report.finding('role',
      `a token of ${role} is good for ${data.token_num_uses} uses only, and ZenML does not log in again before its time`,
      'Write token_num_uses=0');
  }
  return data.token_policies ?? [];
}

const ASK_VAULT = 'Ask Vault itself, with a token of the role: vault token capabilities <path>';

async function checkPolicies(report: StoreReport, reader: Reader, policies: string[], kvMount: string): Promise<void> {
  const rules: PolicyRule[] = [];
  let understood = 0;
  for (const policy of policies) {
    await reader.read('policy', `sys/policies/acl/${policy}`, ({ status, body }) => {
      const parsed = status === 404 ? { rules: [] } : parsePolicy(body.data.policy);
      if (parsed.problem !== undefined) {
        report.notChecked('policy', `the text of ${policy} is not understood: ${parsed.problem}`,
          `${ASK_VAULT}; or write the policy in plain HCL`);
        return;
      }
      if (status === 404) {
        report.finding('policy', `there is no policy ${policy}`, 'Deploy the stack again');
      }
      rules.push(...parsed.rules);
      understood++;
    });
  }
  // Rules that are not known may grant a right, or deny it.
  if (understood === policies.length) {
    reportRights(report, policies.join(', '), rules, kvMount);
  }
}

function reportRights(report: StoreReport, policies: string, rules: PolicyRule[], kvMount: string): void {
  const { missing, unclear } = evaluateRules(rules, kvMount);
  if (unclear.length > 0) {
    report.notChecked('policy',
      `several patterns or a template of ${policies} may apply to ${unclear.join(', ')}, of which Vault takes one`,
      `${ASK_VAULT}; or write one rule for each path`);
  }
  if (missing.length > 0) {
    report.finding('policy', `${policies} lacks ${missing.join('; ')}`, 'Deploy the stack again, or add these rights to the policy');
  }
  if (missing.length + unclear.length === 0) {
    report.ok('policy', `${policies} grants what ZenML does on ${kvMount}`);
  }
}
