import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, attachCustomSynthesis, CfnOutput, CustomResource, Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { CREDENTIAL_TYPE, VaultCredential } from './contract/credential-properties';
import { Variables } from './contract/environment';
import { connectionHash } from './contract/hash';
import { administratorRules } from './private/administrator-policy';
import { VaultAdministrator } from './vault-administrator';
import { VaultCertificateAuthority } from './vault-certificate-authority';
import * as types from '../core/prop-types';
import { grantReadOf } from '../core/secret-access';
import * as validation from '../core/validation';
import * as vaultRules from '../core/vault-rules';
import { writeProperties } from './contract/property-readers';
import { STORE_TYPE, VaultStore } from './contract/store-properties';

/**
 * Properties of `VaultConnection`.
 */
export interface VaultConnectionProps {
  /**
   * The address of the Vault: scheme, host and port, such as `https://vault.example.com:8200`. It has to be known at synthesis.
   */
  readonly address: string;

  /**
   * The namespace of Vault Enterprise, HCP or OpenBao in which everything is made, as its whole path, such as `admin/zenml`.
   * It has to be known at synthesis. A deployment is refused by a server that would silently ignore it.
   *
   * @default - the root namespace
   */
  readonly vaultNamespace?: string;

  /**
   * How the function logs in to Vault. It needs the policy `administratorPolicy`, and should have no other.
   */
  readonly administrator: VaultAdministrator;

  /**
   * The certificate authority of the Vault's certificate.
   *
   * @default - the public certificate authorities
   */
  readonly certificateAuthority?: VaultCertificateAuthority;

  /**
   * Whether `address`, and the `stsEndpoint` of a store, may begin with `http:`. Then tokens and secrets cross the network
   * in clear, so that this is for a test environment only, and the synthesis warns of it.
   *
   * @default false
   */
  readonly allowInsecureAddress?: boolean;

  /**
   * The VPC from which the function reaches the Vault. From there it also has to reach AWS Secrets Manager, through an endpoint
   * or NAT, if the administrator or the certificate authority is kept there, or if a store hands over a credential.
   *
   * @default - the function runs outside of any VPC and reaches a Vault on the internet
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of `vpc` for the function.
   *
   * @default - the private subnets with egress
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the function. Only with `vpc`.
   *
   * @default - a new one that lets everything out
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The role of the function, assumable by `lambda.amazonaws.com`. Give one to bind it in Vault before the first deployment. The
   * connection adds the permissions that the function needs, unless the role was imported with `mutable: false`.
   *
   * @default - a new role
   */
  readonly role?: iam.IRole;

  /**
   * The log group of the function and of CDK's provider framework before it. They log what was found and done, and no secret.
   *
   * @default - a new one that keeps its events for a year and stays when the stack goes
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * How long the function may take for one store, from 30 seconds to 14 minutes. It uses the time to wait for a Vault that is
   * sealed or overloaded, and keeps two fifths of it for undoing what has failed.
   *
   * @default Duration.minutes(2)
   */
  readonly timeout?: Duration;

  /**
   * The runtime of the function: Node.js 20 or newer. Others are an error.
   *
   * @default lambda.Runtime.NODEJS_24_X
   */
  readonly runtime?: lambda.Runtime;

  /**
   * Whether the stack has the output `AdministratorPolicy`. Where the policy has more than 200,000 bytes, the output names the file beside
   * the template that holds it.
   *
   * @default true
   */
  readonly outputs?: boolean;
}

const PROPS = types.object<VaultConnectionProps>({
  address: types.text(vaultRules.secureOrigin),
  vaultNamespace: types.optional(types.text(vaultRules.namespace)),
  administrator: types.instanceOf(VaultAdministrator, 'VaultAdministrator.token(secret)'),
  certificateAuthority: types.optional(types.instanceOf(VaultCertificateAuthority, 'VaultCertificateAuthority.fromPem(text)')),
  allowInsecureAddress: types.optional(types.flag),
  vpc: types.optional(types.vpc),
  vpcSubnets: types.optional(types.anyObject('Write one such as { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }')),
  securityGroups: types.optional(types.listOf(types.securityGroup)),
  role: types.optional(types.role),
  logGroup: types.optional(types.logGroup),
  timeout: types.optional(types.duration),
  runtime: types.optional(types.runtime),
  outputs: types.optional(types.flag),
});

interface ConfiguredStore {
  readonly scope: Construct;
  readonly store: VaultStore;
}

/**
 * The role of the function is allowed to write each credential, in inline policies, of which a role takes 10,240 characters. Its other
 * permissions need some hundred; then about so many for a credential, and more if there is a key.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
 */
const POLICIES_OF_CREDENTIALS = 9_500;
const [POLICY_OF_CREDENTIAL, POLICY_OF_KEY] = [240, 330];

