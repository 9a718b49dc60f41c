/*
 * What the template of the stack says of the workspace, and the hand-off does not: who it is. Only what CDK writes for this library's
 * constructs is understood; the rest is undefined.
 */

/** The pseudo parameters of the stack. */
export interface PseudoParameters {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly [name: string]: any };
}

/** `zenml-<workspace id>-<region>` */
const POLICY_NAME = /^zenml-([0-9a-f-]{36})-([a-z0-9-]+)$/;

/** What a stack says of a store in Vault. */
export interface DeclaredVaultStore {
  readonly principal?: string;
  readonly stsEndpoint?: string;
}

export class Template {
  private readonly resources: { readonly [logicalId: string]: Resource };

  constructor(body: string, private readonly pseudoParameters: PseudoParameters) {
    this.resources = resourcesOf(body);
  }

  /** Whom a role of the stack trusts. */
  public principalOfRole(roleName: string): string | undefined {
    const role = this.find('AWS::IAM::Role', ({ RoleName: name }) => this.resolve(name) === roleName);
    const [statement] = role?.AssumeRolePolicyDocument.Statement ?? [];
    return this.resolve(statement?.Condition?.StringEquals?.['aws:PrincipalArn'] ?? statement?.Principal?.AWS);
  }

  /** The workspace's own role, where the policy of a store in a region is on that. */
  public roleOfPolicy(region: string): string | undefined {
    const policy = this.find('AWS::IAM::Policy', ({ PolicyName: name }) => POLICY_NAME.exec(this.resolve(name) ?? '')?.[2] === region);
    return this.resolve(policy?.Roles?.[0]);
  }

  /** The id of the workspace, where the name of a store's policy has it. */
  public get workspaceId(): string | undefined {
    const policy = this.find('AWS::IAM::Policy', ({ PolicyName: name }) => POLICY_NAME.test(this.resolve(name) ?? ''));
    return POLICY_NAME.exec(this.resolve(policy?.PolicyName) ?? '')?.[1];
  }

  /** The logical ids of nested stacks. */
  public get nestedStacks(): string[] {
    return Object.entries(this.resources).filter(([, { Type: type }]) => type === 'AWS::CloudFormation::Stack').map(([id]) => id);
  }

  public vaultStore(roleName: string, authMount: string): DeclaredVaultStore {
    const isIt = ({ RoleName: name, AuthMount: mount }: any) => this.resolve(name) === roleName && this.resolve(mount) === authMount;
    const store = this.find(undefined, isIt);
    return { principal: this.resolve(store?.PrincipalArn), stsEndpoint: this.resolve(store?.StsEndpoint) };
  }

  private find(type: string | undefined, matches: (properties: any) => boolean): any {
    const ofType = Object.values(this.resources).filter((resource) => type === undefined || resource.Type === type);
    return ofType.find(({ Properties: properties = {} }) => matches(properties))?.Properties;
  }

  private resolve(value: any): string | undefined {
    if (typeof value === 'string') {
      return value;
    }
    if (typeof value?.Ref === 'string') {
      const { account, region, partition } = this.pseudoParameters;
      return new Map([['AWS::AccountId', account], ['AWS::Region', region], ['AWS::Partition', partition]]).get(value.Ref);
    }
    const [delimiter, parts] = value?.['Fn::Join'] ?? [];
    const resolved: (string | undefined)[] | undefined = parts?.map((part: unknown) => this.resolve(part));
    return resolved?.includes(undefined) ? undefined : resolved?.join(delimiter);
  }
}

/** A template in YAML was not made by CDK, and says nothing to us. */
function resourcesOf(body: string): { readonly [logicalId: string]: Resource } {
  try {
    return JSON.parse(body).Resources ?? {};
  } catch {
    return {};
  }
}
