import { App, Aws, CfnParameter, CfnWaitConditionHandle, Fn, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { GcpAuthentication, GcpExternalAccountOptions, SecretsStoreConfiguration, WorkspaceConfiguration, ZenmlWorkspace } from '../../src';
import { credentialsIn, handedOver } from '../credentials';
import { ACCOUNT, REGION, WORKSPACE_ID } from '../scenarios';

const PROJECT = 'my-project-123456';
const ACCOUNT_EMAIL = `zenml-secrets@${PROJECT}.iam.gserviceaccount.com`;
const FEDERATION: GcpExternalAccountOptions = {
  workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), projectNumber: '123456789012', pool: 'zenml-workspace', provider: 'zenml-aws',
};
/** With everything in it that could break a JSON around it. */
const KEY_FILE = JSON.stringify({
  type: 'service_account',
  private_key: '-----BEGIN PRIVATE KEY-----\nca"na\\ry}}\n-----END PRIVATE KEY-----\n',
}, null, 2) + '\n';

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });
});

const gcp = (authentication: GcpAuthentication, projectId = PROJECT) => SecretsStoreConfiguration.gcp({ projectId, authentication });

function settings(authentication: GcpAuthentication, value?: string | { [field: string]: string }) {
  return JSON.parse(handedOver(stack, gcp(authentication), value)).secrets_store;
}

type Make = () => GcpAuthentication;

/*
 * The methods of ZenML's GCP service connector, with all fields that each of them knows, and those that it demands. The store demands
 * project_id of each.
 */
const METHODS: [method: string, make: Make, known: string[], demanded: string[], least: Make][] = [
  ['implicit', () => GcpAuthentication.implicit({ serviceAccountEmail: ACCOUNT_EMAIL }), ['project_id'], ['project_id'],
    () => GcpAuthentication.implicit()],
  ['service-account', () => GcpAuthentication.serviceAccount(credentialsIn(stack), { serviceAccountEmail: ACCOUNT_EMAIL }),
    ['project_id', 'service_account_json', 'generate_temporary_tokens'], ['project_id', 'service_account_json'],
    () => GcpAuthentication.serviceAccount(credentialsIn(stack))],
  ['external-account', () => GcpAuthentication.externalAccount({ ...FEDERATION, serviceAccountEmail: ACCOUNT_EMAIL }),
    ['project_id', 'external_account_json', 'generate_temporary_tokens'], ['project_id', 'external_account_json'],
    () => GcpAuthentication.externalAccount(FEDERATION)],
  ['impersonation',
    () => GcpAuthentication.impersonation(credentialsIn(stack), { targetPrincipal: ACCOUNT_EMAIL, serviceAccountEmail: ACCOUNT_EMAIL }),
    ['project_id', 'service_account_json', 'target_principal', 'generate_temporary_tokens'],
    ['project_id', 'service_account_json', 'target_principal'],
    () => GcpAuthentication.impersonation(credentialsIn(stack), { targetPrincipal: ACCOUNT_EMAIL })],
  ['user-account', () => GcpAuthentication.userAccount(credentialsIn(stack), { userEmail: 'jane@example.com' }),
    ['project_id', 'user_account_json', 'generate_temporary_tokens'], ['project_id', 'user_account_json'],
    () => GcpAuthentication.userAccount(credentialsIn(stack))],
  ['oauth2-token', () => GcpAuthentication.oauth2Token(credentialsIn(stack), { serviceAccountEmail: ACCOUNT_EMAIL }),
    ['project_id', 'token', 'service_account_email'], ['project_id', 'token'], () => GcpAuthentication.oauth2Token(credentialsIn(stack))],
];

test.each(METHODS)('%s has no field that ZenML does not know, and each that it demands', (method, make, known, demanded) => {
  const { type, settings: { auth_method, auth_config, ...others } } = settings(make(), '{}');

  expect([type, auth_method, others]).toEqual(['gcp', method, {}]);
  expect(Object.keys(auth_config).filter((field) => !known.includes(field))).toEqual([]);
  expect(demanded.filter((field) => !(field in auth_config))).toEqual([]);
});

test.each(METHODS)('%s says nothing that it was not told', (_, __, ___, demanded, least) => {
  expect(Object.keys(settings(least(), '{}').settings.auth_config).sort()).toEqual([...demanded].sort());
});

