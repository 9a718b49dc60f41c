import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { invalid } from './validation';

/** Secrets Manager appends a hyphen and six characters to a name. */
const SUFFIX = /-([A-Za-z0-9]{6}|\?{6})$/;

/**
 * Lets a role read one secret, and refuses a secret that it could not read in the end, or that others can.
 */
export function grantReadOf(scope: IConstruct, prop: string, secret: secretsmanager.ISecret, role: iam.IRole): void {
  refuseNameOfZenml(scope, prop, secret, 'vault/administrator');
  const { secretArn, secretFullArn } = secret;
  const looksFull = secretFullArn === undefined && !Token.isUnresolved(tail(secretArn)) && SUFFIX.test(secretArn);
  refuseOtherRegion(scope, prop, secret, 'the function');
  refuseOtherAccount(scope, prop, secret);
  const grant = secret.grantRead(role);
  grantUseOfKey(secret, scope, role);
  const resources = grant.principalStatement?.resources ?? [];
  if (looksFull || !resources.every((resource) => Token.isUnresolved(tail(resource)) || SUFFIX.test(resource))) {
    throw invalid(scope, prop, secretArn,
      'is imported without its full ARN, so that the function could not read it, or could read others as well',
      'Import it by Secret.fromSecretCompleteArn, with the six characters at the end of its ARN');
  }
}

/** Refuses a secret that CloudFormation could not read for a hand-off, or that others can read. */
export function refuseUnreadable(scope: IConstruct, prop: string, secret: secretsmanager.ISecret): void {
  refuseNameOfZenml(scope, prop, secret, 'credentials/zenml-store');
  refuseOtherRegion(scope, prop, secret, 'the stack');
}

function refuseNameOfZenml(scope: IConstruct, prop: string, secret: secretsmanager.ISecret, example: string): void {
  const name = nameOf(secret);
  if (name?.startsWith('zenml/')) {
    throw invalid(scope, prop, name,
      'is a name of ZenML\'s own secrets, which the documented policy of an AwsSecretsStore lets ZenML read',
      `Name the secret otherwise, such as ${example}`);
  }
}

function refuseOtherRegion(scope: IConstruct, prop: string, { secretArn }: secretsmanager.ISecret, reader: string): void {
  const [, , , region] = secretArn.split(':');
  const { region: own } = Stack.of(scope);
  if (region !== own && [region, own].every((it) => it !== undefined && !Token.isUnresolved(it))) {
    throw invalid(scope, prop, secretArn, `is in ${region}, and ${reader} in ${own}`,
      'Replicate the secret to that region, and name the replica');
  }
}

/** The policy of the function's role alone opens no secret of another account: that takes a policy of the secret and a key of one's own. */
function refuseOtherAccount(scope: IConstruct, prop: string, { secretArn }: secretsmanager.ISecret): void {
  const [, , , , account] = secretArn.split(':');
  const { account: own } = Stack.of(scope);
  if (account !== own && [account, own].every((it) => it !== undefined && !Token.isUnresolved(it))) {
    throw invalid(scope, prop, secretArn, `is in account ${account}, and the function in ${own}`,
      'Keep the secret in the account of the stack');
  }
}

/**
 * Under a key of one's own, to read the secret takes the key as well. CDK's grantRead writes that into the policy of the key only,
 * which an imported key has not.
 */
function grantUseOfKey({ encryptionKey }: secretsmanager.ISecret, scope: IConstruct, role: iam.IRole): void {
  if (encryptionKey !== undefined) {
    const { region, urlSuffix } = Stack.of(scope);
    role.addToPrincipalPolicy(new iam.PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [encryptionKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.${urlSuffix}` } },
    }));
  }
}

/** The literal name of a secret, where there is one. */
function nameOf(secret: secretsmanager.ISecret): string | undefined {
  const { name } = (secret.node.defaultChild ?? {}) as Partial<secretsmanager.CfnSecret>;
  const candidates = [name, tail(secret.secretArn), secret.secretName];
  return candidates.find((candidate) => candidate !== undefined && !Token.isUnresolved(candidate));
}

/** What follows `:secret:` in an ARN. A token in front of that, as the stack's region is, does no harm. */
function tail(arn: string): string {
  return arn.split(':secret:').pop()!;
}
