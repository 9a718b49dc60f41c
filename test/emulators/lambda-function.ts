import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SignatureV4 } from '@smithy/signature-v4';
import { EmbeddedAws } from './embedded-aws';

/** Calls a deployed function and returns what it answers; what it throws is thrown. */
export async function invoke(aws: EmbeddedAws, account: string, region: string, functionName: string, event: object): Promise<any> {
  const { sha256 } = new CloudFormationClient(aws.client(aws.root(account), region)).config;
  const signer = new SignatureV4({ service: 'lambda', region, credentials: aws.root(account), sha256 });
  const { protocol, hostname, port, host } = new URL(aws.endpoint);
  const { method, path, headers, body } = await signer.sign({
    method: 'POST',
    protocol,
    hostname,
    port: Number(port),
    path: `/2015-03-31/functions/${functionName}/invocations`,
    query: {},
    headers: { host },
    body: JSON.stringify(event),
  });
  const response = await fetch(`${aws.endpoint}${path}`, { method, headers, body });
  const answer: any = await response.json();
  if (!response.ok || response.headers.has('x-amz-function-error')) {
    throw new Error(answer.errorMessage ?? JSON.stringify(answer));
  }
  return answer;
}
