import { Annotations, CustomResource, SecretValue, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { refuseRetention } from '../../core/removal';
import { credentialMethod, CredentialMethodName } from '../contract/auth-methods';
import { CREDENTIAL_TYPE } from '../contract/credential-properties';
import { VaultStore } from '../contract/store-properties';
import type { VaultConnection } from '../vault-connection';

export interface VaultCredentialsProps {
  readonly connection: VaultConnection;
  readonly store: VaultStore;
  /** The way in which the store's workspace logs in. */
  readonly method: CredentialMethodName;
  /** What makes the role in Vault. */
  readonly resource: CustomResource;
  /** The credential to hand over, and then the one that stays valid beside it. */
  readonly serials: [number, number?];
  readonly encryptionKey?: kms.IKey;
}

/**
 * The credentials of Vault that a workspace without an AWS role is given. Each has a secret of its own, into which the function of the
 * connection puts it, and from which CloudFormation takes it into the hand-off: so a rollback finds the one before as it was.
 */
export class VaultCredentials {
  /** The secret fields of the configuration. */
  public readonly secretFields: { readonly [field: string]: SecretValue };
  /** What has made the credential to hand over. */
  public readonly resource: CustomResource;

  constructor(private readonly scope: Construct, private readonly props: VaultCredentialsProps) {
    const [serial, previousSerial] = props.serials;
    this.resource = this.createCredential(serial, false);
    if (previousSerial !== undefined) {
      this.createCredential(previousSerial, true);
    }
    this.secretFields = Object.fromEntries(Object.entries(credentialMethod(props.method).secretFields)
      .map(([field, jsonField]) => [field, SecretValue.secretsManager(this.resource.getAttString('SecretArn'), { jsonField })]));
    this.warn();
  }

  private createCredential(serial: number, retiring: boolean): CustomResource {
    const { connection, method, resource, encryptionKey, store } = this.props;
    const secret = new secretsmanager.Secret(this.scope, `Credential${serial}Secret`, {
      description: `The credential ${serial} of ZenML for Vault, as the hand-off takes it from here`,
      encryptionKey,
    });
    // Empty, so that CloudFormation has no value of its own to put in place of the credential.
    (secret.node.defaultChild as secretsmanager.CfnSecret).generateSecretString = undefined;
    const credential = connection._addCredential(this.scope, `Credential${serial}`, {
      authMethod: method,
      authMount: store.authMount,
      roleName: store.roleName,
      policy: store.policy,
      tokenTtl: store.tokenTtl,
      tokenBoundCidrs: store.tokenBoundCidrs,
      tokenNoDefaultPolicy: store.tokenNoDefaultPolicy,
      secretIdTtl: store.secretIdTtl,
      serial,
      retiring,
      secretArn: secret.secretArn,
      forget: store.forget,
    });
    credential.node.addDependency(resource, this.allowPut(serial, secret));
    refuseRetention(credential, CREDENTIAL_TYPE);
    return credential;
  }

  /** To put, and not to get. A policy of this stack, as the connection may be in another one, which this one depends on. */
  private allowPut(serial: number, secret: secretsmanager.ISecret): iam.Policy {
    const { region, urlSuffix } = Stack.of(this.scope);
    const { encryptionKey, connection } = this.props;
    connection._allowCredential(this.scope, encryptionKey !== undefined);
    const policy = new iam.Policy(this.scope, `PutCredential${serial}`, {
      statements: [
        new iam.PolicyStatement({ actions: ['secretsmanager:PutSecretValue'], resources: [secret.secretArn] }),
        ...encryptionKey === undefined ? [] : [new iam.PolicyStatement({
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [encryptionKey.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.${urlSuffix}` } },
        })],
      ],
    });
    connection.role.attachInlinePolicy(policy); // unless the role was imported as one that takes none
    return policy;
  }

  private warn() {
    const { label, expires } = credentialMethod(this.props.method);
    Annotations.of(this.scope).addWarningV2('cdk-zenml-secrets-store:vaultCredential',
      `A ${label} of Vault is handed over to ZenML, and is good until it is replaced or ends. `
      + 'VaultAuthentication.aws() hands over nothing secret. '
      + 'If it has to be: let one person read it by grantReadConfiguration, and replace it by serial');
    if (expires) {
      Annotations.of(this.scope).addWarningV2('cdk-zenml-secrets-store:expiringToken',
        `The token ends after ${this.props.store.tokenTtl} seconds, and ZenML does not renew it: `
        + 'the workspace then loses its secrets until another one is handed over. '
        + 'VaultAuthentication.appRole() has no such date');
    }
  }
}
