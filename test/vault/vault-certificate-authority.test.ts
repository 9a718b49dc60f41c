import { App, Aws, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { CERTIFICATE } from './certificate';
import { VaultCertificateAuthority } from '../../src';

const stack = new Stack(new App(), 'Stack');

test.each([
  ['a certificate', CERTIFICATE],
  ['several, with comments between them', `# ours\n${CERTIFICATE}# theirs\n${CERTIFICATE}`],
  ['a text known only at deployment', Aws.STACK_NAME],
])('%s passes', (_, pem) => {
  expect(() => VaultCertificateAuthority.fromPem(pem)._validate(stack)).not.toThrow();
});

test('what is in a secret is checked at deployment', () => {
  const secret = new secretsmanager.Secret(stack, 'Secret');
  expect(() => VaultCertificateAuthority.fromSecret(secret)._validate(stack)).not.toThrow();
});

test.each([
  ['an empty text', ''],
  ['a path', '/etc/ssl/ca.pem'],
  ['a private key', '-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\n'],
  ['garbage in the form of PEM', '-----BEGIN CERTIFICATE-----\nZ2FyYmFnZQ==\n-----END CERTIFICATE-----\n'],
  ['a certificate with its private key', `${CERTIFICATE}-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\n`],
  ['a good certificate beside a broken one', `${CERTIFICATE}${CERTIFICATE.replace('MII', 'MIX')}`],
])('%s is refused', (_, pem) => {
  expect(() => VaultCertificateAuthority.fromPem(pem)._validate(stack)).toThrow(/^Stack: certificateAuthority ".*…" is not a certificate in PEM and nothing else. Write the text between/s);
});
