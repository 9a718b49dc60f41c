import * as sdk from '@aws-sdk/client-cloudformation';

/* Stands in for the AWS CLI, which npm does not have: `aws cloudformation …` makes the same calls by the SDK. */

const pascalCase = (words: string) => words.split(/[- ]/).map((word) => word[0].toUpperCase() + word.slice(1)).join('');

const [command, ...options] = process.argv.slice(2).join(' ').replace(/^cloudformation /, '').split(' --');
const input = Object.fromEntries(options.map((option) => {
  const [name, ...values] = option.split(' ');
  return [pascalCase(name), name === 'stack-name' ? values[0] : values];
}));

async function main() {
  const client = new sdk.CloudFormationClient();
  const { [`${pascalCase(command)}Command`]: Command, [`waitUntil${pascalCase(command.replace('wait ', ''))}`]: wait } = sdk as any;
  await (wait === undefined ? client.send(new Command(input)) : wait({ client, maxWaitTime: 30, minDelay: 0.1, maxDelay: 0.5 }, input));
}

void main();
