import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App, BootstraplessSynthesizer, Stack } from 'aws-cdk-lib';
import { addSecretsStore, ISOLATIONS } from './secrets-store-template';

/* npm run templates: AwsSecretsStore as plain CloudFormation, for whoever has no CDK app. */

const FOLDER = resolve(__dirname, '../dist/templates');

const app = new App({ analyticsReporting: false });
mkdirSync(FOLDER, { recursive: true });
for (const [name, isolation] of Object.entries(ISOLATIONS)) {
  const stack = new Stack(app, `aws-secrets-store-${name}`, {
    description: 'The secrets of a ZenML Pro workspace in AWS Secrets Manager',
    synthesizer: new BootstraplessSynthesizer(),
  });
  addSecretsStore(stack, isolation());
}
for (const { stackName, template } of app.synth().stacks) {
  const file = join(FOLDER, `${stackName}.json`);
  writeFileSync(file, JSON.stringify(template, undefined, 2) + '\n');
  console.log(file);
}
