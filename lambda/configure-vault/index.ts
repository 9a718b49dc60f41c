import { readEnvironment } from './environment';
import { configureVault } from './store-handler';

/** The function of a `VaultConnection`, which the provider framework of CDK calls for each of its stores. */
export async function handler(event: object, context: { getRemainingTimeInMillis(): number }) {
  return configureVault(event, {
    connection: readEnvironment(process.env),
    context: {
      readSecret,
      credentials: async () => ({
        accessKeyId: process.env.AWS_ACCESS_KEY_ID!,
        secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY!,
        sessionToken: process.env.AWS_SESSION_TOKEN,
      }),
    },
    remainingTime: context.getRemainingTimeInMillis(),
    print: console.log,
  });
}

async function readSecret(arn: string): Promise<string> {
  // Only when it is needed: the SDK, which the runtime brings along, takes longer to load than all the rest.
  const { SecretsManagerClient, GetSecretValueCommand } = require('@aws-sdk/client-secrets-manager') as typeof import('@aws-sdk/client-secrets-manager');
  const { SecretString: text } = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: arn }));
  if (text === undefined) {
    throw new Error(`The secret ${arn} is binary. Store it as text`);
  }
  return text;
}
