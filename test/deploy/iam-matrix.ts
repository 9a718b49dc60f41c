import { ACCOUNT, OTHER_WORKSPACE_ID, REGION, WORKSPACE_ID } from '../scenarios';

export const ISOLATIONS = ['documented', 'zenmlSecrets', 'workspace'] as const;
export const TRUSTS = ['pinnedRole', 'roleByArn'] as const;
export type Isolation = typeof ISOLATIONS[number];
export type Trust = typeof TRUSTS[number];

const VENDOR = '715803424590';

/** Someone who asks to assume the role. */
export interface TrustCell {
  readonly name: string;
  readonly who: 'workspace' | 'other workspace' | 'role of the vendor\'s account' | 'user of the vendor\'s account'
    | 'role of the same name in a third account';
  readonly arn: string;
  /** Whether the caller's own account lets it call sts:AssumeRole, which a call across accounts needs as well. */
  readonly mayAssume: boolean;
  readonly allowed: boolean;
}

export function trustCells(): TrustCell[] {
  return [
    { name: 'the workspace', who: 'workspace', arn: `arn:aws:iam::${VENDOR}:role/zenml-${WORKSPACE_ID}`, mayAssume: true, allowed: true },
    {
      name: 'the workspace without sts:AssumeRole on its side',
      who: 'workspace',
      arn: `arn:aws:iam::${VENDOR}:role/zenml-${WORKSPACE_ID}`,
      mayAssume: false,
      allowed: false,
    },
    {
      name: 'another workspace',
      who: 'other workspace',
      arn: `arn:aws:iam::${VENDOR}:role/zenml-${OTHER_WORKSPACE_ID}`,
      mayAssume: true,
      allowed: false,
    },
    {
      name: 'another role of the vendor\'s account',
      who: 'role of the vendor\'s account',
      arn: `arn:aws:iam::${VENDOR}:role/administrator`,
      mayAssume: true,
      allowed: false,
    },
    {
      name: 'a user of the vendor\'s account',
      who: 'user of the vendor\'s account',
      arn: `arn:aws:iam::${VENDOR}:user/pods`,
      mayAssume: true,
      allowed: false,
    },
    {
      name: 'a role of the same name in a third account',
      who: 'role of the same name in a third account',
      arn: `arn:aws:iam::444455556666:role/zenml-${WORKSPACE_ID}`,
      mayAssume: true,
      allowed: false,
    },
  ];
}

export type Action =
  'CreateSecret' | 'GetSecretValue' | 'DescribeSecret' | 'PutSecretValue' | 'UpdateSecret' | 'TagResource' | 'DeleteSecret' | 'ListSecrets';
type Tags = { readonly [key: string]: string };

/** A call that is made under the role. */
export interface CallCell {
  readonly name: string;
  readonly action: Action;
  readonly secret: string;
  /** Whether the secret is there before the call. */
  readonly exists: boolean;
  readonly resourceTags?: Tags;
  readonly requestTags?: Tags;
  readonly region: string;
  readonly account: string;
  /** The isolations under which the call must be allowed. */
  readonly allowed: readonly Isolation[];
  /** Why only the evaluator of policies judges it. */
  readonly notEmulated?: string;
}

const SECRET_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const SECRET = `zenml/${SECRET_ID}`;
const tags = (workspace: string): Tags => ({ zenml: workspace, zenml_secret_id: SECRET_ID });
const OWN = tags(WORKSPACE_ID);
const FOREIGN = tags(OTHER_WORKSPACE_ID);

const NEVER: readonly Isolation[] = [];
const DOCUMENTED_ONLY: readonly Isolation[] = ['documented'];
const SHARED: readonly Isolation[] = ['documented', 'zenmlSecrets'];

const existing = (
  name: string, action: Action, resourceTags: Tags, allowed: readonly Isolation[], more: Partial<CallCell> = {},
): CallCell =>
  ({ name, action, secret: SECRET, exists: true, resourceTags, region: REGION, account: ACCOUNT, allowed, ...more });
