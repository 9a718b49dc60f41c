import { CreatePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CloudFormation } from '../emulators/cloudformation';
import { EmbeddedAws } from '../emulators/embedded-aws';
import { ACCOUNT, BOUNDARY, HAND_MADE_ROLE, REGION } from '../scenarios';

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

  const cloudFormation = new CloudFormation(aws, ACCOUNT, REGION);
  await cloudFormation.pretendBootstrap();
  return { iam, cloudFormation };
}

function document(statement: object) {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
