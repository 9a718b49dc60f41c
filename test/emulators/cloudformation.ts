import {
  CloudFormationClient, CreateChangeSetCommand, DeleteStackCommand, DescribeStackEventsCommand, DescribeStackResourcesCommand,
  DescribeStacksCommand, ExecuteChangeSetCommand, waitUntilChangeSetCreateComplete, waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { EmbeddedAws } from './embedded-aws';

const WAIT = { maxWaitTime: 30, minDelay: 0.05, maxDelay: 0.25 };

export interface DeployedStack {
  readonly outputs: { [key: string]: string };
  /** Physical ids by logical id. */
  readonly resources: { [logicalId: string]: string };
}

/** CloudFormation in one account and region, as whoever runs `cdk deploy` there sees it. */
export class CloudFormation {
  private readonly client: CloudFormationClient;
  private changes = 0;

  constructor(private readonly aws: EmbeddedAws, private readonly account: string, private readonly region: string) {
    this.client = new CloudFormationClient(aws.client(aws.root(account), region));
  }

  /** The parameter by which a template of the default synthesizer checks that `cdk bootstrap` was run. */
  public async pretendBootstrap() {
    const ssm = new SSMClient(this.aws.client(this.aws.root(this.account), this.region));
    await ssm.send(new PutParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version', Value: '30', Type: 'String', Overwrite: true }));
  }

  /** Creates or updates a stack through a change set, as the CDK CLI does. */
  public async deploy(stackName: string, template: object, parameters: { [name: string]: string } = {}): Promise<DeployedStack> {
    const exists = await this.exists(stackName);
    const names = { StackName: stackName, ChangeSetName: `change-${++this.changes}` };
    await this.client.send(new CreateChangeSetCommand({
      ...names,
      ChangeSetType: exists ? 'UPDATE' : 'CREATE',
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      TemplateBody: JSON.stringify(template),
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    }));
    await waitUntilChangeSetCreateComplete({ client: this.client, ...WAIT }, names);
    await this.client.send(new ExecuteChangeSetCommand(names));
    const wait = exists ? waitUntilStackUpdateComplete : waitUntilStackCreateComplete;
    await this.until(wait, stackName);
    return this.describe(stackName);
  }

  public async delete(stackName: string): Promise<void> {
    await this.client.send(new DeleteStackCommand({ StackName: stackName }));
    await this.until(waitUntilStackDeleteComplete, stackName);
  }

  private async until(wait: typeof waitUntilStackDeleteComplete, stackName: string) {
    await wait({ client: this.client, ...WAIT }, { StackName: stackName }).catch(async (error) => {
      throw new Error(`${stackName}: ${error.message}\n${await this.failures(stackName)}`);
    });
  }

  private async describe(stackName: string): Promise<DeployedStack> {
    const { Stacks: [stack] = [] } = await this.client.send(new DescribeStacksCommand({ StackName: stackName }));
    const { StackResources: resources = [] } = await this.client.send(new DescribeStackResourcesCommand({ StackName: stackName }));
    return {
      outputs: Object.fromEntries((stack.Outputs ?? []).map((output) => [output.OutputKey!, output.OutputValue!])),
      resources: Object.fromEntries(resources.map((resource) => [resource.LogicalResourceId!, resource.PhysicalResourceId!])),
    };
  }

  private async exists(stackName: string): Promise<boolean> {
    return this.client.send(new DescribeStacksCommand({ StackName: stackName })).then(
      ({ Stacks: [stack] = [] }) => stack.StackStatus !== 'DELETE_COMPLETE',
      (error) => {
        if (/does not exist/.test(error.message)) {
          return false;
        }
        throw error;
      },
    );
  }

  private async failures(stackName: string): Promise<string> {
    const { StackEvents: events = [] } = await this.client.send(new DescribeStackEventsCommand({ StackName: stackName }));
    return events.filter((event) => event.ResourceStatus?.endsWith('_FAILED'))
      .map((event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`).join('\n');
  }
}
