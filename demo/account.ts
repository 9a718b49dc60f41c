import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CloudFormation } from '../test/emulators/cloudformation';
import { EmbeddedAws } from '../test/emulators/embedded-aws';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';
export const WORKSPACE = '123e4567-e89b-12d3-a456-426614174000';
export const OTHER_WORKSPACE = '9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b';
/** A secret of ZenML. */
export const SECRET = '0f8fad5b-d9cb-469f-a165-70867728950e';

/** Leaves the account as `cdk bootstrap` does. */
export async function prepareAccount(aws: EmbeddedAws) {
  await new CloudFormation(aws, ACCOUNT, REGION).pretendBootstrap();
  const s3 = new S3Client({ ...aws.client(aws.root(ACCOUNT), REGION), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}` }));
}
