import { Deadline } from './client/vault-client';

type Sdk = typeof import('@aws-sdk/client-secrets-manager');

/** Loaded only when it is needed: the SDK, which the runtime of Lambda has, takes longer to load than all the rest. */
function sdk(): Sdk {
  return require('@aws-sdk/client-secrets-manager') as Sdk;
}

export async function readSecret(arn: string): Promise<string> {
  const { SecretsManagerClient, GetSecretValueCommand } = sdk();
  const { SecretString: text } = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: arn }));
  if (text === undefined) {
    throw new Error(`The secret ${arn} is binary. Store it as text`);
  }
  return text;
}

/** @param requestId An event that arrives twice has the same, so that its second run does not overwrite what the first has handed over. */
export async function writeSecret(arn: string, text: string, requestId: string, deadline: Deadline): Promise<void> {
  const { SecretsManagerClient, PutSecretValueCommand } = sdk();
  const abortSignal = AbortSignal.timeout(Math.max(1, Math.round(deadline.at - Date.now())));
  const command = new PutSecretValueCommand({ SecretId: arn, SecretString: text, ClientRequestToken: requestId });
  await new SecretsManagerClient({}).send(command, { abortSignal }).catch((error) => {
    throw !abortSignal.aborted ? error : new Error(`Secrets Manager does not answer, so that nothing could be put into ${arn}. `
      + 'In a VPC the function needs an endpoint for it, or NAT');
  });
}