/** All variables of a function together, in bytes. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_ENVIRONMENT = 4096;
/** No ARN of a secret is longer, with whatever is not known before the deployment. */
const LONGEST_TOKEN = 256;

/**
 * What an output may have, in bytes. CloudFormation documents no limit; somebody found all outputs of a stack together to be refused from
 * about 450,000 characters on: https://github.com/aws-amplify/amplify-backend/pull/946
 */
const MAX_OUTPUT = 200_000;

/** The function is built for it and for whatever comes after. */
const OLDEST_NODE = 20;

/** The framework's function also waits until ours is ready after an update, and answers CloudFormation. */
const TIME_OF_FRAMEWORK = Duration.minutes(3);

/**
 * A HashiCorp Vault (or OpenBao), and the one Lambda function that configures it for the `VaultSecretsStore`s which share this
 * connection.
 *
 * The function has the rights of a Vault administrator: whoever may invoke it, update it or pass its role is an
 * administrator of that Vault. It takes address, namespace, certificate authority and administrator from its own
 * configuration, never from an event, and may read the secrets named here and no others. It may write, but not read, the secrets with the
 * credentials of the stores whose authentication needs one.
 *
 * @see https://developer.hashicorp.com/vault/docs
 *
 * @example
 * new VaultConnection(this, 'Vault', {
 *   address: 'https://vault.example.com:8200',
 *   administrator: VaultAdministrator.token(
 *     secretsmanager.Secret.fromSecretCompleteArn(
 *       this, 'Token', 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:vault/zenml-AbCdEf',
 *     ),
 *   ),
 * });
 */
export class VaultConnection extends Construct implements ec2.IConnectable, iam.IGrantable {
  /**
   * The address of the Vault.
   */
  public readonly address: string;

  /**
   * The namespace in which everything is made.
   *
   * @default - undefined for the root namespace
   */
  public readonly vaultNamespace?: string;

  /**
   * The role of the function.
   */
  public readonly role: iam.IRole;

  /**
   * The principal of the function.
   */
  public readonly grantPrincipal: iam.IPrincipal;

  /**
   * The function that configures the Vault.
   */
  public readonly lambdaFunction: lambda.IFunction;

  /**
   * The log group of the function.
   */
  public readonly logGroup: logs.ILogGroup;

  /**
   * The policy of Vault, in HCL, that the administrator needs for the stores of this connection, and no more: exact paths,
   * pinned values, and only a look at what others provide. Have it written before the stores are deployed.
   *
   * A token: the stores are known only once the app is complete. A store of another stack whose values only its own
   * deployment knows is named in a comment, and has an output `AdministratorPolicy` of its own.
   *
   * The synthesis also writes it to a file beside the template, `<stack>.<id of the connection>.hcl`, unless it holds values that only the
   * deployment knows.
   */
  public readonly administratorPolicy: string;

  /** @internal */
  public readonly _allowInsecure: boolean;

  private readonly prefix: string;
  private readonly provider: Provider;
  private readonly serviceTimeout: Duration;
  private readonly stores: ConfiguredStore[] = [];
  private credentials = 0;
  private sizeOfCredentials = 0;

