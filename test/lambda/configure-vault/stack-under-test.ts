import { randomUUID } from 'node:crypto';
import { CustomResourceResponse } from '../../../lambda/configure-vault/cloudformation-response';
import { configureVault, Runtime } from '../../../lambda/configure-vault/index';
import { writeProperties } from '../../../src/vault/contract/property-readers';
import { STORE_TYPE, VaultStore } from '../../../src/vault/contract/store-properties';
import { administratorRules } from '../../../src/vault/private/administrator-policy';
import { EmbeddedVault } from '../../emulators/embedded-vault';
import { FaultProxy } from '../../emulators/fault-proxy';

export const WORKSPACE = '123e4567-e89b-12d3-a456-426614174000';
export const OTHER_WORKSPACE = '9b2c7a10-4d5e-4f60-8a7b-0c1d2e3f4a5b';

/** A store of all defaults but the mount of its logins, which is not the shared `aws`. */
export function storeOf(change: Partial<VaultStore> = {}): VaultStore {
  const workspaceId = change.workspaceId ?? WORKSPACE;
  const roleName = change.roleName ?? `zenml-${workspaceId}`;
  return {
    workspaceId,
    authMethod: 'aws',
    principalArn: `arn:aws:iam::715803424590:role/zenml-${workspaceId}`,
    authMount: 'zenml-aws',
    authMountIsExternal: false,
    headerValue: workspaceId,
    stsEndpoint: '',
    stsRegion: '',
    roleName,
    tokenTtl: 3600,
    tokenMaxTtl: 86400,
    tokenBoundCidrs: [],
    secretIdBoundCidrs: [],
    secretIdTtl: 0,
    tokenNoDefaultPolicy: false,
    policy: roleName,
    policyIsExternal: false,
    kvMount: `secrets-${workspaceId}`,
    kvMountIsExternal: false,
    kvRemoval: 'keep',
    takeOver: false,
    planOnly: false,
    forget: false,
    ...change,
  };
}

/** Stores whose workspace is handed a credential. */
export const CREDENTIAL_STORES = {
  app_role: storeOf({ authMethod: 'app_role', authMount: 'zenml-approle', principalArn: '', headerValue: '' }),
  token: storeOf({
    authMethod: 'token', authMount: 'token', authMountIsExternal: true, principalArn: '', headerValue: '', tokenTtl: 86400,
  }),
};

/** What CloudFormation sends beside the properties. */
interface CloudFormationEvent {
  readonly logicalId?: string;
  readonly physicalId?: string;
  readonly previous?: VaultStore;
  /** That of an event which comes twice; by default a new one. */
  readonly requestId?: string;
}

/**
 * A stack with one store, whose events reach the handler as CloudFormation sends them, under an administrator who has the policy
 * that the library renders for the stores of the event, and no other.
 */
export class StackUnderTest {
  public readonly stackId: string;
  public logicalId = 'Store';
  /** What the handler printed. */
  public readonly lines: { [field: string]: any }[] = [];
  public runtime: Partial<Runtime> = {};
  private token?: string;
  private deployed?: { readonly physicalId: string; readonly store: VaultStore };

  constructor(private readonly vault: EmbeddedVault, private readonly proxy: FaultProxy, name = 'Zenml') {
    this.stackId = `arn:aws:cloudformation:eu-central-1:111122223333:stack/${name}/0f8fad5b`;
  }

  public get physicalId(): string {
    return this.deployed!.physicalId;
  }

  /** Creates the store, or updates it; after a replacement the old generation is deleted, as CloudFormation does it. */
  public async deploy(store: VaultStore): Promise<CustomResourceResponse> {
    const { deployed } = this;
    if (deployed === undefined) {
      const created = await this.send('Create', store);
      this.deployed = { physicalId: created.PhysicalResourceId, store };
      return created;
    }
    const updated = await this.send('Update', store, { physicalId: deployed.physicalId, previous: deployed.store });
    this.deployed = { physicalId: updated.PhysicalResourceId, store };
    if (updated.PhysicalResourceId !== deployed.physicalId) {
      await this.send('Delete', deployed.store, { physicalId: deployed.physicalId });
    }
    return updated;
  }

  /** Gives the store another logical id, which CloudFormation takes for a new resource and the removal of the old one. */
  public async rename(logicalId: string): Promise<void> {
    const { store, physicalId } = this.deployed!;
    const old = this.logicalId;
    this.logicalId = logicalId;
    const created = await this.send('Create', store);
    this.deployed = { physicalId: created.PhysicalResourceId, store };
    await this.send('Delete', store, { logicalId: old, physicalId });
  }

  public async delete(change: Partial<VaultStore> = {}): Promise<void> {
    const { store, physicalId } = this.deployed!;
    await this.send('Delete', { ...store, ...change }, { physicalId });
  }

  public async send(
    type: 'Create' | 'Update' | 'Delete', store: VaultStore, { logicalId, physicalId, previous, requestId }: CloudFormationEvent = {},
  ): Promise<CustomResourceResponse> {
    await this.appoint([store, ...(previous === undefined ? [] : [previous])]);
    return this.sendEvent({
      RequestType: type,
      RequestId: requestId ?? randomUUID(),
      StackId: this.stackId,
      LogicalResourceId: logicalId ?? this.logicalId,
      ...(physicalId === undefined ? {} : { PhysicalResourceId: physicalId }),
      ResourceProperties: { ServiceToken: 'arn', ...writeProperties(store, 'hash') },
      ...(previous === undefined ? {} : { OldResourceProperties: { ServiceToken: 'arn', ...writeProperties(previous, 'hash') } }),
    });
  }

  public async sendEvent(event: object): Promise<CustomResourceResponse> {
    const { token } = this;
    return configureVault({ ResourceType: STORE_TYPE, ...event }, {
      connection: {
        address: this.proxy.address,
        vaultNamespace: '',
        connectionStack: 'Vault',
        administrator: { method: 'token', secretArn: 'arn', field: 'token' },
      },
      readSecret: async () => JSON.stringify({ token }),
      credentials: () => Promise.reject(new Error('no credentials are needed')),
      remainingTime: 30_000,
      print: (line) => this.lines.push(JSON.parse(line)),
      ...this.runtime,
    });
  }

  /** Lets the administrator do what these stores need, and nothing else. */
  public async appoint(stores: VaultStore[]): Promise<string> {
    await this.vault.call('POST', 'sys/policies/acl/administrator', { policy: administratorRules(stores) });
    if (this.token === undefined) {
      const { body } = await this.vault.call('POST', 'auth/token/create', { policies: ['administrator'], no_default_policy: true });
      this.token = body.auth.client_token as string;
    }
    return this.token;
  }
}
