import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ContractEvent, eventsOf, resourcesOf, versions } from './events';
import { SECRET_ARN } from './written-today';
import { CustomResourceResponse } from '../../lambda/configure-vault/cloudformation-response';
import { configureVault } from '../../lambda/configure-vault/index';
import { CONTRACT_VERSION } from '../../src/vault/contract/contract-version';
import { oneOf, Reader, withDefault } from '../../src/vault/contract/property-readers';
import { useEmbeddedVault } from '../emulators/use-embedded-vault';
import { useEmbeddedAws } from '../emulators/use-emulators';
import { wipe } from '../lambda/configure-vault/vault-under-test';

/* The present function takes the events of every version, on a real server: stacks out there go on to send them. */

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const ENVIRONMENT = { ...process.env };
type Configure = typeof configureVault;
type Properties = { readonly [name: string]: string };

const aws = useEmbeddedAws({ region: REGION });
const vault = useEmbeddedVault();
let secrets: SecretsManagerClient;

beforeAll(() => {
  secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
  const { accessKeyId, secretAccessKey } = aws.root(ACCOUNT);
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: REGION, AWS_ENDPOINT_URL: aws.endpoint,
  });
});

/** What others provide to the stores named external. */
beforeEach(async () => {
  await vault.call('POST', 'sys/auth/team', { type: 'aws' });
  await vault.call('POST', 'sys/mounts/team-kv', { type: 'kv', options: { version: '2' } });
  await vault.call('POST', 'sys/policies/acl/team-policy', { policy: 'path "team-kv/*" { capabilities = ["read"] }' });
});

afterEach(() => wipe(vault));

afterAll(() => {
  process.env = { ...ENVIRONMENT };
});

async function send(event: object, configure: Configure = configureVault): Promise<CustomResourceResponse> {
  return configure({ ...event }, {
    connection: {
      address: vault.address,
      vaultNamespace: '',
      connectionStack: 'Connection',
      administrator: { method: 'token', secretArn: 'arn', field: 'token' },
    },
    readSecret: async () => JSON.stringify({ token: vault.rootToken }),
    credentials: () => Promise.reject(new Error('no credentials are needed')),
    remainingTime: 30_000,
    print: () => {},
  });
}

/** The event that undoes an update. */
function rollbackOf(event: ContractEvent, physicalId = event.PhysicalResourceId): ContractEvent {
  const { ResourceProperties, OldResourceProperties } = event;
  return {
    ...event,
    PhysicalResourceId: physicalId,
    ResourceProperties: OldResourceProperties!,
    OldResourceProperties: ResourceProperties,
  };
}

const withProperties = (event: ContractEvent, change: object): ContractEvent => (
  { ...event, ResourceProperties: { ...event.ResourceProperties, ...change } }
);

async function policyExists(properties: Properties): Promise<boolean> {
  return (await vault.call('GET', `sys/policies/acl/${properties.Policy}`)).status === 200;
}

async function roleExists({ AuthMethod: method, AuthMount: mount, RoleName: name }: Properties): Promise<boolean> {
  return (await vault.call('GET', `auth/${mount}/${method === 'token' ? 'roles' : 'role'}/${name}`)).status === 200;
}

/** Whether the role is there, and the policy, as far as it is the store's. */
async function exist(properties: Properties): Promise<boolean> {
  const [policy, role] = [await policyExists(properties), await roleExists(properties)];
  const isExternal = properties.PolicyIsExternal === 'true';
  expect(policy).toBe(isExternal || role);
  return role;
}

const stores = versions().flatMap((version) => resourcesOf(version, 'store').map((resource) => [version, resource] as const));
const credentials = versions().flatMap((version) => resourcesOf(version, 'credential').map((resource) => [version, resource] as const));

