import { deletedPrincipals, evaluateTrust, othersAdmitted, rolesIn } from '../../../cli/aws/trust-policy-evaluation';
import { isTrusted } from '../../deploy/simulated-iam';

const ROLE = 'arn:aws:iam::111122223333:role/store';
const WORKSPACE = 'arn:aws:iam::715803424590:role/zenml-a';
const ACCOUNT = 'arn:aws:iam::715803424590:root';

const allow = (statement: object) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement });
const deny = (statement: object) => ({ Effect: 'Deny', Action: 'sts:*', ...statement });
const policy = (...statements: object[]): any => ({ Version: '2012-10-17', Statement: statements });

const DECIDED: [string, 'admits' | 'refuses', object[]][] = [
  ['the role', 'admits', [allow({ Principal: { AWS: WORKSPACE } })]],
  ['the role among others, and the action among others', 'admits',
    [allow({ Principal: { AWS: ['arn:aws:iam::715803424590:role/b', WORKSPACE] }, Action: ['sts:TagSession', 'sts:AssumeRole'] })]],
  ['the account, by its ARN', 'admits', [allow({ Principal: { AWS: ACCOUNT } })]],
  ['the account, by its number', 'admits', [allow({ Principal: { AWS: '715803424590' } })]],
  ['anybody', 'admits', [allow({ Principal: '*' })]],
  ['anybody of AWS', 'admits', [allow({ Principal: { AWS: '*' } })]],
  ['the ARN as condition', 'admits',
    [allow({ Principal: { AWS: ACCOUNT }, Condition: { StringEquals: { 'aws:PrincipalArn': WORKSPACE } } })]],
  ['another ARN as condition', 'refuses',
    [allow({ Principal: { AWS: ACCOUNT }, Condition: { StringEquals: { 'aws:PrincipalArn': `${WORKSPACE}b` } } })]],
  ['a pattern that fits', 'admits',
    [allow({ Principal: { AWS: ACCOUNT }, Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::715803424590:role/zenml-?' } } })]],
  ['a pattern where none counts', 'refuses',
    [allow({ Principal: { AWS: ACCOUNT }, Condition: { StringEquals: { 'aws:PrincipalArn': '*' } } })]],
  ['another pattern', 'refuses',
    [allow({ Principal: { AWS: ACCOUNT }, Condition: { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/b*' } } })]],
  ['an external id', 'refuses', [allow({ Principal: { AWS: WORKSPACE }, Condition: { StringEquals: { 'sts:ExternalId': 'x' } } })]],
  ['another role', 'refuses', [allow({ Principal: { AWS: 'arn:aws:iam::715803424590:role/b' } })]],
  ['a service', 'refuses', [allow({ Principal: { Service: 'lambda.amazonaws.com' } })]],
  ['another action', 'refuses', [allow({ Principal: { AWS: WORKSPACE }, Action: 'sts:TagSession' })]],
  ['a denial', 'refuses', [allow({ Principal: { AWS: WORKSPACE } }), deny({ Principal: { AWS: ACCOUNT } })]],
  ['a denial of others', 'admits',
    [allow({ Principal: { AWS: WORKSPACE } }), deny({ Principal: { AWS: 'arn:aws:iam::444455556666:root' } })]],
];

test.each(DECIDED)('%s: it %s the workspace, as another evaluator also says', async (_, verdict, statements) => {
  expect(evaluateTrust(policy(...statements), WORKSPACE).verdict).toBe(verdict);
  expect(await isTrusted(policy(...statements), ROLE, { arn: WORKSPACE, mayAssume: true })).toBe(verdict === 'admits');
});

test.each([
  ['a condition on the caller\'s network',
    allow({ Principal: { AWS: WORKSPACE }, Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } })],
  ['an operator that is not known',
    allow({ Principal: { AWS: ACCOUNT }, Condition: { StringNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::715803424590:role/b' } } })],
  ['all but somebody', { Effect: 'Allow', Action: 'sts:AssumeRole', NotPrincipal: { AWS: 'arn:aws:iam::444455556666:root' } }],
  ['all actions but one', { Effect: 'Allow', NotAction: 'sts:TagSession', Principal: { AWS: WORKSPACE } }],
  ['an external id, if there is one',
    allow({ Principal: { AWS: WORKSPACE }, Condition: { StringEqualsIfExists: { 'sts:ExternalId': 'x' } } })],
])('%s is left undecided', (_, statement) => {
  expect(evaluateTrust(policy(statement), WORKSPACE).verdict).toBe('undecided');
  expect(evaluateTrust(policy(allow({ Principal: { AWS: WORKSPACE } }), statement), WORKSPACE).verdict).toBe('admits');
  expect(evaluateTrust(policy(allow({ Principal: { AWS: WORKSPACE } }), { ...statement, Effect: 'Deny' }), WORKSPACE)).toEqual({
    verdict: 'undecided', because: expect.stringMatching(/^it has a statement that denies: it demands /),
  });
});

const narrowed = { StringEquals: { 'aws:PrincipalArn': WORKSPACE } };

test.each<[string, object, string[]]>([
  ['the workspace only', allow({ Principal: { AWS: WORKSPACE } }), []],
  ['its account, narrowed to it', allow({ Principal: { AWS: ACCOUNT }, Condition: narrowed }), []],
  ['everybody, narrowed to it', allow({ Principal: '*', Condition: narrowed }), []],
  ['its account', allow({ Principal: { AWS: ACCOUNT } }), [ACCOUNT]],
  ['everybody', allow({ Principal: '*' }), ['*']],
  ['everybody of AWS', allow({ Principal: { AWS: '*' } }), ['*']],
  ['everybody from a network', allow({ Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }), ['*']],
  ['everybody but one', allow({ Principal: '*', Condition: { StringNotEquals: { 'aws:PrincipalArn': WORKSPACE } } }), ['*']],
  ['several ARNs as condition', allow({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalArn': [WORKSPACE, ROLE] } } }), ['*']],
  ['all but one principal', { Effect: 'Allow', Action: 'sts:*', NotPrincipal: { AWS: ROLE } }, [`all but {"AWS":"${ROLE}"}`]],
  ['all actions but one', { Effect: 'Allow', NotAction: 'sts:TagSession', Principal: { AWS: ROLE } }, [ROLE]],
  ['a service beside it', allow({ Principal: { AWS: WORKSPACE, Service: 'lambda.amazonaws.com' } }), ['lambda.amazonaws.com']],
  ['an identity provider', allow({ Principal: { Federated: 'accounts.example.com' }, Action: 'sts:AssumeRoleWithWebIdentity' }),
    ['accounts.example.com']],
  ['another role, which may tag only', allow({ Principal: { AWS: ROLE }, Action: 'sts:TagSession' }), []],
  ['a denial of another', deny({ Principal: { AWS: ROLE } }), []],
])('who is admitted beside the workspace: %s', (_, statement, others) => {
  expect(othersAdmitted(policy(statement), WORKSPACE)).toEqual(others);
});

test('one statement need not be in a list', () => {
  expect(evaluateTrust({ Statement: allow({ Principal: { AWS: WORKSPACE } }) } as any, WORKSPACE).verdict).toBe('admits');
});

test('whom it names', () => {
  const document = policy(
    allow({ Principal: { AWS: ['AROAEXAMPLE', 'AIDAEXAMPLE', 'arn:aws:iam::444455556666:role/pod'] } }),
    allow({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalArn': WORKSPACE } } }),
  );

  expect(deletedPrincipals(document)).toEqual(['AROAEXAMPLE', 'AIDAEXAMPLE']);
  expect(rolesIn(document)).toEqual(['arn:aws:iam::444455556666:role/pod', WORKSPACE]);
});
