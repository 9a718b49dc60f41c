import { parsePolicy } from '../../../cli/vault/policy-parser';
import { workspaceRules } from '../../../src/vault/contract/workspace-policy';

/** As `vault policy fmt` leaves it. */
const FORMATTED = `# Managed by hand, see "path" in the guide {
name = "team" // old

path "kv/data/team \\"a\\\\b\\" # no comment/*" {
  /* The parameters
     stand first. */
  allowed_parameters = {
    "max_versions"   = []
    "options"        = [{ "cas" = 0 }, true, -1.5]
    "*"              = ["deny", "}"],
  }
  denied_parameters {
    "x" = []
    nested {
      y = "path \\"kv/*\\" { capabilities = [\\"root\\"] }"
    }
  }
  required_parameters = ["max_versions", ]

  capabilities = ["create", "read",
    # "update",
    "delete",
  ]
}

"path" "/sys/mounts" { capabilities = ["read"] } path "auth/token/lookup-self" { capabilities = [] }
`;

test('policy as people and vault policy fmt write it', () => {
  expect(parsePolicy(FORMATTED)).toEqual({
    rules: [
      { path: 'kv/data/team "a\\b" # no comment/*', capabilities: ['create', 'read', 'delete'] },
      { path: 'sys/mounts', capabilities: ['read'] },
      { path: 'auth/token/lookup-self', capabilities: [] },
    ],
  });
  expect(parsePolicy(FORMATTED.replaceAll('\n', '\r\n'))).toEqual(parsePolicy(FORMATTED));
});

test('policy of this library', () => {
  expect(parsePolicy(workspaceRules('kv'))).toEqual({
    rules: [
      { path: 'kv/config', capabilities: ['update'] },
      { path: 'kv/data/zenml/*', capabilities: ['create', 'read', 'update'] },
      { path: 'kv/metadata/zenml/*', capabilities: ['delete'] },
    ],
  });
});

test('comment that has a character which ends a line in JavaScript only', () => {
  expect(parsePolicy('# \u2028 path "kv/*" { capabilities = ["root"] }\n')).toEqual({ rules: [] });
});

test('policy without rules', () => {
  expect(parsePolicy('')).toEqual({ rules: [] });
});

test('JSON: not understood', () => {
  expect(parsePolicy('\n{ "path": { "kv/*": { "capabilities": ["read"] } } }')).toEqual({ problem: 'it is written in JSON' });
});

test('parameters nested too deep: not understood', () => {
  expect(parsePolicy(`path "kv/*" { allowed_parameters = ${'['.repeat(100_000)}`).problem).toMatch(/call stack/);
});

test.each([
  ['policy in place of capabilities', 'path "kv/*" {\n  policy = "write"\n}', 'line 2: "policy"'],
  ['argument that may limit the rule', 'path "kv/*" {\n  capabilities = ["read"]\n  control_group = {}\n}', 'line 3: "control_group"'],
  ['capabilities twice', 'path "kv/*" {\n  capabilities = ["read"]\n  capabilities = ["deny"]\n}', 'line 3: "capabilities"'],
  ['capabilities that are no list', 'path "kv/*" { capabilities = "read" }', 'line 1: "read"'],
  ['capability that is no string', 'path "kv/*" { capabilities = [read] }', 'line 1: "read"'],
  ['list without a comma', 'path "kv/*" { capabilities = ["read" "update"] }', 'line 1: "update"'],
  ['block that does not end', 'path "kv/*" {\n  capabilities = ["read"]\n', 'line 3: "the end of the text"'],
  ['list that does not end', 'path "kv/*" { capabilities = ["read"', 'line 1: "the end of the text"'],
  ['object that does not end', 'path "kv/*" { allowed_parameters = { "a" = []', 'line 1: "the end of the text"'],
  ['brace too many', 'path "kv/*" { capabilities = ["read"] }\n}', 'line 2: "}"'],
  ['string that does not end', 'path "kv/* { }', 'line 1: "\\""'],
  ['string over two lines', 'path "kv/\n*" { }', 'line 1: "\\""'],
  ['comment that does not end', 'path "a" {} /* path "kv/*" { }', 'line 1: "/"'],
  ['escape that is not known', 'path "kv/\\x2a" { }', 'line 1: "\\""'],
  ['interpolation', 'path "${"kv"}/*" { }', 'line 1: "${"'],
  ['heredoc', 'path "kv/*" {\n  capabilities = <<EOF\nread\nEOF\n}', 'line 2: "<"'],
  ['path as an assignment', 'path = { "kv/*" = { capabilities = ["read"] } }', 'line 1: "="'],
  ['path with two labels', 'path "kv/*" "b" { }', 'line 1: "b"'],
  ['other block', 'rule "kv/*" { }', 'line 1: "rule"'],
  ['number in place of a block', '7', 'line 1: "7"'],
])('%s: not understood', (_, text, problem) => {
  expect(parsePolicy(text)).toEqual({ problem: `${problem} is not expected` });
});
