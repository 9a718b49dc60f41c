import { problemsOf } from '../../../src/workspace-stacks/private/stack-limits';

/*
 * Each limit at its boundary: the largest that passes, and the first that fails. The stacks of many workspaces show that the check is
 * made.
 */

const many = (number: number, element: object) => Object.fromEntries(Array.from({ length: number }, (_, index) => [`E${index}`, element]));
const problems = (template: object) => problemsOf(JSON.stringify(template));

test.each([
  ['Resources', { Type: 'AWS::CloudFormation::WaitConditionHandle' }, 500,
    'has 501 resources, and the limit is 500. Write before the first deployment, a larger number of shardDigits; after it, '],
  ['Outputs', { Value: 'x' }, 200, 'has 201 outputs, and the limit is 200. Write outputs: false; or before the first deployment, '],
])('%s', (section, element, limit, message) => {
  expect(problems({ [section]: many(limit, element) })).toEqual([]);
  expect(problems({ [section]: many(limit + 1, element) })).toEqual([expect.stringContaining(message)]);
});

test('the template in bytes, not characters', () => {
  const frame = Buffer.byteLength(JSON.stringify({ Description: '' }));
  const ofBytes = (bytes: number) => ({ Description: `${'é'.repeat(1000)}${'x'.repeat(bytes - frame - 2000)}` });

  expect(problems(ofBytes(1_000_000))).toEqual([]);
  expect(problems(ofBytes(1_000_001))).toEqual([
    expect.stringContaining('has 1000001 bytes in its template, and the limit is 1000000. Write outputs: false; or '),
  ]);
});

describe.each([['Roles', 10_240], ['Users', 2_048]])('inline policies of %s', (kind, limit) => {
  const policyOf = (characters: number, resource: unknown = '', bearer: unknown = { Ref: 'Bearer' }) => {
    const document = (sid: string) => ({ Statement: [{ Action: ['a:B'], Sid: sid, Resource: resource, Condition: {} }] });
    const sid = 'x'.repeat(characters - JSON.stringify(document('')).length);
    return { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: document(sid), [kind]: [bearer] } };
  };

  test('one policy', () => {
    expect(problems({ Resources: { P: policyOf(limit) } })).toEqual([]);
    expect(problems({ Resources: { P: policyOf(limit + 1) } }))
      .toEqual([`has ${limit + 1} characters in the inline policies of Bearer, and the limit is ${limit}. Write fewer encryptionKeys.`]);
  });

  test('policies of one bearer together, of two apart', () => {
    const [half, another] = [policyOf(limit / 2), policyOf(limit / 2 + 1)];
    expect(problems({ Resources: { A: half, B: half } })).toEqual([]);
    expect(problems({ Resources: { A: half, B: another } })).toHaveLength(1);
    expect(problems({ Resources: { A: half, B: policyOf(limit / 2 + 1, '', 'by-name') } })).toEqual([]);
    expect(problems({ Resources: { A: policyOf(limit + 1, '', 'by-name') } })).toEqual([
      expect.stringContaining('inline policies of "by-name"'),
    ]);
  });

  test('what only the deployment knows counts as nothing, and the text around it counts', () => {
    const { Properties: properties } = policyOf(limit);
    const [statement] = properties.PolicyDocument.Statement;
    const withResource = (resource: unknown) => {
      const PolicyDocument = { Statement: [{ ...statement, Resource: resource }] };
      return { Resources: { P: { Type: 'AWS::IAM::Policy', Properties: { ...properties, PolicyDocument } } } };
    };
    expect(problems(withResource({ Ref: 'Key' }))).toEqual([]);
    expect(problems(withResource({ 'Fn::GetAtt': ['Key', 'Arn'] }))).toEqual([]);
    expect(problems(withResource({ 'Fn::Join': ['', [{ Ref: 'AWS::Partition' }]] }))).toEqual([]);
    expect(problems(withResource({ 'Fn::Join': ['', ['x', { Ref: 'AWS::Partition' }]] }))).toHaveLength(1);
  });
});

test('what is no inline policy does not count', () => {
  const Resources = {
    H: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
    G: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: {}, Groups: ['x'] } },
  };
  expect(problems({ Resources })).toEqual([]);
});
