import { missingRights } from '../../src/check/vault-policy';
import { workspaceRules } from '../../src/private/workspace-rules';

const rule = (path: string, ...capabilities: string[]) => `path "${path}" { capabilities = ${JSON.stringify(capabilities)} }`;

test.each([
  ['this library\'s own', [workspaceRules('kv')], []],
  ['wider ones', [rule('kv/*', 'create', 'read', 'update', 'delete')], []],
  ['segments', [rule('+/config', 'update'), rule('kv/+/zenml/*', 'create', 'read', 'update', 'delete')], []],
  ['those of root', [rule('*', 'root')], []],
  ['several', [rule('kv/config', 'update'), `${rule('kv/data/zenml/*', 'create', 'read', 'update')}\n${rule('kv/metadata/zenml/*', 'delete')}`], []],
  ['one that is commented out', [workspaceRules('kv').replace(/^/gm, '# '), rule('kv/data/*', 'create', 'read', 'update'), rule('kv/metadata/*', 'delete')], ['update on kv/config']],
  ['one that denies', [workspaceRules('kv'), rule('kv/metadata/*', 'deny')], ['delete on kv/metadata/zenml/*']],
  ['a star that is none', [rule('kv/*/zenml/*', 'create', 'read', 'update', 'delete'), rule('kv/config', 'update')], [
    'create on kv/data/zenml/*', 'read on kv/data/zenml/*', 'update on kv/data/zenml/*', 'delete on kv/metadata/zenml/*',
  ]],
  ['those for another mount', [workspaceRules('other')], [
    'update on kv/config', 'create on kv/data/zenml/*', 'read on kv/data/zenml/*', 'update on kv/data/zenml/*', 'delete on kv/metadata/zenml/*',
  ]],
])('%s', (_, policies, missing) => {
  expect(missingRights(policies, 'kv')).toEqual(missing);
});
