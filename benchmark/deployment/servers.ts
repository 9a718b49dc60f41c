import { randomUUID } from 'node:crypto';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Functions } from './functions';
import { Dependencies, inOrder, reversed } from './graph';
import { ACCOUNT, AUTH_MOUNT, dependenciesOf, REGION, SynthesizedStack, synthesize } from './stack';
import { Administrator } from '../../src/vault/contract/environment';
import { uploadAssets } from '../../test/emulators/assets';
import { CloudFormation } from '../../test/emulators/cloudformation';
import { EmbeddedAws } from '../../test/emulators/embedded-aws';
import { EmbeddedVault } from '../../test/emulators/embedded-vault';
import { FaultProxy } from '../../test/emulators/fault-proxy';
import { wipe } from '../../test/lambda/configure-vault/vault-under-test';
import { BundledFunction } from '../handler/function';

const TOKEN = 'administrator';

/** Seconds. */
export interface Times {
  readonly create: number;
  readonly delete: number;
  /** How many stores were in work at a time at most. */
  readonly most: number;
}

/** A Vault whose administrator may do what the stack needs, and an AWS into whose account the stack may be deployed. */
export class Servers {
  public static async start(stores: number): Promise<Servers> {
    const [aws, vault] = await Promise.all([new EmbeddedAws().start(), new EmbeddedVault().start()]);
    const proxy = await new FaultProxy(vault).start();
    const secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
    const { ARN: tokenArn } = await secrets.send(new CreateSecretCommand({
      Name: 'vault/administrator', SecretString: JSON.stringify({ token: TOKEN }),
    }));
    await vault.call('POST', 'auth/token/create', { id: TOKEN, policies: ['administrator'], no_default_policy: true });
    return new Servers(aws, vault, proxy, tokenArn!, synthesize(stores, proxy.address, tokenArn!));
  }

  private constructor(
    private readonly aws: EmbeddedAws,
    private readonly vault: EmbeddedVault,
    private readonly proxy: FaultProxy,
    private readonly tokenArn: string,
    public readonly stack: SynthesizedStack,
  ) {}

  /** The instances of the bundle, with the environment that the function of the connection has. */
  public functions(node: string, bundle: string): Functions {
    const administrator: Administrator = { method: 'token', secretArn: this.tokenArn, field: 'token' };
    return new Functions(() => new BundledFunction(node, bundle, {
      ADDRESS: this.proxy.address,
      ADMINISTRATOR: JSON.stringify(administrator),
      CONNECTION_STACK: 'Zenml',
      AWS_ENDPOINT_URL: this.aws.endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'test',
    }));
  }

  /**
   * Sends the function the events of the template's stores, each as soon as its dependencies allow, first those of the creation, then
   * those of the deletion in reverse.
   */
  public async sendEvents(functions: Functions, template: any, latency: number): Promise<Times> {
    await this.empty();
    this.proxy.latency = latency;
    const dependencies = dependenciesOf(template);
    const physicalIds = new Map<string, string>();
    const send = (type: 'Create' | 'Delete') => async (id: string) => {
      const { Type: resourceType, Properties: properties } = template.Resources[id];
      const { PhysicalResourceId: physicalId } = await functions.invoke({
        RequestType: type,
        RequestId: randomUUID(),
        StackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Zenml/0f8fad5b`,
        LogicalResourceId: id,
        PhysicalResourceId: physicalIds.get(id),
        ResourceType: resourceType,
        ResourceProperties: { ...properties, ServiceToken: 'arn' },
      });
      physicalIds.set(id, physicalId);
    };
    const [create, most] = await this.timed(() => inOrder(dependencies, send('Create')));
    await this.assertCreated(dependencies);
    const [deletion, mostDeleted] = await this.timed(() => inOrder(reversed(dependencies), send('Delete')));
    await this.assertDeleted();
    return { create, delete: deletion, most: Math.max(most, mostDeleted) };
  }

  /** The whole stack, function and all, by CloudFormation. */
  public async deploy(template: any): Promise<Omit<Times, 'most'>> {
    await this.empty();
    this.proxy.latency = 0;
    const cloudFormation = new CloudFormation(this.aws, ACCOUNT, REGION);
    await cloudFormation.pretendBootstrap();
    await uploadAssets(this.aws, ACCOUNT, REGION, this.stack.artifact);
    const [create] = await this.timed(() => cloudFormation.deploy('Zenml', template));
    await this.assertCreated(dependenciesOf(template));
    const [deletion] = await this.timed(() => cloudFormation.delete('Zenml'));
    await this.assertDeleted();
    return { create, delete: deletion };
  }

  public async stop(): Promise<void> {
    await this.proxy.stop();
    await Promise.all([this.vault.stop(), this.aws.stop()]);
  }

  private async timed<T>(action: () => Promise<T>): Promise<[number, T]> {
    const start = performance.now();
    const result = await action();
    return [(performance.now() - start) / 1000, result];
  }

  private async empty(): Promise<void> {
    this.proxy.next();
    this.proxy.latency = 0;
    await wipe(this.vault);
    await this.vault.call('POST', 'sys/policies/acl/administrator', { policy: this.stack.administratorPolicy });
  }

  /** What is measured is a deployment that came about. */
  private async assertCreated(dependencies: Dependencies): Promise<void> {
    const { body } = await this.vault.call('GET', `auth/${AUTH_MOUNT}/role?list=true`);
    const [roles, stores] = [body?.data?.keys?.length ?? 0, Object.keys(dependencies).length];
    if (roles !== stores) {
      throw new Error(`After the creation of ${stores} stores there are ${roles} roles on the auth mount.`);
    }
  }

  private async assertDeleted(): Promise<void> {
    const { body } = await this.vault.call('GET', 'sys/auth');
    if (`${AUTH_MOUNT}/` in body.data) {
      throw new Error('After the deletion of all stores the auth mount is still there.');
    }
  }
}
