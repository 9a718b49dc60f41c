import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { ACCOUNT, REGION, WORKSPACE_ID } from '../scenarios';

/** What the fields of the customer's secret hold. */
const FIELDS: { [field: string]: string } = {
  key_file: JSON.stringify({
    type: 'service_account',
    project_id: 'my-project-123456',
    private_key_id: 'canary-key-id',
    private_key: '-----BEGIN PRIVATE KEY-----\nca"na\\ry}}\n-----END PRIVATE KEY-----\n',
    client_email: 'zenml-secrets@my-project-123456.iam.gserviceaccount.com',
    client_id: '123456789012345678901',
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: 'https://oauth2.googleapis.com/token',
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
    client_x509_cert_url: 'https://www.googleapis.com/robot/v1/metadata/x509/zenml-secrets%40my-project-123456.iam.gserviceaccount.com',
  }, null, 2) + '\n',
  user_file: JSON.stringify({
    type: 'authorized_user',
    client_id: 'canary-client-id',
    client_secret: 'canary-client-secret',
    refresh_token: 'canary',
  }),
  token: 'canary-token',
  client_secret: 'canary-client-secret',
  role_id: 'canary-role-id',
  secret_id: 'canary-secret-id',
};

/** What the deployment knows of the resources that a store makes, by the end of what names it in the template. */
const DEPLOYED: [reference: RegExp, value: string][] = [
  [/^AWS::Partition$/, 'aws'],
  [/^AWS::URLSuffix$/, 'amazonaws.com'],
  [/\.Arn$/, `arn:aws:iam::${ACCOUNT}:role/zenml-${WORKSPACE_ID}`],
  [/\.SecretArn$/, `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:Credential1-AbCdEf`],
  [/\.SecretAccessKey$/, 'canary-access-key'],
  [/AccessKey\w+$/, 'AKIDEXAMPLE'],
];

export function customersSecret(stack: Stack): secretsmanager.ISecret {
  return secretsmanager.Secret.fromSecretCompleteArn(
    stack, 'Credentials', `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:credentials-AbCdEf`,
  );
}

/** The text for support, from an output or from the hand-off secret, with what CloudFormation would put in the place of each reference. */
export function handedOver(scope: IConstruct): string {
  const [secret] = scope.node.findAll().filter((child) => child instanceof secretsmanager.CfnSecret && child.secretString !== undefined);
  const [output] = scope.node.findAll().filter((child) => child instanceof CfnOutput && /JSON|configuration of the workspace$/.test(child.description ?? ''));
  return deployed(Stack.of(scope).resolve(
    secret === undefined ? (output as CfnOutput).value : (secret as secretsmanager.CfnSecret).secretString,
  ));
}

/** A text as CloudFormation makes it: a literal, or parts that are joined. */
export function deployed(value: string | { 'Fn::Join': any[] }): string {
  const parts: any[] = typeof value === 'string' ? [value] : value['Fn::Join'][1];
  return parts.map((part) => (typeof part === 'string' ? part : attribute(part.Ref ?? part['Fn::GetAtt'].join('.')))).join('')
    .replace(/\{\{resolve:secretsmanager:arn(?::[^:}]*){6}:SecretString:(\w+)::\}\}/g, (_, field) => FIELDS[field]);
}

function attribute(reference: string): string {
  const found = DEPLOYED.find(([end]) => end.test(reference));
  if (found === undefined) {
    throw new Error(`What is ${reference} in a deployed stack?`);
  }
  return found[1];
}
