import { hashOfBuiltHandler, hashOfPackedHandler } from './archives';
import { deployedPart, templates } from './assembly';
import { messagesInTypeScript } from './bad-input';
import { Language, SCENARIOS } from './language';
import { typescript } from './typescript';
import { ACCOUNT, prepareAccount, REGION, SECRET, WORKSPACE } from '../../demo/account';
import { Cdk } from '../emulators/cdk-cli';
import { EmbeddedAws } from '../emulators/embedded-aws';
import { ControlPlane } from '../emulators/zenml-pro';

const MINUTES = 60_000;

/** Languages that have to be there, as .ci/run says; the others are left out where their toolchain is missing, and reported so. */
const DEMANDED = (process.env.DEMANDED_LANGUAGES ?? '').split(',');

/**
 * Uses the package of a language as its users do: installs it, runs every example, deploys one. `more` are tests that only this
 * language has.
 */
export function testLanguage(language: Language, more: () => void = () => {}) {
  const missing = language.missing();
  if (missing.length > 0 && !DEMANDED.includes(language.name)) {
    describe.skip(language.name, () => {
      test.each(SCENARIOS)('%s', () => {});
    });
    return;
  }

  describe(language.name, () => {
    beforeAll(async () => {
      expect(missing).toEqual([]);
      await language.install();
    }, 10 * MINUTES);

    test.each(SCENARIOS)('%s', async (scenario) => {
      const assembly = await language.synthesize(await language.copy(scenario));

      expect(Object.keys(templates(assembly)).length).toBeGreaterThan(0);
      expect(deployedPart(assembly)).toEqual(deployedPart(typescript.assembly(scenario)));
    }, 5 * MINUTES);

    if (language.tarball !== undefined) {
      test('the handler of VaultConnection is in the package, as it was built', async () => {
        expect(await hashOfPackedHandler(await language.tarball!())).toBe(hashOfBuiltHandler());
      });
    }

    test('aws-secrets-store, deployed by the CDK CLI: the workspace keeps a secret there', async () => {
      const aws = await new EmbeddedAws({ region: REGION }).start();
      const cdk = new Cdk(await language.copy('aws-secrets-store'), aws, ACCOUNT, REGION, { environment: language.environment });
      const { signal } = new AbortController();
      try {
        await prepareAccount(aws);
        const workspace = await (await ControlPlane.create(aws)).createWorkspace(WORKSPACE);
        const { ZenmlSecretsStore: outputs } = await cdk.deploy(signal);
        const [handoff] = Object.entries(outputs)
          .filter(([name]) => name.includes('WorkspaceConfiguration'))
          .map(([, json]) => JSON.parse(json));
        const { region, role_arn: roleArn } = handoff.secrets_store.settings.auth_config;

        const store = await workspace.openSecretsStore(WORKSPACE, roleArn, region);
        await store.create(SECRET, { password: 'kept' });
        expect(await store.read(SECRET)).toEqual({ password: 'kept' });
        await store.delete(SECRET);

        await cdk.destroy(signal);
        await expect(workspace.openSecretsStore(WORKSPACE, roleArn, region)).rejects.toMatchObject({ name: expect.stringMatching(/^(AccessDenied|NoSuchEntity)/) });
      } finally {
        cdk.cleanUp();
        await aws.stop();
      }
    }, 5 * MINUTES);

    test('bad input: the message says the same as in TypeScript', async () => {
      const messages = messagesInTypeScript();
      expect(messages[0]).toContain('BadInput/WorkspaceId: workspace id "my-workspace" is not a UUID');

      expect(await language.messages()).toEqual(messages);
    }, 5 * MINUTES);

    more();
  });
}
