import * as ecs from 'aws-cdk-lib/aws-ecs';

/**
 * The environment of the ZenML server's container.
 */
export interface ServerEnvironment {
  /**
   * Plain variables: by name, nothing secret.
   */
  readonly environment: { [name: string]: string };

  /**
   * Variables whose values are in AWS Secrets Manager, by name. A task definition of ECS lets its execution role read them.
   */
  readonly secrets: { [name: string]: ecs.Secret };
}
