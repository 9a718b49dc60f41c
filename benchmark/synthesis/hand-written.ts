import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** What an engineer would write from ZenML's page: no checks, no options, one construct to hold the parts of a store together. */
export function addStoreByHand(scope: Construct, id: string, workspaceId: string) {
  const stack = Stack.of(scope);
  const store = new Construct(scope, id);

  const role = new iam.Role(store, 'Role', {
    assumedBy: new iam.ArnPrincipal(`arn:aws:iam::715803424590:role/zenml-${workspaceId}`),
    roleName: `zenml-${workspaceId}`,
  });
  new iam.Policy(store, 'Policy', {
    policyName: `zenml-${workspaceId}-${stack.region}`,
    roles: [role],
    statements: [new iam.PolicyStatement({
      actions: [
        'secretsmanager:CreateSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:DescribeSecret',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecret',
        'secretsmanager:TagResource',
        'secretsmanager:DeleteSecret',
      ],
      resources: [stack.formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        resourceName: 'zenml/*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      })],
    })],
  });

  new CfnOutput(store, 'RoleArn', {
    description: 'The role that the ZenML workspace assumes',
    value: role.roleArn,
  });
  new CfnOutput(store, 'Region', {
    description: 'The region of the secrets of the ZenML workspace',
    value: stack.region,
  });
  new CfnOutput(store, 'WorkspaceConfiguration', {
    description: 'Send this to ZenML support: the secrets store in the configuration of the workspace',
    value: stack.toJsonString({
      secrets_store: {
        type: 'aws',
        settings: { auth_method: 'implicit', auth_config: { region: stack.region, role_arn: role.roleArn } },
      },
    }),
  });
}
