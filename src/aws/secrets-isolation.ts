import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import * as types from '../core/prop-types';
import { lowerCase, uuid } from '../core/validation';
import { ZenmlWorkspace } from '../core/zenml-workspace';

/** ZenML names a secret `zenml/<uuid>`. Secrets Manager appends `-` and six characters to the name in the ARN. */
const ANY_NAME = 'zenml/*';

/**
 * The end is `*` rather than `-??????`: CreateSecret may be judged before the six characters exist. In place of the hex
 * digits stands `?`, since IAM has no character classes.
 */
const UUID_NAME = 'zenml/????????-????-????-????-????????????*';

const READ_AND_WRITE = ['GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'DeleteSecret'];

/** The two tags that ZenML sets on each of its secrets: the id of the workspace, and the id of the secret. */
const WORKSPACE_TAG = 'zenml';
const TAG_KEYS = [WORKSPACE_TAG, 'zenml_secret_id'];

/** What an isolation needs to know to write its statements. */
interface SecretsScope {
  readonly workspace: ZenmlWorkspace;
  readonly region: string;
}

/**
 * Options of `SecretsIsolation.workspace`.
 */
export interface WorkspaceIsolationOptions {
  /**
   * The value of the tag `zenml` on the workspace's secrets, which is the id of its ZenML server.
   *
   * Give this only for a workspace whose database was first created by open-source ZenML: it keeps the server id of that
   * time. ZenML shows the id as `id` in the server's information (`GET /api/v1/info`).
   *
   * @default - the workspace's id, which is what ZenML Pro uses for every database that it created itself
   */
  readonly serverId?: string;
}

const WORKSPACE_OPTIONS = types.object<WorkspaceIsolationOptions>({ serverId: types.optional(types.text(uuid)) });

/**
 * Which secrets of the account and region the workspace can reach.
 *
 * | | `documented()` | `zenmlSecrets()` | `workspace()` |
 * |---|---|---|---|
 * | every call that ZenML makes | yes | yes | yes |
 * | `zenml/rds/password` and the like, which are yours | reachable | out of reach | out of reach |
 * | swapping the KMS key of a secret by `UpdateSecret` | possible | not possible | not possible |
 * | tags other than the two that ZenML sets | possible | not possible | not possible |
 * | secrets of your other workspaces in the same account and region | reachable | reachable | out of reach |
 */
export class SecretsIsolation {
  /**
   * The policy that ZenML documents: seven actions on every secret whose name begins with `zenml/`.
   *
   * It includes `secretsmanager:UpdateSecret`, which ZenML never calls, and names such as `zenml/rds/password` that ZenML's own
   * guide for hybrid deployments tells you to create for other purposes.
   */
  public static documented(): SecretsIsolation {
    return new SecretsIsolation('documented()', false, documented);
  }

  /**
   * Only secrets named `zenml/` and something in the form of a UUID, which is how ZenML names them.
   *
   * And only the six actions that ZenML calls, with only the two tag keys that it sets.
   *
   * Several workspaces in one account and region still share those secrets as far as IAM is concerned: see `workspace()`.
   */
  public static zenmlSecrets(): SecretsIsolation {
    return new SecretsIsolation('zenmlSecrets()', false, zenmlSecrets);
  }

  /**
   * As `zenmlSecrets()`, and only secrets that bear the workspace's id in their tag `zenml`.
   *
   * A secret without that tag is not told apart: IAM must also let through the look-up of a secret that does not exist yet,
   * which has no tags either (ZenML takes a denial there for a failure, not for an absence). ZenML tags each secret when it
   * creates it, and the policy lets none be created without the tag.
   */
  public static workspace(options: WorkspaceIsolationOptions = {}): SecretsIsolation {
    WORKSPACE_OPTIONS.check('SecretsIsolation.workspace', 'options', options);
    return new SecretsIsolation('workspace()', true, ofWorkspace(options.serverId), options.serverId);
  }

  private constructor(
    /**
     * How it is called in an app.
     *
     * @internal
     */
    public readonly _name: string,
    /**
     * Whether it keeps the workspace from the secrets of others in the same account and region.
     *
     * @internal
     */
    public readonly _isApart: boolean,
    /**
     * The statements of the role's policy.
     *
     * @internal
     */
    public readonly _statements: Statements,
    /**
     * The server whose secrets are meant, where it is another than that of the workspace.
     *
     * @internal
     */
    public readonly _serverId?: string,
  ) {}
}

type Statements = (scope: IConstruct, secrets: SecretsScope) => iam.PolicyStatement[];

const documented: Statements = (scope, { region }) => [
  allow(scope, region, ANY_NAME, {
    // In the order of ZenML's page, so that a reviewer can lay one beside the other.
    actions: ['CreateSecret', 'GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecret', 'TagResource', 'DeleteSecret'],
  }),
];

const zenmlSecrets: Statements = (scope, { region }) => [
  allow(scope, region, UUID_NAME, { sid: 'ReadAndWriteZenmlSecrets', actions: READ_AND_WRITE }),
  allow(scope, region, UUID_NAME, {
    sid: 'CreateAndTagZenmlSecrets',
    actions: ['CreateSecret', 'TagResource'],
    conditions: { 'ForAllValues:StringEquals': { 'aws:TagKeys': TAG_KEYS } },
  }),
];

function ofWorkspace(serverId?: string): Statements {
  return (scope, { workspace, region }) => {
    const tag = lowerCase(serverId ?? workspace.id);
    uuid.check(scope, 'serverId', tag);

    // "IfExists" lets pass what has no tags: a secret that is about to be created, or one looked up in vain.
    const ownOrAbsent = { StringEqualsIfExists: { [`aws:ResourceTag/${WORKSPACE_TAG}`]: tag } };
    return [
      allow(scope, region, UUID_NAME, { sid: 'ReadAndWriteSecretsOfWorkspace', actions: READ_AND_WRITE, conditions: ownOrAbsent }),
      allow(scope, region, UUID_NAME, {
        sid: 'CreateAndTagSecretsOfWorkspace',
        actions: ['CreateSecret', 'TagResource'],
        conditions: {
          'ForAllValues:StringEquals': { 'aws:TagKeys': TAG_KEYS },
          'StringEquals': { [`aws:RequestTag/${WORKSPACE_TAG}`]: tag },
          ...ownOrAbsent,
        },
      }),
    ];
  };
}

function allow(
  scope: IConstruct, region: string, name: string, statement: { sid?: string; actions: string[]; conditions?: iam.Conditions },
) {
  return new iam.PolicyStatement({
    ...statement,
    actions: statement.actions.map((action) => `secretsmanager:${action}`),
    resources: [Stack.of(scope).formatArn({
      service: 'secretsmanager',
      region,
      resource: 'secret',
      resourceName: name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })],
  });
}
