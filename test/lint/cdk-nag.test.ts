import { Aspects, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ACCOUNT, build, Scenario, SCENARIOS } from '../scenarios';

/*
 * The rules AwsSolutions of cdk-nag. What is acknowledged is named to the letter, so that a wildcard anywhere else is still
 * found. It is done here, and not by NagSuppressions, so that the constructs carry no metadata for it.
 */

const REASON = 'ZenML names a secret zenml/<uuid> when it creates it, and Secrets Manager appends six characters: there is no exact name';
const REGIONS = ['<AWS::Region>', '<Region>', 'eu-central-1', 'eu-west-1', 'us-gov-west-1', 'cn-north-1'];
const ACCOUNTS = ['<AWS::AccountId>', ACCOUNT];
const NAMES = ['zenml/*', 'zenml/????????-????-????-????-????????????*'];

const OF_FRAMEWORK = ' of the provider framework';

const ACKNOWLEDGED = new Map([
  ...REGIONS.flatMap((region) => ACCOUNTS.flatMap((account) => NAMES.map((name): [string, string] => [
    `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:${region}:${account}:secret:${name}]`,
    REASON,
  ]))),
  ['AwsSolutions-IAM5[Resource::<VaultFunction73B194A5.Arn>:*]', 'CDK\'s provider framework may call every version of its one function'],
  [`AwsSolutions-L1${OF_FRAMEWORK}`, 'its runtime comes with aws-cdk-lib'],
  ['AwsSolutions-SMG4',
    'the hand-off secret is rotated by the serial of the access key, in two deployments, since support has to be told in '
      + 'between; one with a credential of another cloud, by whoever made that'],
]);

/** The function of CDK's provider framework, of which the library decides nothing. */
const FRAMEWORK = '/Provider/framework-onEvent/Resource';

/** What is acknowledged in one scenario, and nowhere else. */
const ACKNOWLEDGED_IN: Record<string, string[]> = {
  // The network interfaces of a function in a VPC, as in the managed policy of AWS.
  'Vault in a VPC, with every prop': ['AwsSolutions-IAM5[Resource::*]'],
  // sts:GetFederationToken, whose sessions can do no more than the user.
  'federated sessions by access key, of one workspace': ['AwsSolutions-IAM5[Resource::*]'],
};

/** The findings of a scenario, each as its rule. */
function findings(scenario: Scenario): string[] {
  const { app } = build(scenario);
  Aspects.of(app).add(new AwsSolutionsChecks());
  const errors = app.node.findAll().filter((each): each is Stack => Stack.isStack(each))
    .flatMap((each) => Annotations.fromStack(each).findError('*', Match.stringLikeRegexp('^AwsSolutions-')));
  return errors.map(({ id, entry }) => /^(\S+\]|[^:]+):/.exec(String(entry.data))![1] + (id.endsWith(FRAMEWORK) ? OF_FRAMEWORK : ''));
}

test.each(SCENARIOS)('$name', (scenario) => {
  const more = ACKNOWLEDGED_IN[scenario.name] ?? [];
  expect(findings(scenario).filter((finding) => !ACKNOWLEDGED.has(finding) && !more.includes(finding))).toEqual([]);
});

test('the checks are really made', () => {
  expect(findings(SCENARIOS[0])).toEqual([
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:zenml/*]',
  ]);
});