  constructor(scope: Construct, id: string, props: VaultConnectionProps) {
    super(scope, id);

    PROPS.check(this, 'props', props);
    this.address = props.address;
    this.vaultNamespace = props.vaultNamespace;
    this._allowInsecure = props.allowInsecureAddress ?? false;
    this.validate(props);
    this.prefix = props.administrator._prefix(this, props.vaultNamespace ?? '');
    const timeout = this.validTimeout(props.timeout);

    this.logGroup = props.logGroup ?? new logs.LogGroup(this, 'LogGroup', { retention: logs.RetentionDays.ONE_YEAR });
    this.role = props.role ?? new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `Configures the Vault at ${props.address} for ZenML`,
    });
    this.grantPrincipal = this.role;
    this.lambdaFunction = new lambda.Function(this, 'Function', {
      description: `Configures the Vault at ${props.address} for ZenML`,
      code: lambda.Code.fromAsset(join(__dirname, '../../assets/configure-vault')),
      handler: 'index.handler',
      runtime: this.validRuntime(props.runtime),
      memorySize: 256,
      timeout,
      environment: this.environment(props),
      role: this.role,
      logGroup: this.logGroup,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      securityGroups: props.securityGroups,
    });
    this.grantPermissions(props);

    const frameworkOnEventRole = new iam.Role(this, 'FrameworkRole', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `Invokes the function that configures the Vault at ${props.address} for ZenML`,
    });
    this.logGroup.grantWrite(frameworkOnEventRole);
    this.provider = new Provider(this, 'Provider', { onEventHandler: this.lambdaFunction, logGroup: this.logGroup, frameworkOnEventRole });
    this.serviceTimeout = timeout.plus(TIME_OF_FRAMEWORK);

    this.administratorPolicy = Lazy.uncachedString({ produce: ({ scope: consumer }) => this.renderPolicy(Stack.of(consumer)) });
    if (props.outputs ?? true) {
      new CfnOutput(this, 'AdministratorPolicy', {
        description: 'The policy that the administrator of this connection needs in Vault',
        value: Lazy.uncachedString({ produce: ({ scope: consumer }) => this.outputOf(this.renderPolicy(Stack.of(consumer))) }),
      });
    }
    attachCustomSynthesis(this, { onSynthesize: ({ outdir }) => this.writePolicy(outdir) });
  }

  /**
   * The network connections of the function. Only with `vpc`.
   */
  public get connections(): ec2.Connections {
    return this.lambdaFunction.connections;
  }

  /**
   * Has a store converged.
   *
   * @internal
   */
  public _configure(scope: Construct, store: VaultStore): CustomResource {
    const resource = new CustomResource(scope, 'Default', {
      resourceType: STORE_TYPE,
      serviceToken: this.provider.serviceToken,
      serviceTimeout: this.serviceTimeout,
      properties: writeProperties(store, connectionHash(this.address, this.vaultNamespace ?? '')),
    });
    this.stores.push({ scope, store });
    return resource;
  }

  /**
   * Counts what the function's role is allowed for one more credential: stores of several constructs, and stacks, share it.
   *
   * @internal
   */
  public _allowCredential(scope: Construct, hasKey: boolean): void {
    this.sizeOfCredentials += POLICY_OF_CREDENTIAL + (hasKey ? POLICY_OF_KEY : 0);
    this.credentials += 1;
    if (this.sizeOfCredentials > POLICIES_OF_CREDENTIALS) {
      throw validation.invalid(scope, 'connection', this.node.path,
        `serves ${this.credentials} credentials, more than the policies of its role have room for`,
        'Make another VaultConnection for this store, or use VaultAuthentication.aws(), which has no credentials');
    }
  }

  /**
   * Has a credential made for a store, put into its secret, and in the end destroyed.
   *
   * @internal
   */
  public _addCredential(scope: Construct, id: string, credential: VaultCredential): CustomResource {
    return new CustomResource(scope, id, {
      resourceType: CREDENTIAL_TYPE,
      serviceToken: this.provider.serviceToken,
      serviceTimeout: this.serviceTimeout,
      properties: writeProperties(credential, connectionHash(this.address, this.vaultNamespace ?? '')),
    });
  }

  /**
   * The policy for a store of another stack, if the policy as this stack sees it cannot show it.
   *
   * @internal
   */
  public _hiddenPolicy(scope: Construct, store: VaultStore): string | undefined {
    const policy = this.rulesOf([store]);
    return Stack.of(scope) !== Stack.of(this) && Token.isUnresolved(policy) ? policy : undefined;
  }

  private rulesOf(stores: VaultStore[]): string {
    return administratorRules(stores, this.prefix);
  }

  private renderPolicy(consumer: Stack): string {
    if (this.stores.length === 0) {
      return '# No store uses this connection yet.\n'; // an output has to have a value
    }
    const isShown = ({ scope, store }: ConfiguredStore) => Stack.of(scope) === consumer || !Token.isUnresolved(this.rulesOf([store]));
    const hidden = this.stores.filter((entry) => !isShown(entry))
      .map(({ scope }) => `# See also the output AdministratorPolicy of ${scope.node.path}, `
        + 'whose values are known in its own stack only.\n');
    return [...hidden, this.rulesOf(this.stores.filter(isShown).map(({ store }) => store))].join('');
  }

  private get policyFile(): string {
    const stack = Stack.of(this);
    return `${stack.artifactId}.${this.node.path.slice(stack.node.path.length + 1).replace(/[^A-Za-z0-9-]/g, '-')}.hcl`;
  }

  private outputOf(policy: string): string {
    const size = Buffer.byteLength(policy);
    return size <= MAX_OUTPUT || Token.isUnresolved(policy) ? policy
      : `# The policy has ${size} bytes, too many for an output. `
        + `The synthesis writes it to the file ${this.policyFile} beside the template.\n`;
  }

  private writePolicy(outdir: string) {
    const [file, policy] = [join(outdir, this.policyFile), this.renderPolicy(Stack.of(this))];
    if (Token.isUnresolved(policy)) {
      rmSync(file, { force: true }); // of an earlier synthesis
    } else {
      writeFileSync(file, policy);
    }
  }

  private validate(props: VaultConnectionProps) {
    for (const prop of ['address', 'vaultNamespace'] as const) {
      if (Token.isUnresolved(props[prop])) {
        throw validation.invalid(this, prop, props[prop], 'is known only at deployment',
          'Write it out, or take it from the context: it decides where an administrator\'s credentials are sent');
      }
    }
    (this._allowInsecure ? vaultRules.anyOrigin : vaultRules.secureOrigin).check(this, 'address', props.address);
    if (props.vaultNamespace !== undefined) {
      vaultRules.namespace.check(this, 'vaultNamespace', props.vaultNamespace);
    }
    if (props.address.startsWith('http:')) {
      Annotations.of(this).addWarningV2('cdk-zenml-secrets-store:insecureAddress',
        `${props.address} is not https: tokens and secrets cross the network in clear`);
    }
    props.administrator._validate(this);
    if (props.administrator._login.method === 'aws' && props.role === undefined) {
      Annotations.of(this).addWarningV2('cdk-zenml-secrets-store:administratorRole',
        'VaultAdministrator.aws() logs in with the role of the function, which Vault has to know before the first deployment. '
        + 'Give the connection a role whose ARN is bound to the administrator\'s role of Vault');
    }
    props.certificateAuthority?._validate(this);

    const withoutVpc = (['vpcSubnets', 'securityGroups'] as const).filter((prop) => props.vpc === undefined && props[prop] !== undefined);
    if (withoutVpc.length > 0) {
      throw new Error(`${this.node.path}: ${withoutVpc.join(', ')} would have no effect without vpc. `
        + `Give a vpc, or leave ${withoutVpc.join(', ')} out.`);
    }
  }

  private validTimeout(timeout = Duration.minutes(2)): Duration {
    const seconds = timeout.isUnresolved() ? NaN : timeout.toMilliseconds() / 1000;
    if (!(seconds >= 30 && seconds <= 14 * 60)) {
      throw validation.invalid(this, 'timeout', seconds, 'is not from 30 to 840 seconds',
        'Write it such as Duration.minutes(5): CDK\'s provider framework, which waits for the function, ends after 15 minutes');
    }
    return timeout;
  }

  private validRuntime(runtime = lambda.Runtime.NODEJS_24_X): lambda.Runtime {
    const [, version] = /^nodejs(\d+)\.x$/.exec(runtime.name) ?? [];
    if (!(Number(version) >= OLDEST_NODE)) {
      throw validation.invalid(this, 'runtime', runtime.name, `is not Node.js ${OLDEST_NODE} or newer, for which the function is built`,
        'Write one such as Runtime.NODEJS_22_X, or leave it out');
    }
    return runtime;
  }

  private environment(props: VaultConnectionProps): { [variable: string]: string } {
    const { administrator, certificateAuthority } = props;
    const variables: Variables = {
      ADDRESS: props.address,
      VAULT_NAMESPACE: props.vaultNamespace,
      ADMINISTRATOR: Stack.of(this).toJsonString(administrator._login),
      CONNECTION_STACK: Stack.of(this).stackName,
      CERTIFICATE_AUTHORITY: certificateAuthority?._pem,
      CERTIFICATE_AUTHORITY_SECRET: certificateAuthority?._secret?.secretArn,
    };
    const present = Object.entries(variables).filter(([, value]) => value !== undefined);
    const counted = Object.entries({ ...Object.fromEntries(present), ADMINISTRATOR: JSON.stringify(administrator._login) });
    const size = Buffer.byteLength(counted.flat().join('').replace(/\$\{Token\[[^\]]*\]\}/g, 'x'.repeat(LONGEST_TOKEN)));
    if (size > MAX_ENVIRONMENT) {
      throw validation.invalid(this, 'certificateAuthority', size,
        `bytes with the rest of the function's environment are more than the ${MAX_ENVIRONMENT} that Lambda takes`,
        'Keep the PEM in a secret and use VaultCertificateAuthority.fromSecret');
    }
    return Object.fromEntries(present);
  }

  /** Exactly what the function needs, in place of the broader managed policies of AWS. */
  private grantPermissions(props: VaultConnectionProps) {
    this.logGroup.grantWrite(this.role);
    const secrets = [
      ['administrator', props.administrator._secret],
      ['certificateAuthority', props.certificateAuthority?._secret],
    ] as const;
    for (const [prop, secret] of secrets) {
      if (secret !== undefined) {
        grantReadOf(this, prop, secret, this.role);
      }
    }
    if (props.vpc !== undefined) {
      this.role.addToPrincipalPolicy(new iam.PolicyStatement({
        sid: 'NetworkInterfacesOfTheFunction',
        // Those of AWSLambdaVPCAccessExecutionRole, which AWS does not limit to the interfaces of one function either.
        // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
        actions: [
          'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface',
          'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses',
        ],
        resources: ['*'],
      }));
    }
  }
}
