import { hashOfBuiltHandler, hashOfPackedHandler } from './archives';
import { templates } from './assembly';
import { SCENARIOS } from './language';
import { typescript } from './typescript';
import { run } from '../emulators/child-process';
import { CloudFormation } from '../emulators/cloudformation';
import { EmbeddedAws } from '../emulators/embedded-aws';

/* That its apps run, and into what templates, is in global-setup.ts. */

test.each(SCENARIOS)('types are right in the example %s', async (scenario) => {
  expect(await run('npx', ['tsc', '--project', typescript.app(scenario)])).toBe('');
}, 120_000);

test('the handler of VaultConnection is in the package, as it was built', async () => {
  expect(await hashOfPackedHandler(await typescript.tarball())).toBe(hashOfBuiltHandler());
});

test('multi-account: what the StackSet deploys gives each account its own workspace, and fails in any other', async () => {
  const aws = await new EmbeddedAws({ region: 'eu-central-1' }).start();
  const { ZenmlStackSet: organization } = templates(typescript.assembly('multi-account'));
  const template = JSON.parse(organization.Resources.SecretsStores.Properties.TemplateBody);
  const deploy = async (account: string, region: string) => (
    (await new CloudFormation(aws, account, region).deploy('SecretsStore', template)).outputs
  );
  try {
    for (const [account, region] of [['222233334444', 'eu-central-1'], ['333344445555', 'us-east-1']]) {
      const [json] = Object.entries(await deploy(account, region))
        .filter(([name]) => name.includes('WorkspaceConfiguration'))
        .map(([, value]) => value);

      expect(json).toBe(organization.Outputs[`Handoff${account}`].Value);
    }
    await expect(deploy('444455556666', 'eu-central-1')).rejects.toThrow();
  } finally {
    await aws.stop();
  }
}, 120_000);
