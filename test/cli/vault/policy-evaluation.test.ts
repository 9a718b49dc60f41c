import { judgeRights } from '../../../cli/vault/policy-evaluation';
import { workspaceRules } from '../../../src/vault/contract/workspace-policy';

const rule = (path: string, ...capabilities: string[]) => `path "${path}" { capabilities = ${JSON.stringify(capabilities)} }`;

test.each([
  ['this library\'s own', [workspaceRules('kv')], []],
  ['wider ones', [rule('kv/*', 'create', 'read', 'update', 'delete')], []],
  ['segments', [rule('+/config', 'update'), rule('kv/+/zenml/*', 'create', 'read', 'update', 'delete')], []],
  ['those of root', [rule('*', 'root')], []],
  ['several', [rule('kv/config', 'update'), `${rule('kv/data/zenml/*', 'create', 'read', 'update')}\n${rule('kv/metadata/zenml/*', 'delete')}`], []],
  ['one that is commented out', [workspaceRules('kv').replace(/^/gm, '# '), rule('kv/data/*', 'create', 'read', 'update'), rule('kv/metadata/*', 'delete')], ['update on kv/config']],
  ['one that denies', [rule('kv/config', 'update'), rule('kv/data/*', 'create', 'read', 'update'), rule('kv/metadata/*', 'deny')], ['delete on kv/metadata/zenml/*']],
  ['rights behind comments', [`${rule('kv/*', 'create', 'read', 'update')} /* ${rule('kv/*', 'delete')} */ // ${rule('kv/*', 'delete')}`], ['delete on kv/metadata/zenml/*']],
  ['a rule of the old form before another', [`path "kv/*" { policy = "deny" }\n${rule('other/*', 'update')}`], [
    'update on kv/config', 'create on kv/data/zenml/*', 'read on kv/data/zenml/*', 'update on kv/data/zenml/*', 'delete on kv/metadata/zenml/*',
  ]],
  ['an exact rule beside a pattern', [rule('kv/*', 'create', 'read', 'update', 'delete'), rule('kv/config', 'read')], ['update on kv/config']],
  ['a star that is none', [rule('kv/*/zenml/*', 'create', 'read', 'update', 'delete'), rule('kv/config', 'update')], [
    'create on kv/data/zenml/*', 'read on kv/data/zenml/*', 'update on kv/data/zenml/*', 'delete on kv/metadata/zenml/*',
  ]],
  ['those for another mount', [workspaceRules('other')], [
    'update on kv/config', 'create on kv/data/zenml/*', 'read on kv/data/zenml/*', 'update on kv/data/zenml/*', 'delete on kv/metadata/zenml/*',
  ]],
])('%s', (_, policies, missing) => {
  expect(judgeRights(policies, 'kv')).toEqual({ missing, unclear: [] });
});

test('of several patterns that fit, nothing is said', () => {
  expect(judgeRights([rule('kv/*', 'create', 'read', 'update', 'delete'), rule('kv/data/zenml/*', 'read')], 'kv')).toEqual({ missing: [], unclear: ['kv/data/zenml/*'] });
});