const absent = (name: string, action: Action, allowed: readonly Isolation[], more: Partial<CallCell> = {}): CallCell =>
  ({ name, action, secret: SECRET, exists: false, region: REGION, account: ACCOUNT, allowed, ...more });

export const CALLS: CallCell[] = [
  // Every call that ZenML makes.
  absent('ZenML looks a secret up in vain', 'GetSecretValue', ISOLATIONS),
  absent('ZenML creates a secret', 'CreateSecret', ISOLATIONS, { requestTags: OWN }),
  absent('ZenML tags a secret as it creates it', 'TagResource', ISOLATIONS, {
    requestTags: OWN, notEmulated: 'the embedded AWS does not ask for TagResource at creation',
  }),
  existing('ZenML reads a secret', 'GetSecretValue', OWN, ISOLATIONS),
  existing('ZenML describes a secret', 'DescribeSecret', OWN, ISOLATIONS),
  existing('ZenML writes a new value', 'PutSecretValue', OWN, ISOLATIONS),
  existing('ZenML tags a secret again', 'TagResource', OWN, ISOLATIONS, { requestTags: OWN }),
  existing('ZenML deletes a secret', 'DeleteSecret', OWN, ISOLATIONS),

  // What is not ZenML's.
  existing('reading zenml/rds/password', 'GetSecretValue', {}, DOCUMENTED_ONLY, { secret: 'zenml/rds/password' }),
  existing('deleting zenml/rds/password', 'DeleteSecret', {}, DOCUMENTED_ONLY, { secret: 'zenml/rds/password' }),
  existing('reading zenmlevil/x', 'GetSecretValue', OWN, NEVER, { secret: 'zenmlevil/x' }),
  existing('reading a UUID outside of zenml/', 'GetSecretValue', OWN, NEVER, { secret: SECRET_ID }),
  existing('reading in another region', 'GetSecretValue', OWN, NEVER, { region: 'eu-west-1' }),
  existing('reading in another account', 'GetSecretValue', OWN, NEVER, {
    account: '444455556666', notEmulated: 'the embedded AWS does not look into other accounts',
  }),
  absent('creating zenmlevil/x', 'CreateSecret', NEVER, { secret: 'zenmlevil/x', requestTags: OWN }),
  absent('listing all secrets', 'ListSecrets', NEVER),

  // What ZenML never does.
  existing('swapping the key by UpdateSecret', 'UpdateSecret', OWN, DOCUMENTED_ONLY),
  existing('setting a tag of its own choice', 'TagResource', OWN, DOCUMENTED_ONLY, { requestTags: { ...OWN, team: 'x' } }),
  absent('creating with a tag of its own choice', 'CreateSecret', DOCUMENTED_ONLY, { requestTags: { ...OWN, team: 'x' } }),

  // The secrets of another workspace in the same account and region.
  existing('reading another workspace\'s secret', 'GetSecretValue', FOREIGN, SHARED),
  existing('describing another workspace\'s secret', 'DescribeSecret', FOREIGN, SHARED),
  existing('overwriting another workspace\'s secret', 'PutSecretValue', FOREIGN, SHARED),
  existing('taking over another workspace\'s secret by its tags', 'TagResource', FOREIGN, SHARED, { requestTags: OWN }),
  existing('deleting another workspace\'s secret', 'DeleteSecret', FOREIGN, SHARED),
  existing('giving its secret to another workspace by its tags', 'TagResource', OWN, SHARED, { requestTags: FOREIGN }),
  absent('creating a secret in the name of another workspace', 'CreateSecret', SHARED, { requestTags: FOREIGN }),
  absent('creating a secret without tags', 'CreateSecret', SHARED),

  // The limit that SecretsIsolation.workspace() states: what bears no tag is not told apart.
  existing('reading an untagged secret with ZenML\'s kind of name', 'GetSecretValue', {}, ISOLATIONS),
];
