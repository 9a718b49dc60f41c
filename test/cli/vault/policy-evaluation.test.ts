import { evaluateRules } from '../../../cli/vault/policy-evaluation';
import { parsePolicy } from '../../../cli/vault/policy-parser';
import { workspaceRules } from '../../../src/vault/contract/workspace-policy';

const ALL = ['create', 'read', 'update', 'delete'];
const rule = (path: string, ...capabilities: string[]) => `path "${path}" { capabilities = ${JSON.stringify(capabilities)} }`;

function evaluate(...policies: string[]) {
  return evaluateRules(policies.flatMap((policy) => {
    const parsed = parsePolicy(policy);
    if (parsed.problem !== undefined) {
      throw new Error(parsed.problem);
    }
    return parsed.rules;
  }), 'kv');
}

const ON_DATA = ['create', 'read', 'update'].map((capability) => `${capability} on kv/data/zenml/*`);
const EVERYTHING = ['update on kv/config', ...ON_DATA, 'delete on kv/metadata/zenml/*'];

test.each<[string, string[], string[]]>([
  ['policy of this library', [workspaceRules('kv')], []],
  ['wider pattern', [rule('kv/*', ...ALL)], []],
  ['wildcard segments', [rule('+/config', 'update'), rule('kv/+/zenml/*', ...ALL)], []],
  ['plus within a segment', [rule('k+/config', 'update'), rule('kv/data/*', ...ALL), rule('kv/metadata/*', ...ALL)],
    ['update on kv/config']],
  ['slash in front of the path', [rule('/kv/*', ...ALL)], []],
  ['root', [rule('*', 'root')], []],
  ['several policies', [
    rule('kv/config', 'update'), `${rule('kv/data/zenml/*', 'create', 'read', 'update')}\n${rule('kv/metadata/zenml/*', 'delete')}`,
  ], []],
  ['one path in two policies', [rule('kv/*', 'create', 'read'), rule('kv/*', 'update', 'delete')], []],
  ['one path in two policies, one of which denies', [rule('kv/*', ...ALL), rule('kv/*', 'deny')], EVERYTHING],
  ['deny beside other capabilities', [rule('kv/*', ...ALL, 'deny')], EVERYTHING],
  ['deny on a pattern', [rule('kv/config', 'update'), rule('kv/data/*', ...ALL), rule('kv/metadata/*', 'deny')],
    ['delete on kv/metadata/zenml/*']],
  ['rule in a comment', [
    workspaceRules('kv').replace(/^/gm, '# '), rule('kv/data/*', 'create', 'read', 'update'), rule('kv/metadata/*', 'delete'),
  ], ['update on kv/config']],
  ['rules behind comments', [
    `${rule('kv/*', 'create', 'read', 'update')} /* ${rule('kv/*', 'delete')} */ // ${rule('kv/*', 'delete')}`,
  ], ['delete on kv/metadata/zenml/*']],
  ['exact rule beside a pattern', [rule('kv/*', ...ALL), rule('kv/config', 'read')], ['update on kv/config']],
  ['star that is not at the end', [rule('kv/*/zenml/*', ...ALL), rule('kv/config', 'update')],
    [...ON_DATA, 'delete on kv/metadata/zenml/*']],
  ['pattern of some secrets', [
    workspaceRules('kv').replace('data/zenml/*', 'data/zenml/0*').replace('metadata/zenml/*', 'metadata/zenml/f*'),
  ], ['delete on kv/metadata/zenml/*', ...ON_DATA]],
  ['another mount', [workspaceRules('other')], EVERYTHING],
  ['rule without capabilities', ['path "kv/*" {}'], EVERYTHING],
  ['template of another path', [workspaceRules('kv'), rule('identity/entity/id/{{identity.entity.id}}', 'deny')], []],
])('%s', (_, policies, missing) => {
  expect(evaluate(...policies)).toEqual({ missing, unclear: [] });
});

test.each([
  ['two patterns for a path', [rule('kv/*', ...ALL), rule('kv/data/zenml/*', 'read')]],
  ['template for a path, beside a pattern', [rule('kv/*', ...ALL), rule('kv/data/{{identity.entity.metadata.a/b}}/*', 'deny')]],
])('%s: not clear', (_, policies) => {
  expect(evaluate(...policies)).toEqual({ missing: [], unclear: ['kv/data/zenml/*'] });
});

test('template only: not clear', () => {
  expect(evaluate(rule('{{identity.entity.name}}/*', ...ALL)).unclear).toEqual(['kv/config', 'kv/data/zenml/*', 'kv/metadata/zenml/*']);
});
