/*
 * Whether a trust policy lets somebody assume its role. IAM's simulator does not evaluate trust policies.
 */

export interface Trust {
  readonly verdict: 'admits' | 'refuses' | 'undecided';
  readonly because: string;
}

interface Statement {
  readonly Effect: string;
  readonly Principal?: '*' | { readonly AWS?: string | string[]; readonly [kind: string]: string | string[] | undefined };
  readonly NotPrincipal?: unknown;
  readonly Action?: string | string[];
  readonly NotAction?: unknown;
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: string | string[] } };
}

/** Operators by which a policy may compare ARNs; only those with wildcards see more than one ARN in a value. */
const EXACT = ['StringEquals', 'ArnEquals', 'ForAnyValue:StringEquals'];
const WILD = ['StringLike', 'ArnLike', 'ArnEquals'];

/** The verdict on a principal, an ARN of IAM. A statement with conditions that are not known here leaves it undecided. */
export function evaluateTrust(document: { readonly Statement: Statement | Statement[] }, principal: string): Trust {
  const statements = list(document.Statement).filter((statement) => concerns(statement, ['sts:assumerole']));
  const evaluations = statements.map((statement) => ({ effect: statement.Effect, ...evaluateStatement(statement, principal) }));

  for (const [effect, applies, verdict] of [
    ['Deny', 'yes', 'refuses'], ['Deny', 'unknown', 'undecided'], ['Allow', 'yes', 'admits'], ['Allow', 'unknown', 'undecided'],
  ] as const) {
    const decisive = evaluations.find((statement) => statement.effect === effect && statement.applies === applies);
    if (decisive !== undefined) {
      return { verdict, because: effect === 'Deny' ? `it has a statement that denies: ${decisive.because}` : decisive.because };
    }
  }
  const unmet = evaluations.find(({ applies, because }) => applies === 'no' && because !== '');
  return { verdict: 'refuses', because: unmet?.because ?? 'no statement names it' };
}

/** Everybody in AWS. */
export const EVERYBODY = '*';

/** The ways to assume a role. */
const LOGINS = ['sts:assumerole', 'sts:assumerolewithsaml', 'sts:assumerolewithwebidentity'];

/**
 * Whom a trust policy admits beside one principal: everything that a statement names and no condition narrows to that principal. Denials
 * are not counted, so that too many are named rather than too few.
 */
export function othersAdmitted(document: { readonly Statement: Statement | Statement[] }, principal: string): string[] {
  const admitting = list(document.Statement)
    .filter((statement) => statement.Effect === 'Allow' && concerns(statement, LOGINS) && !isNarrowedTo(statement, principal));
  return [...new Set(admitting.flatMap(namesIn).filter((name) => name !== principal))];
}

function isNarrowedTo({ Condition: condition = {} }: Statement, principal: string): boolean {
  return Object.entries(condition).some(([operator, entries]) => [...EXACT, ...WILD].includes(operator)
    && Object.entries(entries).some(([key, expected]) => (
      key.toLowerCase() === 'aws:principalarn' && list(expected).every((value) => value === principal)
    )));
}

function namesIn(statement: Statement): string[] {
  const { Principal: principal, NotPrincipal: others } = statement;
  if (others !== undefined) {
    return [`all but ${JSON.stringify(others)}`];
  }
  return typeof principal === 'object' ? Object.values(principal).flatMap((names) => list(names)) : [EVERYBODY];
}

function concerns({ Action: actions, NotAction: others }: Statement, wanted: string[]): boolean {
  return others !== undefined || list(actions).some((action) => wanted.some((name) => matches(action.toLowerCase(), name)));
}

/** The unique ids by which IAM replaces roles and users that were deleted. */
export function deletedPrincipals(document: { readonly Statement: Statement | Statement[] }): string[] {
  return list(document.Statement).flatMap(({ Principal: principal }) => typeof principal === 'object' ? list(principal.AWS) : [])
    .filter((name) => /^A(ROA|IDA)[A-Z0-9]+$/.test(name));
}

/** The single roles that a trust policy names, whatever the conditions. */
export function rolesIn(document: { readonly Statement: Statement | Statement[] }): string[] {
  return list(document.Statement).flatMap(({ Principal: principal, Condition: condition }) => [
    ...(typeof principal === 'object' ? list(principal.AWS) : []), ...list(condition?.StringEquals?.['aws:PrincipalArn']),
  ]).filter((name) => name.includes(':role/'));
}

function evaluateStatement(statement: Statement, arn: string): { applies: 'yes' | 'no' | 'unknown'; because: string } {
  const { Principal: principal, Condition: condition = {} } = statement;
  const negated = ['NotPrincipal', 'NotAction'].find((element) => element in statement);
  if (negated !== undefined) {
    return { applies: 'unknown', because: `it demands ${negated}` };
  }
  const account = arn.split(':')[4];
  const names = principal === '*' ? ['*'] : list(principal?.AWS);
  const root = new RegExp(`^arn:[a-z-]+:iam::${account}:root$`);
  if (!names.some((name) => ['*', arn, account].includes(name) || root.test(name))) {
    return { applies: 'no', because: '' };
  }
  for (const [operator, entries] of Object.entries(condition)) {
    for (const [key, expected] of Object.entries(entries)) {
      const met = evaluateCondition(operator, key.toLowerCase(), list(expected), arn, account);
      if (met !== 'yes') {
        return { applies: met, because: `it demands ${operator} ${key} ${list(expected).join(', ')}` };
      }
    }
  }
  return { applies: 'yes', because: `the trust policy admits ${arn}` };
}

function evaluateCondition(operator: string, key: string, expected: string[], arn: string, account: string): 'yes' | 'no' | 'unknown' {
  if (key === 'sts:externalid' && operator.startsWith('String') && !operator.endsWith('IfExists') && !operator.includes('Not')) {
    return 'no'; // ZenML sends none
  }
  const actual = new Map([['aws:principalarn', arn], ['aws:principalaccount', account]]).get(key);
  if (actual === undefined || (!EXACT.includes(operator) && !WILD.includes(operator))) {
    return 'unknown';
  }
  const met = expected.some((value) => value === actual || (WILD.includes(operator) && matches(value, actual)));
  return met ? 'yes' : 'no';
}

/** IAM's wildcards. */
function matches(pattern: string, value: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${expression}$`).test(value);
}

function list<T>(value: T | T[] | undefined): T[] {
  return value === undefined ? [] : [value].flat() as T[];
}
