import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { accountId, region, roleArn, roleName, rolePath, uuid } from '../../src/core/validation';

const root = new Construct(undefined as unknown as Construct, '');
const scope = new Construct(new Construct(root, 'Stack'), 'Store');

test.each([
  ['uuid', uuid,
    ['00000000-0000-0000-0000-000000000000'],
    ['00000000-0000-0000-0000-00000000000G', 'A0000000-0000-0000-0000-000000000000']],
  ['accountId', accountId, ['012345678901'], ['12345678901', '0123456789012', '1234-5678-9012']],
  ['roleArn', roleArn,
    ['arn:aws:iam::012345678901:role/a', 'arn:aws:iam::012345678901:role/p/q/a+=,.@-_'],
    ['arn:aws:iam::012345678901:role//', 'arn:aws:iam::012345678901:role/p q/a', ' arn:aws:iam::012345678901:role/a']],
  ['roleName', roleName, ['a', 'r'.repeat(64), 'A1_+=,.@-'], ['', 'r'.repeat(65), 'a b', 'ä', 'a\n']],
  ['rolePath', rolePath, ['/', '/a/', '/a/b/', `/${'p'.repeat(510)}/`], ['', 'a', '/a', 'a/', '//', '/a b/', `/${'p'.repeat(511)}/`]],
  ['region', region,
    ['us-east-1', 'us-gov-west-1', 'us-isob-east-1', 'eusc-de-east-1', 'ap-southeast-10', 'mx-central-1'],
    ['', 'us-east', 'US-EAST-1', 'us-east-1a', 'us_east_1', '*']],
])('%s', (_, rule, good, bad) => {
  for (const value of [...good, Aws.STACK_ID, `zenml-${Aws.REGION}`]) {
    expect(() => rule.check(scope, 'prop', value)).not.toThrow();
  }
  for (const value of bad) {
    expect(() => rule.check(scope, 'prop', value)).toThrow(`Stack/Store: prop ${JSON.stringify(value)} is not `);
  }
});
