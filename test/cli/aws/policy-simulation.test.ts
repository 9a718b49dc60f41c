import { callOfSecretsManager, evaluate } from '../../../cli/aws/policy-simulation';

/*
 * What IAM's simulator answers where an organization, a boundary or a policy denies, in the form that AWS documents. The embedded AWS
 * knows no service control policies, and names no policies, so this is not proven against AWS.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
 */

const ACTION = 'secretsmanager:CreateSecret';
const answer = (more: object) => ({ EvalActionName: ACTION, EvalDecision: 'implicitDeny' as const, ...more });

test.each([
  ['an SCP', answer({
    OrganizationsDecisionDetail: { AllowedByOrganizations: false },
    PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
  }), 'a service control policy (SCP) of your organization denies it'],
  ['an SCP by a statement', answer({ EvalDecision: 'explicitDeny', OrganizationsDecisionDetail: { AllowedByOrganizations: false } }),
    'a service control policy (SCP) of your organization denies it'],
  ['a boundary', answer({
    OrganizationsDecisionDetail: { AllowedByOrganizations: true },
    PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
  }), 'the permissions boundary does not allow it'],
  ['a statement', answer({ EvalDecision: 'explicitDeny', MatchedStatements: [{ SourcePolicyId: 'guard' }, {}] }),
    'a statement denies it in guard'],
  ['a statement of nobody knows where', answer({ EvalDecision: 'explicitDeny' }), 'a statement denies it'],
  ['nothing that allows', answer({}), 'no policy allows it'],
  ['a condition', answer({ MissingContextValues: ['aws:SourceVpc'] }), 'no policy allows it, or only with a condition on aws:SourceVpc'],
  ['no answer', undefined, 'no policy allows it'],
])('%s', (_, result, because) => {
  expect(evaluate(ACTION, result)).toEqual({ action: ACTION, because, remedy: expect.stringMatching(/\w/) });
});

test.each([
  ['no policy that allows it: no denial', answer({}), undefined],
  ['a statement that denies it', answer({ EvalDecision: 'explicitDeny' }), 'a statement denies it'],
  ['an SCP', answer({ OrganizationsDecisionDetail: { AllowedByOrganizations: false } }),
    'a service control policy (SCP) of your organization denies it'],
])('action that needs no permission, with %s', (_, result, because) => {
  expect(evaluate(ACTION, result, true)?.because).toBe(because);
});

test('what is allowed is no denial', () => {
  const allowed = answer({ EvalDecision: 'allowed', OrganizationsDecisionDetail: { AllowedByOrganizations: true } });
  expect(evaluate(ACTION, allowed)).toBeUndefined();
});

test.each([
  ['arn:aws:kms:eu-west-1:111122223333:key/a', 'secretsmanager.eu-west-1.amazonaws.com'],
  ['arn:aws-cn:kms:cn-north-1:111122223333:key/a', 'secretsmanager.cn-north-1.amazonaws.com.cn'],
])('Secrets Manager uses %s as %s', (key, service) => {
  expect(callOfSecretsManager(key, key.split(':')[3]).context).toEqual([
    { ContextKeyName: 'kms:ViaService', ContextKeyType: 'string', ContextKeyValues: [service] },
    { ContextKeyName: 'aws:RequestedRegion', ContextKeyType: 'string', ContextKeyValues: [key.split(':')[3]] },
  ]);
});
