import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  VaultAdministrator, VaultAuthentication, VaultAuthMount, VaultCertificateAuthority, VaultConnection, VaultSecretsStore, ZenmlWorkspace,
} from 'cdk-zenml-secrets-store';

const app = new App();
const stack = new Stack(app, 'ZenmlVaultInVpc', { env: { account: '111122223333', region: 'eu-central-1' } });

// The network from which Vault can be reached. Replace all of this by yours.
const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['eu-central-1a', 'eu-central-1b'],
  privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
});
const securityGroup = new SecurityGroup(stack, 'FunctionSecurityGroup', {
  vpc,
  description: 'The function that configures Vault for ZenML',
  allowAllOutbound: false,
});
securityGroup.addEgressRule(Peer.ipv4('10.20.0.0/16'), Port.tcp(8200), 'Vault');

// The function logs in to Vault as this role, which Vault has to know before the first deployment; so it has a name.
const role = new Role(stack, 'FunctionRole', {
  roleName: 'zenml-vault-administrator',
  assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
});

// No secret is read: neither for the login nor for the certificate authority. So the function needs the way to Vault and no other.
const connection = new VaultConnection(stack, 'Vault', {
  address: 'https://vault.internal.example.com:8200',
  administrator: VaultAdministrator.aws({ roleName: 'zenml-admin', mountPath: 'admins', headerValue: 'vault.internal.example.com' }),
  certificateAuthority: VaultCertificateAuthority.fromPem(readFileSync(join(__dirname, 'ca.pem'), 'utf8')),
  role,
  vpc,
  securityGroups: [securityGroup],
});

new VaultSecretsStore(stack, 'SecretsStore', {
  // Replace this by the id of your workspace, as ZenML Pro shows it in the workspace's settings.
  workspace: ZenmlWorkspace.fromId('123e4567-e89b-12d3-a456-426614174000'),
  connection,
  authentication: VaultAuthentication.aws({ mount: VaultAuthMount.managed('zenml-aws') }),
});
