import { App, Aws, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { VaultAuthentication, VaultAuthMount, VaultAwsOptions } from '../../src';

const stack = new Stack(new App(), 'Stack');
function validate(options: VaultAwsOptions, allowInsecure = false) {
  return () => VaultAuthentication.aws(options)._validate(stack, allowInsecure);
}

test('tokens live for an hour, and for a day with renewals', () => {
  expect(VaultAuthentication.aws()._settings('id')).toMatchObject({ tokenTtl: 3600, tokenMaxTtl: 86400 });
});

test.each<[string, VaultAwsOptions]>([
  ['nothing', {}],
  ['everything', {
    mount: VaultAuthMount.managed('zenml-aws'),
    headerValue: 'vault.example.com',
    stsEndpoint: 'https://sts.us-east-1.amazonaws.com',
    stsRegion: 'us-east-1',
    tokenTtl: Duration.minutes(5),
    tokenMaxTtl: Duration.minutes(5),
  }],
  ['a mount of others', { mount: VaultAuthMount.existing('team-aws') }],
  ['no header', { headerValue: '' }],
  ['values known only at deployment', {
    mount: VaultAuthMount.managed(Aws.STACK_NAME), headerValue: Aws.STACK_ID, stsEndpoint: Aws.URL_SUFFIX, stsRegion: Aws.REGION,
  }],
])('%s passes', (_, options) => {
  expect(validate(options)).not.toThrow();
});

test.each<[VaultAwsOptions, string]>([
  [{ mount: VaultAuthMount.managed('sys') }, 'Stack: authentication mount "sys" is not the path of an auth method.'],
  [{ mount: VaultAuthMount.existing('token') }, 'Stack: authentication mount "token" is not'],
  [{ mount: VaultAuthMount.existing('') }, 'Stack: authentication mount "" is not'],
  [{ mount: VaultAuthMount.managed('/aws') }, 'Stack: authentication mount "/aws" is not'],
  [{ mount: VaultAuthMount.managed('aws/') }, 'Stack: authentication mount "aws/" is not'],
  [{ mount: VaultAuthMount.managed('a+s') }, 'Stack: authentication mount "a+s" is not'],
  [{ headerValue: 'with space' },
    'Stack: headerValue "with space" is not a value for the header X-Vault-AWS-IAM-Server-ID. Write at most 256'],
  [{ headerValue: 'a*' }, 'Stack: headerValue "a*" is not'],
  [{ stsEndpoint: 'http://sts.amazonaws.com' }, 'Stack: stsEndpoint "http://sts.amazonaws.com" is not an https address of a server. '
    + 'Write scheme and host only, such as https://sts.us-east-1.amazonaws.com, or leave it out for the global STS.'],
  [{ stsEndpoint: 'sts.amazonaws.com' }, 'Stack: stsEndpoint "sts.amazonaws.com" is not an https address of a server, '
    + 'as it does not begin with a scheme and ://. Write scheme and host only, such as https://sts.us-east-1.amazonaws.com'],
  [{ stsEndpoint: 'https://sts.amazonaws.com/path' }, 'is not an https address of a server, as it has a path. Write scheme and host only'],
  [{ stsRegion: 'global' }, 'Stack: stsRegion "global" is not an AWS region.'],
  [{ tokenTtl: Duration.hours(25) },
    'Stack: tokenTtl 90000 is longer than tokenMaxTtl 86400, both in seconds. Write a shorter tokenTtl, or a longer tokenMaxTtl.'],
  [{ tokenMaxTtl: Duration.minutes(30) }, 'Stack: tokenTtl 3600 is longer than tokenMaxTtl 1800'],
  [{ tokenTtl: Duration.seconds(0) }, 'Stack: tokenTtl 0 is not a whole number of seconds above 0.'],
  [{ tokenTtl: Duration.millis(1500) }, 'Stack: tokenTtl 1.5 is not a whole number of seconds above 0.'],
  [{ tokenMaxTtl: Duration.seconds(Lazy.number({ produce: () => 60 })) }, 'Stack: tokenMaxTtl null is not a whole number'],
])('%j is refused', (options, message) => {
  expect(validate(options)).toThrow(message);
});

test('http passes where the connection allows it', () => {
  expect(validate({ stsEndpoint: 'http://127.0.0.1:4566' }, true)).not.toThrow();
});

test.each<[string, VaultAuthentication]>([
  ['an AppRole with nothing said', VaultAuthentication.appRole()],
  ['an AppRole with everything', VaultAuthentication.appRole({
    mount: VaultAuthMount.managed('zenml'),
    tokenTtl: Duration.minutes(5),
    tokenMaxTtl: Duration.hours(1),
    secretIdTtl: Duration.days(90),
    secretIdBoundCidrs: ['10.0.0.0/8'],
    serial: 2,
    previousSerial: 1,
  })],
  ['a token with nothing said', VaultAuthentication.token()],
  ['a token with everything', VaultAuthentication.token({ tokenTtl: Duration.days(1), serial: 2, previousSerial: 1 })],
])('%s passes', (_, authentication) => {
  expect(() => authentication._validate(stack, false)).not.toThrow();
});

test.each<[VaultAuthentication, string]>([
  [VaultAuthentication.appRole({ mount: VaultAuthMount.managed('token') }),
    'Stack: authentication mount "token" is not the path of an auth method.'],
  [VaultAuthentication.appRole({ secretIdTtl: Duration.millis(500) }), 'Stack: secretIdTtl 0.5 is not a whole number of seconds above 0.'],
  [VaultAuthentication.appRole({ secretIdBoundCidrs: ['10.0.0.0/8', 'everywhere'] }),
    'Stack: secretIdBoundCidrs "everywhere" is not an IP address or a block of them.'],
  [VaultAuthentication.appRole({ tokenTtl: Duration.days(2) }), 'Stack: tokenTtl 172800 is longer than tokenMaxTtl 86400'],
  [VaultAuthentication.appRole({ serial: 0 }),
    'Stack: serial 0 is not a whole number above 0. Count the credentials of the store: 1, 2, 3.'],
  [VaultAuthentication.token({ serial: 1, previousSerial: 1 }),
    'Stack: previousSerial 1 is not below serial 1. Raise serial by one, and write the old one as previousSerial.'],
  [VaultAuthentication.token({ tokenTtl: Duration.seconds(0) }), 'Stack: tokenTtl 0 is not a whole number of seconds above 0.'],
])('%# is refused', (authentication, message) => {
  expect(() => authentication._validate(stack, false)).toThrow(message);
});

test('aws() hands over no credential, the others those of their serials', () => {
  const methods = [VaultAuthentication.aws(), VaultAuthentication.appRole(), VaultAuthentication.token({ serial: 5, previousSerial: 4 })];

  expect(methods.map(({ _credential }) => _credential?.serials)).toEqual([undefined, [1], [5, 4]]);
});
