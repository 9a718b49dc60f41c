import { GetRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { customerAccount } from './customer-account';
import { CloudFormation } from '../emulators/cloudformation';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { ACCOUNT, HAND_MADE_ROLE, REGION, SCENARIOS, synthesize } from '../scenarios';

/* Each template of the snapshots is created and deleted for real, through a change set. */

const aws = useEmbeddedAws({ region: REGION });
let iam: IAMClient;
let cloudFormation: CloudFormation;

beforeEach(async () => {
  ({ iam, cloudFormation } = await customerAccount(aws));
});

const deployable = SCENARIOS.filter(({ notDeployed }) => notDeployed === undefined);

test.each(deployable)('$name', async (scenario) => {
  const template = synthesize(scenario);
  const { outputs, resources } = await cloudFormation.deploy('Zenml', template, scenario.parameters);

  expect(Object.keys(resources).sort()).toEqual(Object.keys(template.Resources).sort());
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(template.Outputs ?? {}).sort());
  for (const name of Object.keys(outputs).filter((output) => /WorkspaceConfiguration|Handoff/.test(output))) {
    const handoff: Handoff = JSON.parse(await jsonOf(outputs[name]));
    expect(Object.values(handoff).map(({ type }) => type)).toEqual(scenario.types ?? Object.keys(handoff).map(() => 'aws'));
    await expectRealRole(handoff);
  }

  await cloudFormation.delete('Zenml');
  const retained = Object.values<any>(template.Resources)
    .filter(({ DeletionPolicy, Type }) => DeletionPolicy === 'Retain' && Type === 'AWS::IAM::Role');
  expect(await roleNames()).toEqual([HAND_MADE_ROLE, ...retained.map(({ Properties }) => Properties.RoleName)]);
});

test('what is not deployed has a reason', () => {
  const notDeployedHere = SCENARIOS.filter(({ notDeployed }) => notDeployed !== undefined);
  expect(notDeployedHere.map(({ name, notDeployed }) => `${name}: ${notDeployed}`)).toEqual([
    ...['Vault', 'Vault in a VPC, with every prop'].map((name) => `${name}: its Vault is not there; see vault-store.test.ts`),
    ...['an AppRole', 'a token']
      .map((name) => `Vault, by ${name} that is handed over: its Vault is not there; see vault-credentials.test.ts`),
    'Vault of another team, with two workspaces, by the function\'s own role: its Vault is not there; see vault-store.test.ts',
    'own principal in aws-us-gov: the embedded AWS knows one partition, aws',
    'own principal in aws-cn: the embedded AWS knows one partition, aws',
  ]);
});

interface Handoff {
  readonly [store: string]: {
    readonly type: string;
    readonly settings: { readonly auth_method: string; readonly auth_config: { readonly region: string; readonly role_arn?: string } };
  };
}

/** What an output says, or, where that is secret, the secret that it names. */
async function jsonOf(output: string): Promise<string> {
  if (!output.startsWith('arn:')) {
    return output;
  }
  const administrator = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
  const { SecretString: json } = await administrator.send(new GetSecretValueCommand({ SecretId: output }));
  return json!;
}

/**
 * What support will be told must be the ARN of a role that IAM has. Of stores elsewhere the embedded AWS knows nothing; see
 * credentials.test.ts.
 */
async function expectRealRole(handoff: Handoff) {
  for (const { settings } of Object.values(handoff)) {
    const { role_arn: arn } = settings.auth_config;
    if (arn !== undefined) {
      const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: arn.split('/').pop() }));
      expect(role!.Arn).toBe(arn);
    }
  }
}

async function roleNames() {
  const { Roles: roles = [] } = await iam.send(new ListRolesCommand({}));
  return roles.map((role) => role.RoleName);
}
