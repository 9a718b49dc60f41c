import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { IConstruct } from 'constructs';
import { AwsSecretsStore, VaultSecretsStore, WorkspaceConfiguration } from '../../src';
import { deployed } from '../golden/handed-over';

/** The hand-off of a store, or the construct itself where it is one. */
export function workspaceConfiguration(construct: IConstruct): WorkspaceConfiguration {
  if (construct instanceof WorkspaceConfiguration) {
    return construct;
  }
  const { configuration: secretsStore } = construct as AwsSecretsStore | VaultSecretsStore;
  return new WorkspaceConfiguration(construct, 'Server', { secretsStore });
}

/** The variables that the container has when ECS has started it. */
export function deployedEnvironment(configuration: WorkspaceConfiguration): { [name: string]: string } {
  const stack = Stack.of(configuration);
  const { environment, secrets } = configuration.serverEnvironment;
  const { Resources: resources } = Template.fromStack(stack).toJSON();
  return Object.fromEntries([
    ...Object.entries(environment).map(([name, value]) => [name, deployed(stack.resolve(value))]),
    ...Object.entries(secrets).map(([name, { arn }]) => {
      // A secret, or a field of its JSON: <ARN>:<field>::
      const reference = stack.resolve(arn);
      const [{ Ref: id }, field] = reference.Ref === undefined ? reference['Fn::Join'][1] : [reference];
      const value = deployed(resources[id].Properties.SecretString);
      return [name, field === undefined ? value : JSON.parse(value)[field.split(':')[1]]];
    }),
  ]);
}
