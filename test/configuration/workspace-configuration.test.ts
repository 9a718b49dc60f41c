import { App, Aws, CfnElement, CfnOutput, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { SecretsStoreConfiguration, WorkspaceConfiguration } from '../../src';

const configuration = (region: string) => SecretsStoreConfiguration.aws({ region });
const aws = (region: string) => ({ type: 'aws', settings: { auth_method: 'implicit', auth_config: { region } } });
const stack = () => new Stack(new App(), 'Stack');

test('hands over one store, without mention of a backup', () => {
  const handoff = new WorkspaceConfiguration(stack(), 'Handoff', { secretsStore: configuration('eu-central-1') });

  expect(JSON.parse(Stack.of(handoff).resolve(handoff.json))).toEqual({ secrets_store: aws('eu-central-1') });
});

test('hands over a store and its backup in one output, named as the construct', () => {
  const handoff = new WorkspaceConfiguration(stack(), 'Handoff', {
    secretsStore: configuration('eu-central-1'), backupSecretsStore: configuration('eu-west-1'),
  });

  const [output, ...others] = handoff.node.findAll().filter(CfnElement.isCfnElement);
  expect(others).toEqual([]);
  expect(Stack.of(handoff).resolve(output.logicalId)).toBe('Handoff');
  expect(JSON.parse(Stack.of(handoff).resolve((output as CfnOutput).value))).toEqual({
    secrets_store: aws('eu-central-1'), backup_secrets_store: aws('eu-west-1'),
  });
});

test('keeps what only the deployment knows as a token', () => {
  const handoff = new WorkspaceConfiguration(stack(), 'Handoff', { secretsStore: configuration(Aws.REGION) });

  expect(Stack.of(handoff).resolve(handoff.json)).toEqual({
    'Fn::Join': [
      '',
      ['{"secrets_store":{"type":"aws","settings":{"auth_method":"implicit","auth_config":{"region":"', { Ref: 'AWS::Region' }, '"}}}}'],
    ],
  });
});

test('a key for a secret that is not made is an error', () => {
  const scope = stack();
  const encryptionKey = new Key(scope, 'Key');

  expect(() => new WorkspaceConfiguration(scope, 'Handoff', { secretsStore: configuration('eu-central-1'), encryptionKey })).toThrow(
    'Stack/Handoff: encryptionKey "Stack/Key" would have no effect, as nothing secret is handed over. Leave it out.',
  );
});
