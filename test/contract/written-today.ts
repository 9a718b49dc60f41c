import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ContractEvent, ContractEvents } from './events';
import {
  VaultAdministrator, VaultAuthentication, VaultAuthMount, VaultConnection, VaultKvMount, VaultPolicy, VaultSecretsStore,
  VaultSecretsStoreProps, ZenmlWorkspace,
} from '../../src';
import { CREDENTIAL_TYPE } from '../../src/vault/contract/credential-properties';
import { STORE_TYPE } from '../../src/vault/contract/store-properties';

const WORKSPACE_ID = '123e4567-e89b-12d3-a456-426614174000';
const STACK_ID = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Zenml/0f8fad5b-d9cb-469f-a165-70867728950e';
export const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:Credential-AbCdEf';

type Change = Partial<VaultSecretsStoreProps>;
type Properties = { readonly [name: string]: string };

/** A store of each way to log in, and one of which others provide all but the role: as it is created, and as an update changes it. */
const STORES: { readonly [name: string]: (updated: boolean) => Change } = {
  aws: (updated) => ({
    authentication: VaultAuthentication.aws({
      mount: VaultAuthMount.managed('zenml-aws'),
      ...updated ? { headerValue: 'vault.example.com', tokenTtl: Duration.minutes(30), tokenMaxTtl: Duration.hours(12) } : {},
    }),
  }),
  app_role: (updated) => ({
    authentication: VaultAuthentication.appRole({
      secretIdTtl: Duration.days(30),
      ...updated ? { secretIdBoundCidrs: ['10.0.0.0/8', '2001:db8::/32'], tokenTtl: Duration.minutes(30) } : {},
    }),
    kvMount: VaultKvMount.managed(updated ? { removalPolicy: RemovalPolicy.DESTROY } : {}),
  }),
  token: (updated) => ({ authentication: VaultAuthentication.token({ tokenTtl: Duration.days(7) }), takeOver: updated }),
  external: (updated) => ({
    authentication: VaultAuthentication.aws({
      mount: VaultAuthMount.existing('team'), headerValue: '', ...updated ? { tokenTtl: Duration.minutes(30) } : {},
    }),
    policy: VaultPolicy.existing('team-policy'),
    kvMount: VaultKvMount.existing('team-kv'),
  }),
};

export const STORE_NAMES = Object.keys(STORES);

/** The properties of all custom resources of a type, as CloudFormation sends them: those that it adds or resolves are set here. */
function propertiesOf(type: string, name: string, updated: boolean, change: Change = {}): Properties {
  const stack = new Stack(new App(), 'Zenml');
  const administrator = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Administrator', SECRET_ARN);
  const connection = new VaultConnection(stack, 'Vault', {
    address: 'https://vault.example.com:8200', administrator: VaultAdministrator.token(administrator),
  });
  new VaultSecretsStore(stack, 'Store', {
    workspace: ZenmlWorkspace.fromId(WORKSPACE_ID),
    connection,
    ...STORES[name](updated),
    ...updated ? { tokenBoundCidrs: ['192.0.2.0/24'], tokenNoDefaultPolicy: true } : {},
    ...change,
  });
  const [{ Properties: properties }] = Object.values(Template.fromStack(stack).findResources(type));
  return {
    ...properties,
    ServiceToken: 'arn:aws:lambda:eu-central-1:111122223333:function:Provider',
    ServiceTimeout: String(properties.ServiceTimeout),
    ...properties.SecretArn === undefined ? {} : { SecretArn: SECRET_ARN },
  };
}

const event = (
  RequestType: ContractEvent['RequestType'], ResourceType: string, LogicalResourceId: string, fields: object,
): ContractEvent => ({
  RequestType,
  RequestId: `${RequestType.toLowerCase()}-3f2504e0-4f89-11d3-9a0c-0305e82c3301`,
  ResourceType,
  StackId: STACK_ID,
  LogicalResourceId,
  ...fields as Pick<ContractEvent, 'ResourceProperties'>,
});

/** @param physicalId Of the store as it is created. */
export function storeEvents(name: string, physicalId: string): ContractEvents {
  const created = propertiesOf(STORE_TYPE, name, false);
  const updated = propertiesOf(STORE_TYPE, name, true);
  const replaced = propertiesOf(STORE_TYPE, name, true, { roleName: 'zenml-replaced' });
  const send = (type: ContractEvent['RequestType'], fields: object) => event(type, STORE_TYPE, 'Store', fields);
  return {
    create: send('Create', { ResourceProperties: created }),
    update: send('Update', { PhysicalResourceId: physicalId, ResourceProperties: updated, OldResourceProperties: created }),
    replace: send('Update', { PhysicalResourceId: physicalId, ResourceProperties: replaced, OldResourceProperties: updated }),
    delete: send('Delete', { PhysicalResourceId: physicalId, ResourceProperties: updated }),
  };
}

/**
 * A credential that is replaced is another resource, so that there is no update that replaces. Its physical id holds what Vault has
 * chosen.
 */
export function credentialEvents(name: string): ContractEvents {
  const created = propertiesOf(CREDENTIAL_TYPE, name, false);
  const updated = { ...created, Retiring: 'true' };
  const send = (type: ContractEvent['RequestType'], fields: object) => event(type, CREDENTIAL_TYPE, 'Credential1', fields);
  return {
    create: send('Create', { ResourceProperties: created }),
    update: send('Update', { ResourceProperties: updated, OldResourceProperties: created }),
    delete: send('Delete', { ResourceProperties: updated }),
  };
}
