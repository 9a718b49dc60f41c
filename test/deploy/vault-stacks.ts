import { setTimeout as sleep } from 'node:timers/promises';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { App, Aws, CfnOutput, CfnWaitCondition, CfnWaitConditionHandle, Duration, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { VaultAdministrator, VaultConnection, VaultSecretsStore, VaultSecretsStoreProps, ZenmlWorkspace } from '../../src';
import { STORE_TYPE } from '../../src/vault/contract/store-properties';
import { uploadAssets } from '../emulators/assets';
import { CloudFormation, DeployedStack } from '../emulators/cloudformation';
import { EmbeddedAws } from '../emulators/embedded-aws';
import { EmbeddedVault } from '../emulators/embedded-vault';
import { invoke } from '../emulators/lambda-function';
import { ACCOUNT, REGION, WORKSPACE_ID } from '../scenarios';

const CONNECTION_STACK = 'Vault';

export interface StoreInStack extends Partial<VaultSecretsStoreProps> {
  /** The id of the construct. */
  readonly id?: string;
}

/** A stack of one store, as it was deployed. */
export interface DeployedStore extends DeployedStack {
  /** What CloudFormation would send to the function to have the store deleted. */
  readonly deletion: { readonly [field: string]: any };
}

/** What a deployment in vain says if nothing else failed in it, nor in its rollback. */
export const IN_VAIN = /^(?!.*^Store|.*^Renamed)(?=.*^Later\d+: .*failed on purpose)/ms;

/**
 * Stacks of one store each, and the stack of the connection that serves them all. They are deployed one by one from an app that is
 * synthesized anew each time, as from the working copies of one app or of several.
 */
export class VaultStacks {
  /** @param address Where the function reaches the Vault. */
  public static async create(
    aws: EmbeddedAws, cloudFormation: CloudFormation, vault: EmbeddedVault, address: string,
  ): Promise<VaultStacks> {
    const { body } = await vault.call('POST', 'auth/token/create', { policies: ['administrator'], no_default_policy: true });
    const secrets = new SecretsManagerClient(aws.client(aws.root(ACCOUNT), REGION));
    const { ARN: secretArn } = await secrets.send(new CreateSecretCommand({
      Name: 'vault/administrator', SecretString: JSON.stringify({ token: body.auth.client_token }),
    }));
    const stacks = new VaultStacks(aws, cloudFormation, vault, address, secretArn!);
    await stacks.deployConnection();
    return stacks;
  }

  private functionName = '';
  private generation = 0;
  private failures = 0;
  private policies: string[] = [];

  private constructor(
    private readonly aws: EmbeddedAws,
    private readonly cloudFormation: CloudFormation,
    private readonly vault: EmbeddedVault,
    private readonly address: string,
    private readonly administrator: string,
  ) {}

  /** From here on the stacks are others, and the administrator knows none of the earlier ones. */
  public startAnew() {
    this.generation += 1;
    this.policies = [];
  }

  public async deploy(name: string, store: StoreInStack): Promise<DeployedStore> {
    return this.deployStack(name, store);
  }

  /** Deploys the stack with another resource, which waits for the store, takes its time and fails. CloudFormation rolls back. */
  public async deployInVain(name: string, store: StoreInStack, meanwhile = async () => {}): Promise<void> {
    const later = `Later${++this.failures}`;
    const deployment = this.deployStack(name, store, later);
    const ended = deployment.then(() => true, () => true);
    let events = await this.eventsOf(name);
    while (!events.some(({ LogicalResourceId: id }) => id === later)) {
      if (await Promise.race([ended, sleep(50, false)])) {
        break; // before it came to that resource
      }
      events = await this.eventsOf(name);
    }
    const handle = events.find(({ LogicalResourceId: id, PhysicalResourceId: url }) => id === `${later}Handle` && url)?.PhysicalResourceId;
    try {
      await meanwhile();
    } finally {
      await this.signalFailure(later, handle);
    }
    await deployment;
  }

  /** Deploys the stack without a store. */
  public async removeStore(name: string): Promise<void> {
    await this.deployStack(name);
  }

  public async delete(name: string): Promise<void> {
    await this.cloudFormation.delete(this.nameOf(name));
  }

  /** Lets the administrator do what a store needs that is not deployed. */
  public async appoint(store: StoreInStack): Promise<void> {
    const { connection, build } = this.app();
    build('Any', store);
    await this.extendPolicy(Stack.of(connection).resolve(connection.administratorPolicy));
  }

  /** Sends an event to the function, past CloudFormation. */
  public async send(event: object): Promise<any> {
    return invoke(this.aws, ACCOUNT, REGION, this.functionName, event);
  }

  private async signalFailure(later: string, handle?: string) {
    if (handle !== undefined) {
      const signal = { Status: 'FAILURE', Reason: 'failed on purpose', UniqueId: later, Data: '' };
      // As bytes, since the request must have no content type.
      const { status } = await fetch(handle, { method: 'PUT', body: Buffer.from(JSON.stringify(signal)) });
      expect(status).toBe(200);
    }
  }

  private async deployConnection() {
    const { app, connection, build } = this.app();
    build('Any', {}); // for which the connection exports what stores import
    const artifact = app.synth().getStackByName(connection.node.scope!.node.id);
    await uploadAssets(this.aws, ACCOUNT, REGION, artifact);
    const { resources } = await this.cloudFormation.deploy(CONNECTION_STACK, artifact.template);
    [, this.functionName] = Object.entries(resources).find(([id]) => /^VaultFunction[0-9A-F]{8}$/.test(id))!;
  }

  private async deployStack(name: string, store?: StoreInStack, later?: string): Promise<DeployedStore> {
    const { app, connection, build } = this.app();
    const stack = build(this.nameOf(name), store, later);
    await this.extendPolicy(Stack.of(connection).resolve(connection.administratorPolicy));
    const { template } = app.synth().getStackByName(stack.stackName);
    const deployed = await this.cloudFormation.deploy(stack.stackName, template);
    const [[logicalId, resource] = ['', undefined]] = Object.entries<any>(template.Resources).filter(([, { Type }]) => Type === STORE_TYPE);
    return {
      ...deployed,
      deletion: {
        RequestType: 'Delete',
        RequestId: 'a-late-one',
        StackId: deployed.outputs.StackId,
        ResourceType: STORE_TYPE,
        LogicalResourceId: logicalId,
        PhysicalResourceId: deployed.resources[logicalId],
        ResourceProperties: { ...resource?.Properties, ServiceToken: 'arn' },
      },
    };
  }

  private app() {
    const app = new App();
    const env = { account: ACCOUNT, region: REGION };
    const stackOfConnection = new Stack(app, CONNECTION_STACK, { env });
    const connection = new VaultConnection(stackOfConnection, 'Vault', {
      address: this.address,
      allowInsecureAddress: true,
      timeout: Duration.seconds(30),
      administrator: VaultAdministrator.token(secretsmanager.Secret.fromSecretCompleteArn(stackOfConnection, 'Token', this.administrator)),
    });
    const build = (stackName: string, store?: StoreInStack, later?: string) => {
      const stack = new Stack(app, stackName, { env });
      new CfnWaitConditionHandle(stack, 'Nothing'); // as a stack needs a resource
      new CfnOutput(stack, 'StackId', { value: Aws.STACK_ID });
      const construct = store && new VaultSecretsStore(stack, store.id ?? 'Store', {
        workspace: ZenmlWorkspace.fromId(WORKSPACE_ID), connection, ...store,
      });
      if (later !== undefined) {
        const handle = new CfnWaitConditionHandle(stack, `${later}Handle`).ref;
        new CfnWaitCondition(stack, later, { handle, timeout: '60', count: 1 }).node.addDependency(construct!);
      }
      return stack;
    };
    return { app, connection, build };
  }

  /** The administrator keeps what the last deployments needed, for a rollback or a removal, as docs/vault.md says. */
  private async extendPolicy(policy: string) {
    if (policy !== '' && !this.policies.includes(policy)) {
      this.policies.push(policy);
    }
    await this.vault.call('POST', 'sys/policies/acl/administrator', { policy: this.policies.join('\n') });
  }

  private nameOf(name: string): string {
    return `${name}${this.generation}`;
  }

  /** None, if the stack is not there yet. */
  private async eventsOf(name: string) {
    return this.cloudFormation.events(this.nameOf(name)).catch((error) => {
      if (/does not exist/.test(error.message)) {
        return [];
      }
      throw error;
    });
  }
}
