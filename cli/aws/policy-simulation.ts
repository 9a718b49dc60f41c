import { ContextEntry, EvaluationResult, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';

/** Something that somebody is going to ask of AWS. */
export interface Call {
  readonly actions: string[];
  readonly resource: string;
  readonly context?: ContextEntry[];
  /** Whether AWS demands no permission for it, so that only a denial counts. */
  readonly needsNoPermission?: boolean;
}

/** Why an action will be denied. */
export interface Denial {
  readonly action: string;
  readonly because: string;
  readonly remedy: string;
}

/** Stand for a secret that ZenML may create, and for the six characters that AWS appends. */
const SECRET = '0f8fad5b-d9cb-469f-a165-70867728950e';
const SUFFIX = 'AbCdEf';

/**
 * The calls of ZenML's secrets store for AWS, with the tags that it sends and that its secrets have. Reads of a secret that does not exist
 * have to be allowed, too: ZenML treats a denial as a failure.
 */
export function callsOfZenml(partition: string, region: string, account: string, serverId: string): Call[] {
  const resource = `arn:${partition}:secretsmanager:${region}:${account}:secret:zenml/${SECRET}-${SUFFIX}`;
  const requestTags = [text('aws:RequestTag/zenml', serverId), text('aws:RequestTag/zenml_secret_id', SECRET), {
    ContextKeyName: 'aws:TagKeys', ContextKeyType: 'stringList' as const, ContextKeyValues: ['zenml', 'zenml_secret_id'],
  }];
  const resourceTags = ['aws', 'secretsmanager'].flatMap((prefix) => [
    text(`${prefix}:ResourceTag/zenml`, serverId), text(`${prefix}:ResourceTag/zenml_secret_id`, SECRET),
  ]);
  const calls: (Call & { readonly context: ContextEntry[] })[] = [
    { actions: named('CreateSecret', 'TagResource'), resource, context: requestTags },
    { actions: named('GetSecretValue'), resource, context: [] },
    { actions: named('DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'DeleteSecret'), resource, context: resourceTags },
    { actions: named('TagResource'), resource, context: [...requestTags, ...resourceTags] },
  ];
  return calls.map((call) => ({ ...call, context: [...call.context, text('aws:RequestedRegion', region)] }));
}

/** What Secrets Manager does with a key of KMS in the name of whoever asks for a secret under it. */
export function callOfSecretsManager(key: string, region: string): Call {
  const urlSuffix = key.startsWith('arn:aws-cn:') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return {
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resource: key,
    context: [text('kms:ViaService', `secretsmanager.${region}.${urlSuffix}`), text('aws:RequestedRegion', region)],
  };
}

function text(name: string, value: string): ContextEntry {
  return { ContextKeyName: name, ContextKeyType: 'string', ContextKeyValues: [value] };
}

/** Lets IAM say what the policies of a role or a user would do to calls. Nothing is called. */
export async function simulate(iam: IAMClient, principal: string, calls: Call[]): Promise<Denial[]> {
  const answers = await Promise.all(calls.map(async ({ actions, resource, context, needsNoPermission = false }) => {
    const { EvaluationResults: results = [] } = await iam.send(new SimulatePrincipalPolicyCommand({
      PolicySourceArn: principal, ActionNames: actions, ResourceArns: [resource], ContextEntries: context,
    }));
    return actions.map((action) => evaluate(action, results.find(({ EvalActionName: name }) => name === action), needsNoPermission));
  }));
  const denials = answers.flat().filter((denial) => denial !== undefined);
  return denials.filter(({ action }, index) => denials.findIndex((other) => other.action === action) === index);
}

/** Where a denial comes from: the organization comes first, as nobody in the account can do anything about it. */
export function evaluate(action: string, result: EvaluationResult | undefined, needsNoPermission = false): Denial | undefined {
  if (result?.EvalDecision === 'allowed') {
    return undefined;
  }
  if (result?.OrganizationsDecisionDetail?.AllowedByOrganizations === false) {
    return {
      action,
      because: 'a service control policy (SCP) of your organization denies it',
      remedy: 'Ask whoever owns the SCPs to exempt this role',
    };
  }
  if (needsNoPermission && result?.EvalDecision === 'implicitDeny') {
    return undefined;
  }
  if (result?.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false) {
    return {
      action,
      because: 'the permissions boundary does not allow it',
      remedy: 'Let the boundary allow the action, or choose another permissionsBoundary',
    };
  }
  if (result?.EvalDecision === 'explicitDeny') {
    const policies = (result.MatchedStatements ?? []).map(({ SourcePolicyId: id }) => id).filter((id) => id !== undefined);
    return {
      action,
      because: `a statement denies it${policies.length === 0 ? '' : ` in ${policies.join(', ')}`}`,
      remedy: 'Take the denial out of the policies of the role, or exempt zenml/* from it',
    };
  }
  const missing = result?.MissingContextValues ?? [];
  return {
    action,
    because: `no policy allows it${missing.length === 0 ? '' : `, or only with a condition on ${missing.join(', ')}`}`,
    remedy: 'Deploy the stack again. If its policy is there, compare the region and the id of the workspace in it; '
      + '--server-id if ZenML has another',
  };
}

function named(...actions: string[]): string[] {
  return actions.map((action) => `secretsmanager:${action}`);
}
