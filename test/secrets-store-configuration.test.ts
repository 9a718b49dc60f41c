import { App, Stack } from 'aws-cdk-lib';
import { SecretsStoreConfiguration, WorkspaceConfiguration } from '../src';

const ROLE_ARN = 'arn:aws:iam::111122223333:role/zenml';

function handOff(secretsStore: SecretsStoreConfiguration) {
  const stack = new Stack(new App(), 'Stack');
  return stack.resolve(new WorkspaceConfiguration(stack, 'Handoff', { secretsStore }).json);
}

describe('aws', () => {
  test('is ZenML\'s form, key for key', () => {
    expect(JSON.parse(handOff(SecretsStoreConfiguration.aws({ region: 'eu-central-1', roleArn: ROLE_ARN })))).toEqual({
      secrets_store: { type: 'aws', settings: { auth_method: 'implicit', auth_config: { region: 'eu-central-1', role_arn: ROLE_ARN } } },
    });
  });

  test('names no role where none is assumed', () => {
    expect(SecretsStoreConfiguration.aws({ region: 'eu-central-1' }).authConfig).toEqual({ region: 'eu-central-1' });
  });

  test('refuses a region that is none', () => {
    expect(() => handOff(SecretsStoreConfiguration.aws({ region: 'Ohio' }))).toThrow('Stack/Handoff: region "Ohio" is not an AWS region.');
  });

  test('refuses a role ARN that is none', () => {
    expect(() => handOff(SecretsStoreConfiguration.aws({ region: 'us-east-2', roleArn: 'zenml' }))).toThrow('Stack/Handoff: roleArn "zenml" is not the ARN of one IAM role.');
  });
});
