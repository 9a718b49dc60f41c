import { AccessClaim } from '../../../../lambda/configure-vault/claims/access-claims';
import { readPolicyText, writePolicyText } from '../../../../lambda/configure-vault/claims/policy-text';

const CLAIM: AccessClaim = {
  stackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Zenml/0f8fad5b-d9cb-469f-a165-70867728950e',
  logicalId: 'Store',
  physicalId: 'zenml-vault-0-1',
  workspaceId: '123e4567-e89b-12d3-a456-426614174000',
  rolePath: 'auth/zenml-aws/role/zenml',
  found: { policy: null, role: null },
};
const SECOND: AccessClaim = {
  ...CLAIM,
  physicalId: 'zenml-vault-0-2',
  found: {
    policy: 'path "a" {\n}\n# by "hand" \\ \u2028\r\n',
    role: { token_policies: ['a'], token_ttl: 60, renewable: false, x: [] },
  },
};
const RULES = 'path "secrets/*" {\n}\n';
const TEXT = writePolicyText({ claims: [CLAIM, SECOND], rules: RULES }, 'zenml');

test.each([RULES, '', '\n', '# It grants nothing\n', 'no end'])('claims and the rules %j are read as they were written', (rules) => {
  const text = writePolicyText({ claims: [CLAIM, SECOND], rules }, 'zenml');

  expect(readPolicyText(text)).toEqual({ claims: [CLAIM, SECOND], rules });
});

test('each claim is one line of comment, whatever it remembers', () => {
  expect(TEXT.split('\n').map((line) => line.slice(0, 12))).toEqual([
    '# Claims of ', '# {"stackId"', '# {"stackId"', 'path "secret', '}', '',
  ]);
});

test('without claims a policy is what it was', () => {
  expect(writePolicyText({ claims: [], rules: RULES }, 'zenml')).toBe(RULES);
  expect(readPolicyText(RULES)).toEqual({ claims: [], rules: RULES });
  expect(readPolicyText('')).toEqual({ claims: [], rules: '' });
});

describe('nobody knows whose a policy is after', () => {
  const [header, first, second, ...rules] = TEXT.split('\n');
  const text = (...lines: string[]) => [...lines, ...rules].join('\n');

  test.each<[string, string]>([
    ['the first line went', text(first, second)],
    ['the first line was edited', text(`${header} `, first, second)],
    ['a line was put before', text('# by hand', header, first, second)],
    ['all claims went', text(header)],
    ['nothing but the first line stayed', header],
    ['the rules went with the end of the last claim', [header, first, second].join('\n')],
    ['a claim was cut', text(header, first, second.slice(0, -1))],
    ['a claim got another field', text(header, first.replace('}}', '},"more":1}'), second)],
    ['a claim lost a field', text(header, first.replace('"logicalId":"Store",', ''), second)],
    ['a space got into a claim', text(header, first.replace(',', ', '), second)],
    ['a claim was doubled', text(header, first, first)],
    ['a claim got another role', text(header, first, second.replace('role/zenml', 'role/other'))],
    ['a claim got another workspace', text(header, first, second.replace('123e', '923e'))],
    ['a claim got what is no stack', text(header, first.replace('arn:aws:cloudformation', 'arn:aws:iam'), second)],
    ['a claim got what is no resource', text(header, first.replace('"Store"', '"Store 2"'), second)],
    ['a claim got what is no id', text(header, first.replace('zenml-vault-0', '*'), second)],
    ['a claim got what is no role', text(header, first.replaceAll('auth/zenml-aws', 'sys/zenml-aws'))],
    ['a role got what is no field', text(header, first, second.replace('"token_ttl":60', '"token_ttl":{}'))],
    ['a role got what is no name', text(header, first, second.replace('"token_ttl"', '"Token"'))],
    ['a claim became a list', text(header, '# {"0":1}', second)],
  ])('%s', (_, edited) => {
    expect(readPolicyText(edited)).toEqual({ claims: [], rules: edited });
  });
});

test('claims do not grow without end', () => {
  const large = { ...CLAIM, found: { policy: '#'.repeat(64 * 1024), role: null } };

  expect(() => writePolicyText({ claims: [large], rules: RULES }, 'zenml')).toThrow(
    'The claims on policy zenml, with what each has found, would take more than 65536 bytes. '
    + 'Delete the policy by hand if it may go, or choose another roleName');
});
