import { CreatePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CloudFormation } from '../emulators/cloudformation';
import { EmbeddedAws } from '../emulators/embedded-aws';
import { ACCOUNT, AZURE_SECRET, BOUNDARY, GCP_KEY_SECRET, HAND_MADE_ROLE, REGION } from '../scenarios';

/** What the customer's secrets hold: the file of a key, with all that could break a JSON around it, and two fields. */
export const GCP_KEY_FILE = `${JSON.stringify({
  type: 'service_account',
  private_key: '-----BEGIN PRIVATE KEY-----\nca"na\\ry}}\n-----END PRIVATE KEY-----\n',
}, null, 2)}\n`;
export const AZURE_FIELDS = { client_secret: 'canary~of.azure', token: 'canary.of-a.token' };

/** The account of the customer, new, with what the scenarios expect to find there. */
export async function customerAccount(aws: EmbeddedAws) {
  await aws.reset();
  const iam = new IAMClient(aws.client(aws.root(ACCOUNT), REGION));
  await iam.send(new CreatePolicyCommand({
    PolicyName: BOUNDARY,
    PolicyDocument: document({ Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }),
  }));
  await iam.send(new CreateRoleCommand({
    RoleName: HAND_MADE_ROLE,
    AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }),
  }));
  const secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
  await secrets.send(new CreateSecretCommand({ Name: GCP_KEY_SECRET, SecretString: GCP_KEY_FILE }));
  await secrets.send(new CreateSecretCommand({ Name: AZURE_SECRET, SecretString: JSON.stringify(AZURE_FIELDS) }));

  const cloudFormation = new CloudFormation(aws, ACCOUNT, REGION);
  await cloudFormation.pretendBootstrap();
  return { iam, cloudFormation };
}

function document(statement: object) {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
