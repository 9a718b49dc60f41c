import * as formats from '../../src/core/formats';
import { Format } from '../../src/core/formats';

/* What the wildcards of a policy or another path would do with a value that comes through is why most of these are refused. */

const UUID = '123e4567-e89b-12d3-a456-426614174000';
const ROLE = 'arn:aws:iam::111122223333:role';
const LONGEST = 'x'.repeat(128);
/** No segment of a path of Vault, whatever it names. */
const NO_SEGMENT = ['', 'a/b', 'a/', '/a', '/', '.', '..', '.a', '../a', 'a..b', 'a..', 'a*', '*', '+', 'a+', 'a b', ' a', 'a\n', 'a"b',
  'a\\b', 'a%2fb', 'a?b', 'a#b', 'a{{b}}', 'a$b', 'ä', 'x'.repeat(129)];

test.each<[string, Format, string[], string[]]>([
  ['uuid', formats.uuid,
    [UUID, '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['', UUID.toUpperCase(), `${UUID}0`, ` ${UUID}`, `${UUID}\n`, UUID.replace(/-/g, ''), `{${UUID}}`, UUID.replace('1', 'g')]],
  ['roleArn', formats.roleArn,
    [`${ROLE}/zenml`, `${ROLE}/a/b/zenml`, `${ROLE}/_+=,.@-`, `${ROLE}/${'x'.repeat(64)}`, 'arn:aws-cn:iam::111122223333:role/a',
      'arn:aws-us-gov:iam::111122223333:role/a', 'arn:aws-iso-b:iam::111122223333:role/a'],
    ['', `${ROLE}/`, `${ROLE}/a/`, `${ROLE}//`, `${ROLE}/*`, `${ROLE}/a*`, `${ROLE}/a*/b`, `${ROLE}/a?`, `${ROLE}/a?/b`, `${ROLE}/a b/c`,
      `${ROLE}/ä/c`, `${ROLE}/a\n`, `${ROLE}/${'x'.repeat(65)}`, ` ${ROLE}/a`, '*', 'arn:aws:iam::*:role/a', 'arn:aws:iam::aws:role/a',
      'arn:aws:iam::11112222333:role/a', 'arn:*:iam::111122223333:role/a', 'arn:aws:iam::111122223333:root',
      'arn:aws:iam::111122223333:user/a', 'arn:aws:sts::111122223333:assumed-role/a/session', 'arn:AWS:iam::111122223333:role/a',
      '111122223333']],
  ['region', formats.region,
    ['us-east-1', 'eu-central-1', 'ap-southeast-10', 'us-gov-west-1', 'us-isob-east-1', 'eusc-de-east-1', 'mx-central-1'],
    ['', 'us-east', 'us-1', 'US-EAST-1', 'us-east-1a', 'us-east-123', 'us_east_1', 'u-east-1', 'world-east-1', 'us-a-b-c-1', ' us-east-1',
      'us-east-1\n', '*']],
  ['authMount', formats.authMount,
    ['aws', 'zenml-aws', 'AWS', 'a', 'a.b_c-d', '0', 'tokens', 'my-auth', 'authority', LONGEST],
    [...NO_SEGMENT, 'sys', 'auth', 'identity', 'cubbyhole', 'token']],
  ['kvMount', formats.kvMount,
    ['secret', 'zenml-secrets', 'KV', 'a', 'a.b_c-d', '0', 'token', 'system', 'my-sys', LONGEST],
    [...NO_SEGMENT, 'sys', 'auth', 'identity', 'cubbyhole']],
  ['vaultName', formats.vaultName,
    ['zenml-production', `zenml-${UUID}`, 'a', 'a.b_c-d', '0', 'rooted', 'my-root', 'defaults', LONGEST],
    [...NO_SEGMENT, 'root', 'default', '-a', 'a-', 'a.', 'Zenml', 'zenmL', 'ROOT']],
  ['headerValue', formats.headerValue,
    ['', UUID, 'vault.example.com', 'https://vault.example.com:8200/a_b', 'a@b=c-d', 'x'.repeat(256)],
    ['a*', '*', 'a b', 'a,b', 'a+b', 'a;b', 'a"b', 'a\\b', 'a\r\nX-Vault-Token: b', 'a\n', 'ä', '{{a}}', 'x'.repeat(257)]],
  ['anyOrigin', formats.anyOrigin,
    ['https://vault.example.com', 'https://vault.example.com:8200', 'http://127.0.0.1:8200', 'https://[::1]:8200', 'https://[2001:DB8::1]',
      'https://VAULT', 'http://a:1'],
    ['', 'vault.example.com', '//vault', 'https://', 'https://:8200', 'https://vault/', 'https://vault:8200/v1', 'https://vault?a',
      'https://vault#a', 'https://user@vault', 'https://user:password@vault', 'https://vault:', 'https://vault:port',
      'https://vault:123456', 'https://vault:99999', 'https://::1', 'https://[vault]', 'https://[::1', 'https://a b', ' https://vault',
      'https://vault\n', 'HTTPS://vault', 'ftp://vault', 'unix:///vault.sock', 'https://v*', 'https://vault_a', 'https://vault\\a']],
  ['cidr', formats.cidr,
    ['10.0.0.0/8', '10.1.2.3', '10.1.2.3/32', '0.0.0.0/0', '2001:db8::/32', '2001:DB8::1', '::/0', '::1/128', '::10.0.0.1',
      '1:2:3:4:5:6:7:8/64'],
    ['', '/', '/8', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/+8', '10.0.0.0/8.0', '10.0.0.0/ 8', '10.0.0.0/8/8', '10.0.0.0/a',
      '10.0.0.0/0008', '10.0.0.0/08', 'fe80::1%eth0', '::ffff:10.0.0.1', '::FFFF:a00:1/128', '0:0:0:0:0:ffff:10.0.0.1', '10.0.0/8',
      '10.0.0.256', '010.0.0.1', '10.0.0.0-10.0.0.9', '::/129', '2001:db8::/1000', '2001:db8:::/32', '[::1]', '1:2:3:4:5:6:7:8:9',
      'vault.example.com', 'a/8', ' 10.0.0.1', '10.0.0.1\n', '*']],
])('%s', (_, form, good, bad) => {
  expect(good.filter((value) => !form.matches(value))).toEqual([]);
  expect(bad.filter((value) => form.matches(value))).toEqual([]);
});

/** What a form advises, which is the value after `such as` or `looks like`. */

test.each([
  ['vault.example.com', 'it does not begin with a scheme and ://'],
  ['//vault', 'it does not begin with a scheme and ://'],
  ['', 'it does not begin with a scheme and ://'],
  ['https:vault', 'it does not begin with a scheme and ://'],
  ['ftp://vault', 'its scheme is ftp'],
  ['HTTPS://vault', 'its scheme is HTTPS'],
  ['https://vault\n', 'it has white space in it'],
  ['https://a b', 'it has white space in it'],
  ['https://user:password@vault', 'it has credentials in it'],
  ['https://vault/', 'it has a slash at its end'],
  ['https://vault:8200/v1', 'it has a path'],
  ['https://vault/?a', 'it has a path'],
  ['https://vault?a', 'it has a query'],
  ['https://vault#a', 'it has a fragment'],
  ['https://vault\\a', 'it has a backslash'],
  ['https://::1', 'an IPv6 address stands in brackets'],
  ['https://', 'it has no host'],
  ['https://:8200', 'it has no host'],
  ['https://vault_a', 'its host has an underscore, which no name of a host may have'],
  ['https://vault:', 'its port is no number below 65536'],
  ['https://vault:port', 'its port is no number below 65536'],
  ['https://vault:99999', 'its port is no number below 65536'],
])('the fault of the address %j is that %s', (address, fault) => {
  expect(formats.problemOf(formats.anyOrigin, address)).toBe(`is not an https or http address of a server, as ${fault}`);
});

test.each(['https://v*', 'https://[vault]', 'https://[::1', 'https://[::1]a'])('of the address %j nothing more is said', (address) => {
  expect(formats.anyOrigin.matches(address)).toBe(false);
  expect(formats.problemOf(formats.anyOrigin, address)).toBe('is not an https or http address of a server');
});
