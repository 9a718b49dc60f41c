import { GetAccessKeyLastUsedCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ask, explain, ifPresent } from './aws-clients';
import { StoreConfiguration } from '../workspace-configuration';
import { checkCall } from './check-permissions';
import { CheckContext } from '../context';
import { StoreReport } from '../report';

const REPLACE = 'Deploy with a higher serial in the authentication, which makes a new key, and hand over again';

/** Checks the access key that is handed over. Returns the ARN of its user, if the key works. */
export async function checkAccessKey(context: CheckContext, report: StoreReport, store: StoreConfiguration): Promise<string | undefined> {
  const { fields, method } = store;
  const { aws_access_key_id: id, aws_secret_access_key: secret, region, role_arn: roleArn } = fields;
  await checkStatus(context, report, id);
  let arn: string;
  try {
    const sts = context.account.sts(region, { accessKeyId: id, secretAccessKey: secret });
    const { Arn: answer } = await sts.send(new GetCallerIdentityCommand({}));
    arn = answer!;
  } catch (error) {
    report.finding('access key', `AWS does not accept ${id} with what is handed over: ${explain(error as Error)}`, REPLACE);
    return undefined;
  }
  report.ok('access key', `AWS accepts ${id}, as ${arn}`);
  if (method === 'iam-role') {
    await checkCall(context, report, 'access key', arn, { actions: ['sts:AssumeRole'], resource: roleArn });
  }
  return arn;
}

async function checkStatus({ account: { iam } }: CheckContext, report: StoreReport, id: string): Promise<void> {
  const owner = await ask(report, 'access key', 'iam:GetAccessKeyLastUsed', async () => (
    ifPresent(iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id })))
  ));
  const user = owner?.UserName;
  if (owner === undefined) {
    return;
  }
  if (user === undefined) {
    report.finding('access key', `${id} is not a key of this account any more`, REPLACE);
    return;
  }
  const keys = await ask(report, 'access key', 'iam:ListAccessKeys', async () => iam.send(new ListAccessKeysCommand({ UserName: user })));
  const status = keys?.AccessKeyMetadata?.find(({ AccessKeyId: key }) => key === id)?.Status;
  if (keys !== undefined && status !== 'Active') {
    report.finding('access key', `${id} of the user ${user} is ${status}`,
      `Activate it, if it was deactivated by mistake. Otherwise: ${REPLACE}`);
  } else if (keys !== undefined) {
    report.ok('access key', `${id} of the user ${user} is active`);
  }
}
