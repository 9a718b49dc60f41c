import { runSimulation } from '@cloud-copilot/iam-simulate';
import { CallCell, TrustCell } from './iam-matrix';
import { ACCOUNT } from '../scenarios';

export interface RolePolicies {
  readonly trust: object;
  readonly policy: object;
}

type Simulation = Parameters<typeof runSimulation>[0];

const ASSUME_ANY_ROLE = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }] };

/** Whether IAM lets a caller of another account assume the role: both accounts have to agree. */
export async function isTrusted(trust: object, roleArn: string, caller: Pick<TrustCell, 'arn' | 'mayAssume'>): Promise<boolean> {
  return allowed({
    request: {
      principal: caller.arn,
      action: 'sts:AssumeRole',
      resource: { resource: roleArn, accountId: ACCOUNT },
      contextVariables: { 'aws:PrincipalArn': caller.arn },
    },
    identityPolicies: caller.mayAssume ? [{ name: 'own', policy: ASSUME_ANY_ROLE }] : [],
    resourcePolicy: trust,
  });
}

/** Whether the policy lets a session of the role make the call. */
export async function isCallAllowed(policy: object, roleArn: string, cell: CallCell): Promise<boolean> {
  const request = (resource: string) => allowed({
    request: {
      principal: roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/') + '/zenml-connector',
      action: `secretsmanager:${cell.action}`,
      resource: { resource, accountId: cell.account },
      contextVariables: {
        ...prefixed('aws:ResourceTag', cell.resourceTags),
        ...prefixed('aws:RequestTag', cell.requestTags),
        ...(cell.requestTags === undefined ? {} : { 'aws:TagKeys': Object.keys(cell.requestTags) }),
      },
    },
    identityPolicies: [{ name: 'store', policy }],
  });
  if (cell.action === 'ListSecrets') {
    return request('*');
  }
  const arn = `arn:aws:secretsmanager:${cell.region}:${cell.account}:secret:${cell.secret}`;
  const verdict = await request(`${arn}-AbCdEf`);
  if (!cell.exists && await request(arn) !== verdict) {
    // AWS may judge a secret that does not exist by its bare name; it must not matter.
    throw new Error(`${cell.name}: the verdict depends on whether the ARN already has its suffix`);
  }
  return verdict;
}

async function allowed(simulation: Omit<Simulation, 'serviceControlPolicies' | 'resourceControlPolicies'>): Promise<boolean> {
  const result = await runSimulation({ ...simulation, serviceControlPolicies: [], resourceControlPolicies: [] }, {});
  if (result.resultType !== 'single' || result.result.ignoredContextKeys?.length) {
    // An ignored context key would make a cell pass or fail for another reason than its name says.
    throw new Error(`The simulation is not what was asked for: ${JSON.stringify(result)}`);
  }
  return result.overallResult === 'Allowed';
}

function prefixed(prefix: string, tags: { readonly [key: string]: string } = {}) {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));
}