describe.each(stores)('%s %s', (version, resource) => {
  const events = eventsOf(version, resource);
  const id = events.update.PhysicalResourceId!;

  test('is created, updated, rolled back and deleted', async () => {
    expect((await send(events.create)).PhysicalResourceId).toBe(id);
    expect(await exist(events.create.ResourceProperties)).toBe(true);
    expect((await send(events.update)).PhysicalResourceId).toBe(id);
    expect((await send(rollbackOf(events.update))).PhysicalResourceId).toBe(id);
    expect((await send(events.update)).PhysicalResourceId).toBe(id);
    expect((await send(events.delete)).PhysicalResourceId).toBe(id);

    expect(await exist(events.create.ResourceProperties)).toBe(false);
  });

  test('is replaced, and the old one is deleted', async () => {
    await send(events.create);
    await send(events.update);
    const replacement = await send(events.replace);
    expect(replacement.PhysicalResourceId).not.toBe(id);
    expect((await send(events.delete)).PhysicalResourceId).toBe(id);

    expect(await exist(events.update.ResourceProperties)).toBe(false);
    expect(await exist(events.replace.ResourceProperties)).toBe(true);
  });

  test('is replaced and rolled back', async () => {
    await send(events.create);
    await send(events.update);
    const { PhysicalResourceId: newId } = await send(events.replace);
    expect((await send(rollbackOf(events.replace, newId))).PhysicalResourceId).toBe(id);
    await send({ ...events.delete, PhysicalResourceId: newId, ResourceProperties: events.replace.ResourceProperties });

    expect(await exist(events.update.ResourceProperties)).toBe(true);
    expect(await exist(events.replace.ResourceProperties)).toBe(false);
  });
});

describe.each(credentials)('%s %s', (version, resource) => {
  const events = eventsOf(version, resource);
  const store = eventsOf(version, resource.replace('credential', 'store'));

  test('is created, updated and deleted', async () => {
    const { ARN: secretArn } = await secrets.send(new CreateSecretCommand({ Name: `${version}-${resource}` }));
    const real = (event: ContractEvent) => JSON.parse(JSON.stringify(event).replaceAll(SECRET_ARN, secretArn!)) as ContractEvent;
    await send(store.create);
    const { PhysicalResourceId: id, Data: data } = await send(real(events.create));
    expect(data).toEqual({ SecretArn: secretArn });
    const { SecretString: text } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
    expect(Object.values(JSON.parse(text!)).length).toBeGreaterThan(0);
    const update = { ...real(events.update), PhysicalResourceId: id };

    expect((await send(update)).PhysicalResourceId).toBe(id);
    expect((await send(rollbackOf(update))).PhysicalResourceId).toBe(id);
    expect((await send({ ...real(events.delete), PhysicalResourceId: id })).PhysicalResourceId).toBe(id);
  });
});

/** The function with a contract that was changed, as a copy of its own. */
function functionWith(change: { readonly [property: string]: Reader<unknown> }): Configure {
  let configure: Configure;
  jest.isolateModules(() => {
    Object.assign(jest.requireActual('../../src/vault/contract/store-properties').STORE_READERS, change);
    configure = jest.requireActual('../../lambda/configure-vault/index').configureVault;
  });
  return configure!;
}

describe('a later contract', () => {
  const { create, update, delete: deletion } = eventsOf('v1', 'store.aws');

  test('with a property that has a default takes the events of before', async () => {
    const later = functionWith({ flavour: withDefault(oneOf('plain', 'strong'), 'plain') });
    await send(create);

    expect((await send(update, later)).PhysicalResourceId).toBe(update.PhysicalResourceId);
    expect((await send(deletion, later)).PhysicalResourceId).toBe(update.PhysicalResourceId);
    expect(await exist(create.ResourceProperties)).toBe(false);
  });

  test('with a property that lacks a default refuses the update of before, and still deletes', async () => {
    const careless = functionWith({ flavour: oneOf('plain', 'strong') });
    await send(create);

    await expect(send(update, careless)).rejects.toThrow('Flavour undefined is none of plain, strong');
    await send(deletion, careless);
    expect(await exist(create.ResourceProperties)).toBe(false);
  });

  test('that is stricter of a setting still deletes, and still leaves the setting by an update', async () => {
    const stricter = functionWith({ tokenTtl: withDefault(oneOf('60') as Reader<unknown>, 60) });
    await send(create);

    await expect(send(update, stricter)).rejects.toThrow('TokenTtl "1800" is none of 60');
    await send(withProperties(update, { TokenTtl: undefined }), stricter);
    await send(deletion, stricter);
    expect(await exist(create.ResourceProperties)).toBe(false);
  });
});

