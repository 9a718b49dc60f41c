import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ACCOUNT, build, Scenario, SCENARIOS } from '../scenarios';

/*
 * The rules AwsSolutions of cdk-nag. What is acknowledged is named to the letter, so that a wildcard anywhere else is still
 * found. It is done here, and not by Validations.acknowledge, because that takes no id with a pseudo parameter in it: it
 * reserves "::" (aws-cdk-lib 2.262.0, cdk-nag 3.0.2).
 */

const REASON = 'ZenML names a secret zenml/<uuid> when it creates it, and Secrets Manager appends six characters: there is no exact name';
const REGIONS = ['<AWS::Region>', '<Region>', 'eu-central-1', 'eu-west-1', 'us-gov-west-1', 'cn-north-1'];
const ACCOUNTS = ['<AWS::AccountId>', ACCOUNT];
const NAMES = ['zenml/*', 'zenml/????????-????-????-????-????????????*'];

const ACKNOWLEDGED = new Map([
  ...REGIONS.flatMap((region) => ACCOUNTS.flatMap((account) => NAMES.map((name): [string, string] => [
    `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:${region}:${account}:secret:${name}]`,
    REASON,
  ]))),
  ['AwsSolutions-IAM5[Resource::<VaultFunction73B194A5.Arn>:*]', 'CDK\'s provider framework may call every version of its one function'],
  ['AwsSolutions-SMG4',
    'the hand-off secret is rotated by the serial of the access key, in two deployments, since support has to be told in '
      + 'between; one with a credential of another cloud, by whoever made that'],
]);

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
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
    return [];
  } catch {
    const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
    return report.pluginReports.flatMap(({ violations }: any) => violations.map(({ ruleName }: any) => ruleName));
  }
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