describe('in ZenML\'s form, key for key', () => {
  test('implicit', () => {
    expect(settings(GcpAuthentication.implicit())).toEqual({
      type: 'gcp', settings: { auth_method: 'implicit', auth_config: { project_id: PROJECT } },
    });
  });

  test('service-account, with the key as an object in its place', () => {
    expect(settings(GcpAuthentication.serviceAccount(credentialsIn(stack)), KEY_FILE)).toEqual({
      type: 'gcp',
      settings: { auth_method: 'service-account', auth_config: { project_id: PROJECT, service_account_json: JSON.parse(KEY_FILE) } },
    });
  });

  test('impersonation, with the key out of a field of the secret', () => {
    const authentication = GcpAuthentication.impersonation(credentialsIn(stack), { targetPrincipal: ACCOUNT_EMAIL, field: 'key' });
    expect(settings(authentication, { key: KEY_FILE })).toEqual({
      type: 'gcp',
      settings: {
        auth_method: 'impersonation',
        auth_config: { project_id: PROJECT, service_account_json: JSON.parse(KEY_FILE), target_principal: ACCOUNT_EMAIL },
      },
    });
  });

  test('user-account', () => {
    expect(settings(GcpAuthentication.userAccount(credentialsIn(stack)), '{"type":"authorized_user"}')).toEqual({
      type: 'gcp',
      settings: { auth_method: 'user-account', auth_config: { project_id: PROJECT, user_account_json: { type: 'authorized_user' } } },
    });
  });

  test('oauth2-token', () => {
    expect(settings(GcpAuthentication.oauth2Token(credentialsIn(stack), { serviceAccountEmail: ACCOUNT_EMAIL }), 'ya29.token')).toEqual({
      type: 'gcp',
      settings: {
        auth_method: 'oauth2-token',
        auth_config: { project_id: PROJECT, token: 'ya29.token', service_account_email: ACCOUNT_EMAIL },
      },
    });
  });

  test('external-account, in the form that Google publishes for AWS', () => {
    const authentication = GcpAuthentication.externalAccount({ ...FEDERATION, serviceAccountEmail: ACCOUNT_EMAIL });
    const { settings: { auth_method: method, auth_config: fields } } = settings(authentication);

    expect([method, fields.project_id]).toEqual(['external-account', PROJECT]);
    expect(JSON.parse(fields.external_account_json)).toEqual({
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/zenml-workspace/providers/zenml-aws',
      subject_token_type: 'urn:ietf:params:aws:token-type:aws4_request',
      token_url: 'https://sts.googleapis.com/v1/token',
      credential_source: {
        environment_id: 'aws1',
        regional_cred_verification_url: 'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15',
      },
      service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${ACCOUNT_EMAIL}:generateAccessToken`,
    });
  });
});

test('without a service account, none is impersonated', () => {
  const { external_account_json: json } = settings(GcpAuthentication.externalAccount(FEDERATION)).settings.auth_config;

  expect(JSON.parse(json)).not.toHaveProperty('service_account_impersonation_url');
});

test('nothing of a federation is secret, so that its hand-off is an output, without a warning', () => {
  new CfnWaitConditionHandle(stack, 'Handle'); // CloudFormation takes no stack without a resource
  new WorkspaceConfiguration(stack, 'Handoff', { secretsStore: gcp(GcpAuthentication.externalAccount(FEDERATION)) });

  Template.fromStack(stack).resourceCountIs('AWS::SecretsManager::Secret', 0);
  Template.fromStack(stack).hasOutput('Handoff', { Value: Match.stringLikeRegexp('external_account') });
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});

test('tokens pass', () => {
  const pool = new CfnParameter(stack, 'Pool').valueAsString;
  const federation = GcpAuthentication.externalAccount({ ...FEDERATION, pool, projectNumber: Aws.ACCOUNT_ID });
  const { json } = new WorkspaceConfiguration(stack, 'Handoff', { secretsStore: gcp(federation) });
  const [separator, parts] = stack.resolve(json)['Fn::Join'];
  const text = parts.map((part: any) => part.Ref ?? part).join(separator);

  const { external_account_json: account } = JSON.parse(text).secrets_store.settings.auth_config;
  expect(JSON.parse(account).audience).toContain('workloadIdentityPools/Pool/providers/zenml-aws');
});

test.each<[string, Make, string[]]>([
  ['service-account', () => GcpAuthentication.serviceAccount(credentialsIn(stack)), ['credential']],
  ['impersonation', () => GcpAuthentication.impersonation(credentialsIn(stack), { targetPrincipal: ACCOUNT_EMAIL }), ['credential']],
  ['user-account', () => GcpAuthentication.userAccount(credentialsIn(stack)), ['credential']],
  ['oauth2-token', () => GcpAuthentication.oauth2Token(credentialsIn(stack)), ['credential', 'expiringToken']],
])('%s is warned of, once for each reason, which can be acknowledged', (method, make, ids) => {
  handedOver(stack, gcp(make()));

  const warnings = Annotations.fromStack(stack).findWarning('/Stack/Handoff', Match.anyValue()).map(({ entry }) => String(entry.data));
  expect(warnings.map((warning) => warning.replace(/^.*\[ack: cdk-zenml-secrets-store:(\w+)\]$/, '$1'))).toEqual(ids);
  warnings.forEach((warning) => expect(warning).toContain(`of gcp (${method})`));
});

describe('the secret', () => {
  test('is named in a reference, with field and version', () => {
    const versionId = 'a1b2c3d4-0000-0000-0000-0123456789ab';
    const authentication = GcpAuthentication.serviceAccount(credentialsIn(stack), { field: 'key', versionId });
    new WorkspaceConfiguration(stack, 'Handoff', { secretsStore: gcp(authentication) });

    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::SecretsManager::Secret'));
    expect(JSON.stringify(Properties.SecretString)).toContain(
      '\\"service_account_json\\":{{resolve:secretsmanager:arn:aws:secretsmanager:eu-central-1:111122223333:secret:'
      + `credentials/zenml-store-AbCdEf:SecretString:key::${versionId}}},\\"project_id\\"`,
    );
  });

  test('is not among the fields that anybody may read', () => {
    expect(gcp(GcpAuthentication.serviceAccount(credentialsIn(stack))).authConfig).toEqual({ project_id: PROJECT });
  });
});

describe('bad input', () => {
  const secret = (name: string, region = REGION) => (
    credentialsIn(stack, 'Other', `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${name}-AbCdEf`)
  );

  test.each<[string, () => SecretsStoreConfiguration, string]>([
    ['a project by its name', () => gcp(GcpAuthentication.implicit(), 'My Project'),
      'projectId "My Project" is not the id of a GCP project. Write its id, such as my-project-123456'],
    ['a project with a command in it', () => gcp(GcpAuthentication.implicit(), 'x\';rm -rf ~;\''),
      'projectId "x\';rm -rf ~;\'" is not the id of a GCP project.'],
    ['a project by its number', () => gcp(GcpAuthentication.implicit(), '123456789012'),
      'projectId "123456789012" is not the id of a GCP project.'],
    ['a project number that is an id', () => gcp(GcpAuthentication.externalAccount({ ...FEDERATION, projectNumber: PROJECT })),
      `projectNumber "${PROJECT}" is not the number of a GCP project. Write the digits that gcloud projects describe`],
    ['a pool of Google\'s', () => gcp(GcpAuthentication.externalAccount({ ...FEDERATION, pool: 'gcp-pool' })),
      'pool "gcp-pool" is not the id of a workload identity pool. Write 4 to 32'],
    ['a provider with a line break', () => gcp(GcpAuthentication.externalAccount({ ...FEDERATION, provider: 'aws\n-provider' })),
      'provider "aws\\n-provider" is not the id of a provider of a workload identity pool. Write 4 to 32'],
    ['an account that is none', () => gcp(GcpAuthentication.externalAccount({ ...FEDERATION, serviceAccountEmail: 'jane@example.com' })),
      'serviceAccountEmail "jane@example.com" is not the email address of a service account. Write it whole, such as '],
    ['a workspace that is none', () => gcp(GcpAuthentication.externalAccount({ ...FEDERATION, workspace: ZenmlWorkspace.fromId('x') })),
      'workspace id "x" is not a UUID. Copy the id'],
    ['a workspace in another partition',
      () => gcp(GcpAuthentication.externalAccount({
        ...FEDERATION, workspace: ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, 'arn:aws-cn:iam::111122223333:role/pod'),
      })),
      'workspace principal "arn:aws-cn:iam::111122223333:role/pod" is not in partition aws, the only one whose STS this configuration '
      + 'names. Run the workspace under a role of partition aws'],
    ['somebody to impersonate who is none', () => gcp(GcpAuthentication.impersonation(credentialsIn(stack), { targetPrincipal: 'zenml' })),
      'targetPrincipal "zenml" is not the email address of a service account.'],
    ['a user who is none', () => gcp(GcpAuthentication.userAccount(credentialsIn(stack), { userEmail: 'jane' })),
      'userEmail "jane" is not the email address of a user. Write it such as jane@example.com'],
    ['a field that ends the reference', () => gcp(GcpAuthentication.oauth2Token(credentialsIn(stack), { field: 'a}}' })),
      'field "a}}" is not a field that a dynamic reference can name. Write the name'],
    ['a version that is none', () => gcp(GcpAuthentication.oauth2Token(credentialsIn(stack), { versionId: 'AWSCURRENT' })),
      'versionId "AWSCURRENT" is not the id of a version of a secret. Copy it from'],
    ['a secret that ZenML can read', () => gcp(GcpAuthentication.serviceAccount(secret('zenml/key'))),
      'key "zenml/key-AbCdEf" is a name of ZenML\'s own secrets, which the documented policy of an AwsSecretsStore lets ZenML read. '
      + 'Name the secret otherwise, such as credentials/zenml-store.'],
    ['a secret in another region', () => gcp(GcpAuthentication.userAccount(secret('key', 'us-east-1'))),
      `credentials "arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:key-AbCdEf" is in us-east-1, and the stack in eu-central-1. `
      + 'Replicate the secret to that region'],
  ])('%s', (_, configuration, message) => {
    expect(() => new WorkspaceConfiguration(stack, 'Handoff', { secretsStore: configuration() })).toThrow(`Stack/Handoff: ${message}`);
  });

  test('what only the deployment knows passes', () => {
    const role = ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, Fn.importValue('Role'));
    expect(() => handedOver(stack, gcp(GcpAuthentication.externalAccount({ ...FEDERATION, workspace: role })))).not.toThrow();
  });
});