describe('a newer template than the function', () => {
  const newer = { ContractVersion: String(CONTRACT_VERSION + 1), Flavour: 'strong' };
  const refused = `This resource was written by a newer cdk-zenml-secrets-store (contract version ${CONTRACT_VERSION + 1}) `
    + `than the function of its VaultConnection (contract version ${CONTRACT_VERSION}). Deploy the stack Connection first, then this one`;

  const newest = [...stores, ...credentials].filter(([version]) => version === `v${CONTRACT_VERSION}`);

  test.each(newest)('%s %s is refused by the name of the stack to deploy first', async (version, resource) => {
    const { create, update } = eventsOf(version, resource);
    const id = {
      PhysicalResourceId: update.PhysicalResourceId ?? 'zenml-vault-credential-055539df4a0b-055539df4a0b-055539df4a0b-accessor',
    };

    await expect(send(withProperties(create, newer))).rejects.toThrow(new Error(refused));
    await expect(send(withProperties({ ...update, ...id }, newer))).rejects.toThrow(new Error(refused));
  });

  test('whose deployment is rolled back is deleted by the function of before, which CloudFormation has restored', async () => {
    const { create, delete: deletion } = eventsOf('v1', 'store.aws');
    await send(create);
    await send(withProperties(deletion, newer));

    expect(await exist(create.ResourceProperties)).toBe(false);
  });

  test('of another type of resource is refused likewise', async () => {
    await expect(send({ ...eventsOf('v1', 'store.aws').create, ResourceType: 'Custom::ZenmlOther' })).rejects.toThrow(
      'ResourceType "Custom::ZenmlOther" is none of Custom::ZenmlVaultSecretsStore, Custom::ZenmlVaultCredential. '
      + 'If a newer cdk-zenml-secrets-store wrote it, deploy the stack Connection first, then this one');
  });

  test('that failed to create is deleted, and one that failed to update is rolled back', async () => {
    const { create, update } = eventsOf('v1', 'store.aws');
    const neverCreated = { RequestType: 'Delete', PhysicalResourceId: 'AWSCDK::CustomResourceProviderFramework::CREATE_FAILED' } as const;
    const failed = withProperties({ ...create, ...neverCreated }, newer);
    expect(await send(failed)).toEqual({ PhysicalResourceId: failed.PhysicalResourceId });

    await send(create);
    const { OldResourceProperties: before } = update;
    await send({ ...update, ResourceProperties: before, OldResourceProperties: { ...update.ResourceProperties, ...newer } });
    expect(await exist(create.ResourceProperties)).toBe(true);
  });

  test.each(['0', '1.5', '', undefined, 'one'])('that has the version %p is none of ours', async (version) => {
    await expect(send(withProperties(eventsOf('v1', 'store.aws').create, { ContractVersion: version })))
      .rejects.toThrow(`ContractVersion ${JSON.stringify(version)} is not a version`);
  });
});

describe('a role under an external policy that is bound to somebody else', () => {
  const { create, delete: deletion } = eventsOf('v1', 'store.external');
  const path = `auth/team/role/${create.ResourceProperties.RoleName}`;
  const theirs = 'arn:aws:iam::444455556666:role/theirs';
  const boundTo = async () => (await vault.call('GET', path)).body?.data?.bound_iam_principal_arn;

  beforeEach(async () => {
    await send(create);
    await vault.call('POST', path, { bound_iam_principal_arn: theirs });
  });

  test.each([[undefined], ['arn:aws:iam::715803424590:role/*']])('is not deleted for a principal %p', async (PrincipalArn) => {
    await expect(send(withProperties(deletion, { PrincipalArn }))).rejects.toThrow(/^PrincipalArn .* is not the ARN of one IAM role/);
    expect(await boundTo()).toEqual([theirs]);
  });
});

test.each(['Forget', 'PlanOnly', 'TakeOver'])('a Delete without %s deletes nothing', async (flag) => {
  const { create, delete: deletion } = eventsOf('v1', 'store.aws');
  await send(create);

  await expect(send(withProperties(deletion, { [flag]: undefined }))).rejects.toThrow(`${flag} undefined is none of true, false`);
  expect(await exist(create.ResourceProperties)).toBe(true);
});
