import { GetRolePolicyCommand, GetUserPolicyCommand, ListRolePoliciesCommand, ListUserPoliciesCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { ask, ifPresent } from './aws-clients';
import { CheckContext } from '../context';
import { StoreReport } from '../report';
import { Call, callOfSecretsManager, callsOfZenml, simulate } from './policy-simulation';

interface PolicyDocument {
  readonly Statement: { readonly Action?: string | string[]; readonly Resource?: string | string[] }[];
}

/** Whether a role or user, an ARN of IAM, may do in a region what ZenML does. The server id is what ZenML writes into its tags. */
export async function checkPermissions(
  context: CheckContext, report: StoreReport, arn: string, region: string, serverId: string,
): Promise<void> {
  const { partition, account } = context.pseudoParameters;
  const calls = callsOfZenml(partition, region, account, serverId);
  const denials = await ask(report, 'permissions', 'iam:SimulatePrincipalPolicy', async () => simulate(context.account.iam, arn, calls));
  const documents = await readPolicies(context, report, arn);
  if (denials?.length === 0) {
    report.ok('permissions', `the six actions of ZenML on zenml/* in ${region} are allowed, by IAM's simulator`);
  }
  const regions = regionsOf(documents);
  const isForRegion = regions.length === 0 || regions.includes(region);
  const hint = isForRegion ? '' : `; the policy is for ${regions.join(', ')}, but ${region} is handed over`;
  denials?.forEach(({ action, because, remedy }) => report.finding('permissions', `${action} in ${region}: ${because}${hint}`, remedy));
  for (const key of keysOf(documents)) {
    await checkKey(context, report, arn, key, region);
  }
}

/** Whether the policies of a role or user allow a call. */
export async function checkCall(context: CheckContext, report: StoreReport, check: string, principal: string, call: Call): Promise<void> {
  const denials = await ask(report, check, 'iam:SimulatePrincipalPolicy', async () => simulate(context.account.iam, principal, [call]));
  if (denials?.length === 0) {
    report.ok(check, `${call.actions.join(' and ')} on ${call.resource} allowed, by IAM's simulator`);
  }
  denials?.forEach(({ action, because, remedy }) => report.finding(check, `${action} on ${call.resource}: ${because}`, remedy));
}

async function checkKey(context: CheckContext, report: StoreReport, principal: string, key: string, region: string): Promise<void> {
  const kms = context.account.kms(key.split(':')[3]);
  const described = await ask(report, 'key', 'kms:DescribeKey', async () => ifPresent(kms.send(new DescribeKeyCommand({ KeyId: key }))));
  if (described === undefined) {
    return;
  }
  const state = described?.KeyMetadata?.KeyState ?? 'gone';
  if (state !== 'Enabled') {
    report.finding('key', `${key} is ${state}, so the secrets under it cannot be used`,
      'Enable the key or cancel its deletion, or take it out of encryptionKeys');
    return;
  }
  await checkCall(context, report, 'key', principal, callOfSecretsManager(key, region));
}

/** The inline policies of the role or user; policies that are attached to it are not read. */
async function readPolicies({ account: { iam } }: CheckContext, report: StoreReport, arn: string): Promise<PolicyDocument[]> {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const isUser = arn.includes(':user/');
  const kind = isUser ? 'User' : 'Role';
  const list = async () => isUser
    ? iam.send(new ListUserPoliciesCommand({ UserName: name })) : iam.send(new ListRolePoliciesCommand({ RoleName: name }));
  const read = async (policy: string) => isUser
    ? iam.send(new GetUserPolicyCommand({ UserName: name, PolicyName: policy }))
    : iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: policy }));
  return await ask(report, 'keys', `iam:List${kind}Policies and iam:Get${kind}Policy`, async () => {
    const { PolicyNames: policies } = await list();
    const answers = await Promise.all(policies!.map(read));
    return answers.map(({ PolicyDocument: document }) => JSON.parse(decodeURIComponent(document!)));
  }) ?? [];
}

function regionsOf(documents: PolicyDocument[]): string[] {
  return [...new Set(resourcesOf(documents, 'secretsmanager:').map((resource) => resource.split(':')[3]))];
}

function keysOf(documents: PolicyDocument[]): string[] {
  return [...new Set(resourcesOf(documents, 'kms:').filter((resource) => resource.includes(':key/')))];
}

function resourcesOf(documents: PolicyDocument[], service: string): string[] {
  return documents.flatMap(({ Statement: statements }) => [statements].flat())
    .filter(({ Action: actions = [] }) => [actions].flat().some((action) => action.startsWith(service)))
    .flatMap(({ Resource: resources = [] }) => [resources].flat());
}
