import { CfnDeletionPolicy, CfnResource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { invalid } from './validation';

/** Refuses that a credential is kept which was replaced: it would stay valid, without anybody to own it. */
export function refuseRetention(credential: Construct, resourceType: string): void {
  const { cfnOptions } = credential.node.defaultChild as CfnResource;
  credential.node.addValidation({
    validate: () => (cfnOptions.deletionPolicy ?? CfnDeletionPolicy.DELETE) === CfnDeletionPolicy.DELETE ? [] : [
      invalid(credential, 'DeletionPolicy', cfnOptions.deletionPolicy, 'would keep a replaced credential valid, without anybody to own it',
        `Leave credentials out: RemovalPolicies.of(…).retain({ excludeResourceTypes: ['${resourceType}'] })`).message,
    ],
  });
}
