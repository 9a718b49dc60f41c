import { GetRoleCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ask, explain, ifPresent } from './aws-clients';
import { checkAccessKey } from './check-access-key';
import { CheckContext } from '../context';
import { StoreConfiguration } from '../workspace-configuration';
import { checkCall, checkPermissions } from './check-permissions';
import { StoreReport } from '../report';
import { deletedPrincipals, EVERYBODY, evaluateTrust, othersAdmitted, rolesIn } from './trust-policy-evaluation';
import * as formats from '../../src/vault/contract/environment';
import { ZENML_ACCOUNTS } from '../zenml-accounts';

const FIX_ACCESS_KEY = 'Fix the access key first';
const GIVE_PRINCIPAL = 'Give --principal <ARN of the role of the workspace>';

/** The regions that every account has. All that came since March 2019 are opt-in, and so will be those to come. */
const DEFAULT_REGIONS = [
  'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1', 'eu-central-1', 'eu-west-1', 'eu-west-2', 'eu-west-3',
  'eu-north-1', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3',
];

/** Partitions of their own have no opt-in regions. */
export function isOptIn(region: string): boolean {
  return !DEFAULT_REGIONS.includes(region) && !/^(cn|us-gov)-/.test(region);
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** Checks a store in AWS Secrets Manager. */
export async function checkAwsStore(context: CheckContext, report: StoreReport, store: StoreConfiguration): Promise<void> {
  const { region } = store.fields;
  await checkRegion(context, report, region);
  const userArn = store.fields.aws_access_key_id === undefined ? undefined : await checkAccessKey(context, report, store);
  const roleArn = store.fields.role_arn;
  if (roleArn === undefined) {
    await checkPrincipal(context, report, store, userArn);
    return;
  }
  await checkRole(context, report, store, store.method === 'iam-role' ? userArn : undefined);
}

async function checkRegion(context: CheckContext, report: StoreReport, region: string): Promise<void> {
  if (!formats.region.matches(region)) {
    report.finding('region', `${JSON.stringify(region)} ${formats.region.problem}`,
      'Write the code of a region, such as eu-central-1, and deploy again');
    return;
  }
  try {
    await context.account.sts(region).send(new GetCallerIdentityCommand({}));
    report.ok('region', `${region} answers, and is enabled in this account`);
  } catch (error) {
    report.finding('region', `STS of ${region} does not know this account: ${explain(error as Error)}`,
      `Enable ${region} in the account, or choose another region. If this machine has no way to ${region}, check from one that has`);
  }
}

/** The role that the workspace assumes. */
async function checkRole(context: CheckContext, report: StoreReport, store: StoreConfiguration, userArn?: string): Promise<void> {
  const { role_arn: arn, region } = store.fields;
  if (arn.split(':')[4] !== context.place.account) {
    report.notChecked('role', `${arn} is of another account than the stack`,
      `Check there whether it trusts the workspace and may reach zenml/* in ${region}`);
    return;
  }
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const answer = await ask(report, 'role', 'iam:GetRole', async () => (
    ifPresent(context.account.iam.send(new GetRoleCommand({ RoleName: name })))
  ));
  if (answer === undefined) {
    return;
  }
  if (answer?.Role?.Arn !== arn) {
    report.finding('role', answer === null ? `${arn} does not exist` : `the role ${name} is ${answer.Role?.Arn}, but ${arn} is handed over`,
      'Somebody deleted or moved it: remove the store from the stack, deploy, put it back, deploy, and hand over again');
    return;
  }
  report.ok('role', `${arn} exists`);

  const trust = JSON.parse(decodeURIComponent(answer.Role.AssumeRolePolicyDocument!));
  const workspace = checkTrust(context, report, trust, { name, userArn, method: store.method });
  if (store.method === 'implicit' && workspace?.split(':')[4] !== context.place.account && isOptIn(region)) {
    report.notChecked('region', `${region} is an opt-in region: whether the account of the workspace has it enabled is not known here`,
      'Ask whoever runs the workspace, or choose a region that every account has');
  }
  await checkPermissions(context, report, arn, region, serverIdOf(context, workspace, name));
}

interface RoleUnderCheck {
  readonly name: string;
  readonly method: string;
  /** Whoever has the access key. */
  readonly userArn?: string;
}

/** Returns the workspace's own role, if it is known. */
function checkTrust(context: CheckContext, report: StoreReport, trust: any, { name, userArn, method }: RoleUnderCheck): string | undefined {
  const id = UUID.exec(name)?.[0];
  const declared = context.options.principal ?? context.template?.principalOfRole(name);
  const workspace = declared ?? (id === undefined ? undefined : `arn:aws:iam::${ZENML_ACCOUNTS[0]}:role/zenml-${id}`);
  const principal = method === 'iam-role' ? userArn : workspace;
  if (principal === undefined) {
    checkOthers(report, othersAdmitted(trust, '').filter((other) => other === EVERYBODY), 'the workspace');
    report.notChecked('trust', 'who the role has to trust is not known', method === 'iam-role' ? FIX_ACCESS_KEY : GIVE_PRINCIPAL);
    return workspace;
  }
  const deleted = deletedPrincipals(trust);
  const { verdict, because } = evaluateTrust(trust, principal);
  if (verdict === 'admits') {
    report.ok('trust', because);
  } else if (verdict === 'undecided') {
    report.notChecked('trust', `whether ${principal} is let in depends: ${because}`,
      'ZenML sends no session tags and no external id. Take the condition out, or satisfy yourself that it is met');
  } else if (deleted.length > 0) {
    report.finding('trust',
      `it names ${deleted.join(', ')}, the id of a role or user that was deleted: `
      + `if ${principal} was created again, it is another one to IAM`,
      'Confirm with ZenML that they made it anew, then write the trust policy again: deploy once with WorkspaceTrust.roleByArn(), '
      + 'and once more without it');
  } else if (declared === undefined && rolesIn(trust).some((arn) => !ZENML_ACCOUNTS.includes(arn.split(':')[4]))) {
    report.notChecked('trust', `it admits ${rolesIn(trust).join(', ')}, and the stack does not say whether that is the workspace`,
      GIVE_PRINCIPAL);
  } else {
    report.finding('trust', `${principal} cannot assume the role: ${because}`,
      because.toLowerCase().includes('sts:externalid') ? 'ZenML sends no external id: take the condition out'
        : 'Somebody changed the trust policy, or it is for another workspace: write it as the stack does, '
          + 'or give --principal if the workspace has another role');
  }
  const others = othersAdmitted(trust, principal);
  checkOthers(report, verdict === 'admits' ? others : others.filter((other) => other === EVERYBODY), principal);
  return workspace;
}

/** Whoever else assumes the role reads the secrets as well. */
function checkOthers(report: StoreReport, others: string[], principal: string): void {
  if (others.includes(EVERYBODY)) {
    report.finding('trust', 'it admits everybody: any account of AWS can assume the role and read the secrets',
      `Write a trust policy whose only principal is ${principal}`);
  } else if (others.length > 0) {
    report.notChecked('trust', `it also admits ${others.join(', ')}; whether that is on purpose is not known to this check`,
      `Take them out of the trust policy, unless they are to read the secrets of ${principal}`);
  }
}

/** Without a role to assume, the principal that reaches the secrets: a user, or the role of the workspace itself. */
async function checkPrincipal(context: CheckContext, report: StoreReport, store: StoreConfiguration, userArn?: string): Promise<void> {
  const { region } = store.fields;
  const { account, partition } = context.pseudoParameters;
  const declared = context.options.principal ?? context.template?.roleOfPolicy(region);
  const ownRole = declared === undefined || declared.startsWith('arn:') ? declared : `arn:${partition}:iam::${account}:role/${declared}`;
  const arn = store.method === 'implicit' ? ownRole : userArn;
  if (arn === undefined || arn.split(':')[4] !== account) {
    if (store.method === 'implicit') {
      const problem = 'the role of the workspace is not known, or is of another account';
      report.notChecked('permissions', problem, `${GIVE_PRINCIPAL}, in the account of that role`);
    } else {
      report.notChecked('permissions', 'the user is not known', FIX_ACCESS_KEY);
    }
    return;
  }
  await checkPermissions(context, report, arn, region, serverIdOf(context, arn));
  if (store.method === 'federation-token') {
    const resource = `arn:${partition}:sts::${account}:federated-user/zenml-connector`;
    await checkCall(context, report, 'federation', arn, { actions: ['sts:GetFederationToken'], resource });
  } else if (store.method === 'session-token') {
    await checkCall(context, report, 'session', arn, { actions: ['sts:GetSessionToken'], resource: '*', needsNoPermission: true });
  }
}

/**
 * The value that ZenML writes into the tags of its secrets: by default the id of the workspace, which is part of the names of its
 * resources.
 */
function serverIdOf({ options, template }: CheckContext, ...names: (string | undefined)[]): string {
  const [id] = names.flatMap((name) => UUID.exec(name ?? '') ?? []);
  return options.serverId ?? id ?? template?.workspaceId ?? 'unknown';
}
