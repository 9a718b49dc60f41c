import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { ACCOUNT, REGION, WORKSPACE_ID } from '../scenarios';

/** What the fields of the customer's secret hold. */
const FIELDS: { [field: string]: string } = {
  key_file: JSON.stringify({
    type: 'service_account',
    private_key: '-----BEGIN PRIVATE KEY-----\nca"na\\ry}}\n-----END PRIVATE KEY-----\n',
  }, null, 2) + '\n',
  user_file: JSON.stringify({ type: 'authorized_user', refresh_token: 'canary' }),
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
  const value = Stack.of(scope).resolve(
    secret === undefined ? (output as CfnOutput).value : (secret as secretsmanager.CfnSecret).secretString,
  );
  const parts: any[] = typeof value === 'string' ? [value] : value['Fn::Join'][1];
  return parts.map((part) => (typeof part === 'string' ? part : deployed(part.Ref ?? part['Fn::GetAtt'].join('.')))).join('')
    .replace(/\{\{resolve:secretsmanager:arn(?::[^:}]*){6}:SecretString:(\w+)::\}\}/g, (_, field) => FIELDS[field]);
}

function deployed(reference: string): string {
  const found = DEPLOYED.find(([end]) => end.test(reference));
  if (found === undefined) {
    throw new Error(`What is ${reference} in a deployed stack?`);
  }
  return found[1];
}
