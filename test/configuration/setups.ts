import { App, Stack } from 'aws-cdk-lib';
import { AzureAuthentication, GcpAuthentication, SecretsStoreConfiguration, WorkspaceConfiguration, ZenmlWorkspace } from '../../src';
import { credentialsIn } from '../credentials';
import { ACCOUNT, REGION, WORKSPACE_ID } from '../scenarios';

export const PROJECT = 'my-project-123456';
export const SECRETS = `zenml-secrets@${PROJECT}.iam.gserviceaccount.com`;
export const KEY = `zenml-key@${PROJECT}.iam.gserviceaccount.com`;
export const ELSEWHERE = 'zenml@another-project.iam.gserviceaccount.com';
export const FEDERATION = {
  workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), projectNumber: '123456789012', pool: 'zenml-workspace', provider: 'zenml-aws',
};
export const ID = '11111111-aaaa-4bbb-8ccc-222222222222';
export const CLIENT = { tenantId: ID, clientId: '33333333-aaaa-4bbb-8ccc-444444444444' };
export const VAULT = { keyVaultName: 'zenml-vault', subscriptionId: ID, resourceGroup: 'platform_(eu)' };

const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });
export const secret = credentialsIn(stack);
let count = 0;

export function configuration(secretsStore: SecretsStoreConfiguration, backupSecretsStore?: SecretsStoreConfiguration) {
  return new WorkspaceConfiguration(stack, `Handoff${++count}`, { secretsStore, backupSecretsStore });
}

export const gcp = (authentication: GcpAuthentication) => SecretsStoreConfiguration.gcp({ projectId: PROJECT, authentication });
export const azure = (authentication: AzureAuthentication, options = {}) => (
  SecretsStoreConfiguration.azure({ ...VAULT, ...options, authentication })
);

/** Whoever may get the permissions in GCP and Azure. */
export const SETUPS: [string, SecretsStoreConfiguration][] = [
  ['a workload of one\'s own in GCP', gcp(GcpAuthentication.implicit({ serviceAccountEmail: ELSEWHERE }))],
  ['the key of a service account', gcp(GcpAuthentication.serviceAccount(secret, { serviceAccountEmail: SECRETS }))],
  ['a federation', gcp(GcpAuthentication.externalAccount(FEDERATION))],
  ['a federation of one\'s own role that impersonates', gcp(GcpAuthentication.externalAccount({
    ...FEDERATION,
    serviceAccountEmail: SECRETS,
    workspace: ZenmlWorkspace.fromPrincipalArn(WORKSPACE_ID, `arn:aws:iam::${ACCOUNT}:role/pods/zenml+pod=a,b.c@d`),
  }))],
  ['a federation that impersonates an account of another project',
    gcp(GcpAuthentication.externalAccount({ ...FEDERATION, serviceAccountEmail: ELSEWHERE }))],
  ['an impersonation', gcp(GcpAuthentication.impersonation(secret, { targetPrincipal: SECRETS, serviceAccountEmail: KEY }))],
  ['an impersonation across projects',
    gcp(GcpAuthentication.impersonation(secret, { targetPrincipal: ELSEWHERE, serviceAccountEmail: ELSEWHERE }))],
  ['a user', gcp(GcpAuthentication.userAccount(secret, { userEmail: 'jane+zenml@example.com' }))],
  ['a token of GCP', gcp(GcpAuthentication.oauth2Token(secret, { serviceAccountEmail: SECRETS }))],
  ['a managed identity', azure(AzureAuthentication.implicit({ principalId: ID }))],
  ['a service principal', azure(AzureAuthentication.servicePrincipal(secret, CLIENT))],
];
