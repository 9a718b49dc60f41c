import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { run } from './child-process';
import { EmbeddedAws } from './embedded-aws';

interface FileAsset {
  readonly source: { readonly path: string; readonly packaging: 'file' | 'zip' };
  readonly destinations: { readonly [id: string]: { readonly bucketName: string; readonly objectKey: string } };
}

/** Puts the file assets of a stack where its template expects them, as `cdk deploy` does, into the bucket of `cdk bootstrap`. */
export async function uploadAssets(aws: EmbeddedAws, account: string, region: string, stack: CloudFormationStackArtifact) {
  const { assembly: { directory }, id } = stack;
  const s3 = new S3Client({ ...aws.client(aws.root(account), region), forcePathStyle: true });
  const manifest: { files: { [hash: string]: FileAsset } } = JSON.parse(readFileSync(join(directory, `${id}.assets.json`), 'utf8'));
  for (const { source, destinations } of Object.values(manifest.files)) {
    const path = join(directory, source.path);
    const body = source.packaging === 'zip' ? await zip(path) : readFileSync(path);
    for (const { bucketName, objectKey } of Object.values(destinations)) {
      const bucket = bucketName.replace('${AWS::AccountId}', account).replace('${AWS::Region}', region);
      await createBucket(s3, bucket);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: objectKey, Body: body }));
    }
  }
}

async function createBucket(s3: S3Client, bucket: string) {
  await s3.send(new CreateBucketCommand({ Bucket: bucket })).catch((error) => {
    if (error.name !== 'BucketAlreadyOwnedByYou') {
      throw error;
    }
  });
}

/** Node.js has no zip of its own, but Python has. */
async function zip(directory: string): Promise<Buffer> {
  const home = mkdtempSync(join(tmpdir(), 'asset-'));
  try {
    const file = join(home, 'asset.zip');
    await run('python3', ['-m', 'zipfile', '-c', file, '.'], { cwd: directory });
    return readFileSync(file);
  } finally {
    rmSync(home, { recursive: true });
  }
}
