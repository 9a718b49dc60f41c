import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { SecretsStoreConfiguration, WorkspaceConfiguration } from '../src';

export const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:credentials/zenml-store-AbCdEf';

export function credentialsIn(stack: Stack, id = 'Credentials', arn = SECRET_ARN): secretsmanager.ISecret {
  return secretsmanager.Secret.fromSecretCompleteArn(stack, id, arn);
}

/**
 * Hands a configuration over, and returns the text for support as CloudFormation would make it: with what the secret says in the
 * place of each reference.
 */
export function handedOver(
  stack: Stack, secretsStore: SecretsStoreConfiguration, value: string | { [field: string]: string } = '',
): string {
  const handoff = new WorkspaceConfiguration(stack, 'Handoff', { secretsStore });
  if (handoff.secret === undefined) {
    return stack.resolve(handoff.json);
  }
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::SecretsManager::Secret'));
  const { SecretString: text } = Properties;
  const template: string = typeof text === 'string' ? text : text['Fn::Join'][1].join('');
  return template.replace(/\{\{resolve:secretsmanager:(arn(?::[^:}]*){6}):SecretString:([^:}]*):[^:}]*:[^:}]*\}\}/g, (_, arn, field) => {
    expect(arn).toBe(SECRET_ARN);
    return typeof value === 'string' ? value : value[field];
  });
}
