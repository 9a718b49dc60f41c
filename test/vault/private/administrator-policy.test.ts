import { administratorRules } from '../../../src/vault/private/administrator-policy';
import { OTHER_WORKSPACE, storeOf, WORKSPACE } from '../../lambda/configure-vault/stack-under-test';

/* That the policy suffices, and how little else it lets an administrator do, the tests of the handler show on a real server. */

const ROLE = `zenml-${WORKSPACE}`;
const CLAIMS = `sys/policies/acl/zenml-claims/auth/zenml-aws/role/${ROLE}`;
const OTHER_ROLE = `zenml-${OTHER_WORKSPACE}`;

/** The rules by their paths, each as the text between its braces. */
function rulesOf(...stores: Parameters<typeof administratorRules>[0]): { [path: string]: string } {
  const blocks = [...administratorRules(stores).matchAll(/^path "([^"]+)" \{\n([^]*?)^\}\n/gm)];
  return Object.fromEntries(blocks.map(([, path, text]) => [path, text]));
}

const capabilities = (...names: string[]) => `  capabilities = [${names.map((name) => `"${name}"`).join(', ')}]\n`;

test('a store of its own mounts, policy and role', () => {
  expect(administratorRules([storeOf({ headerValue: 'vault.example.com', stsEndpoint: 'https://sts.eu-central-1.amazonaws.com', stsRegion: 'eu-central-1' })])).toBe(`\
path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/revoke-self" {
  capabilities = ["update"]
}
path "sys/auth" {
  capabilities = ["read"]
}
path "sys/auth/zenml-aws" {
  capabilities = ["create", "update", "delete", "sudo"]
  allowed_parameters = {
    "type" = ["aws"]
    "description" = []
  }
}
path "auth/zenml-aws/role" {
  capabilities = ["list"]
}
path "auth/zenml-aws/config/client" {
  capabilities = ["create", "read", "update"]
  allowed_parameters = {
    "iam_server_id_header_value" = ["vault.example.com", ""]
    "sts_endpoint" = ["https://sts.eu-central-1.amazonaws.com", ""]
    "sts_region" = ["eu-central-1", ""]
  }
  denied_parameters = {
    "iam_server_id_header_value" = ["*,*"]
    "sts_endpoint" = ["*,*"]
    "sts_region" = ["*,*"]
  }
}
path "auth/zenml-aws/role/${ROLE}" {
  capabilities = ["create", "read", "update", "delete"]
  allowed_parameters = {
    "auth_type" = ["iam"]
    "bound_iam_principal_arn" = [["arn:aws:iam::715803424590:role/${ROLE}"]]
    "resolve_aws_unique_ids" = [false]
    "inferred_entity_type" = [""]
    "bound_account_id" = [[]]
    "token_policies" = [["${ROLE}"]]
    "token_ttl" = []
    "token_max_ttl" = []
    "token_bound_cidrs" = []
    "token_no_default_policy" = []
    "token_explicit_max_ttl" = []
    "token_num_uses" = []
    "token_period" = []
    "token_type" = ["default"]
  }
  denied_parameters = {
    "bound_iam_principal_arn" = [[], ""]
    "inferred_entity_type" = ["*,*"]
    "token_policies" = [[], ""]
  }
}
path "sys/policies/acl/${ROLE}" {
  capabilities = ["create", "read", "update", "delete"]
}
path "sys/policies/acl/zenml-claims/auth/zenml-aws/role/${ROLE}" {
  capabilities = ["read"]
}
path "sys/mounts" {
  capabilities = ["read"]
}
path "sys/mounts/secrets-${WORKSPACE}" {
  capabilities = ["create", "update", "delete"]
  allowed_parameters = {
    "type" = ["kv"]
    "description" = []
    "options" = []
  }
}
path "sys/mounts/secrets-${WORKSPACE}/tune" {
  capabilities = ["update"]
  allowed_parameters = {
    "description" = []
  }
}
path "secrets-${WORKSPACE}/config" {
  capabilities = ["read"]
}
path "secrets-${WORKSPACE}/metadata" {
  capabilities = ["list"]
}
`);
});

test('a comma in a name stays as it is', () => {
  expect(administratorRules([storeOf({ principalArn: 'arn:aws:iam::715803424590:role/a,b' })])).toContain(
    '[["arn:aws:iam::715803424590:role/a,b"]]',
  );
});

test('the order of the stores does not matter', () => {
  const maker = storeOf();
  const user = storeOf({ authMountIsExternal: true, policyIsExternal: true, kvMountIsExternal: true });

  expect(rulesOf(maker, user)['auth/zenml-aws/config/client']).toBe(rulesOf(maker)['auth/zenml-aws/config/client']);
  expect(Object.entries(rulesOf(maker, user)).map(([path, rule]) => [path, rule.split('').sort().join('')]).sort())
    .toEqual(Object.entries(rulesOf(user, maker)).map(([path, rule]) => [path, rule.split('').sort().join('')]).sort());
});

test('a namespace below that of the administrator stands before each path but the administrator\'s own', () => {
  const paths = [...administratorRules([storeOf()], 'team/zenml/').matchAll(/^path "([^"]+)"/gm)].map(([, path]) => path);

  expect(paths.slice(0, 2)).toEqual(['auth/token/lookup-self', 'auth/token/revoke-self']);
  expect(paths.slice(2)).toEqual(Object.keys(rulesOf(storeOf())).slice(2).map((path) => `team/zenml/${path}`));
});

test('the mount aws, where others log in, may not be removed', () => {
  expect(rulesOf(storeOf({ authMount: 'aws' }))['sys/auth/aws']).toContain(capabilities('create', 'update', 'sudo'));
  expect(rulesOf(storeOf())['sys/auth/zenml-aws']).toContain(capabilities('create', 'update', 'delete', 'sudo'));
});

test('no store, no rule', () => {
  expect(administratorRules([])).toBe('');
});

test('an empty value is named once', () => {
  const rules = rulesOf(storeOf({ headerValue: '' }));

  expect(rules['auth/zenml-aws/config/client']).toContain(
    '    "iam_server_id_header_value" = [""]\n    "sts_endpoint" = [""]\n    "sts_region" = [""]\n',
  );
});

describe('what others provide is only looked at', () => {
  test('an auth mount', () => {
    const rules = rulesOf(storeOf({ authMountIsExternal: true }));

    expect(rules['auth/zenml-aws/config/client']).toBe(capabilities('read'));
    expect(Object.keys(rules).filter((path) => path.includes('zenml-aws') || path.startsWith('sys/auth'))).toEqual([
      'auth/zenml-aws/config/client', `auth/zenml-aws/role/${ROLE}`, CLAIMS,
    ]);
  });

  test('a policy', () => {
    expect(rulesOf(storeOf({ policy: 'theirs', policyIsExternal: true }))).toMatchObject({
      'sys/policies/acl/theirs': capabilities('read'),
      [`sys/policies/acl/${ROLE}`]: capabilities('read'),
      [CLAIMS]: capabilities('create', 'read', 'update', 'delete'),
    });
  });

  test('a KV mount', () => {
    const rules = rulesOf(storeOf({ kvMountIsExternal: true }));

    expect(rules).toMatchObject({
      [`secrets-${WORKSPACE}/config`]: capabilities('read'), [`secrets-${WORKSPACE}/metadata`]: capabilities('list'),
    });
    expect(Object.keys(rules).filter((path) => path.startsWith('sys/mounts'))).toEqual([]);
  });

  test('everything: nothing but the role and its claims is written', () => {
    const rules = rulesOf(storeOf({ authMountIsExternal: true, policyIsExternal: true, kvMountIsExternal: true }));

    expect(Object.keys(rules).filter((path) => /"(create|update|delete|sudo)"/.test(rules[path]))).toEqual([
      'auth/token/revoke-self', `auth/zenml-aws/role/${ROLE}`, CLAIMS,
    ]);
  });
});

test('to take a role over, whatever is in it may be written back', () => {
  const rules = rulesOf(storeOf({ takeOver: true }), storeOf({ roleName: 'other', policy: 'other' }));

  expect(rules[`auth/zenml-aws/role/${ROLE}`]).toMatch(/allowed_parameters = \{\n {4}"\*" = \[\]\n {2}\}\n$/);
  expect(rules['auth/zenml-aws/role/other']).toContain('"token_policies" = [["other"]]');
  expect(rulesOf(storeOf(), storeOf({ takeOver: true }))[`auth/zenml-aws/role/${ROLE}`]).toBe(rules[`auth/zenml-aws/role/${ROLE}`]);
});

describe('two stores', () => {
  const one = storeOf({ headerValue: 'vault.example.com' });
  const other = storeOf({ workspaceId: OTHER_WORKSPACE, headerValue: 'other.example.com' });

  test('on one auth mount have each path once, with the values of both', () => {
    const text = administratorRules([one, other]);
    const paths = [...text.matchAll(/^path "([^"]+)"/gm)].map(([, path]) => path);

    expect(paths).toEqual([...new Set(paths)]);
    expect(rulesOf(one, other)).toEqual({
      ...rulesOf(one),
      ...rulesOf(other),
      'auth/zenml-aws/config/client': `${capabilities('create', 'read', 'update')}  allowed_parameters = {\n`
        + '    "iam_server_id_header_value" = ["vault.example.com", "", "other.example.com"]\n'
        + '    "sts_endpoint" = [""]\n    "sts_region" = [""]\n  }\n  denied_parameters = {\n'
        + '    "iam_server_id_header_value" = ["*,*"]\n    "sts_endpoint" = ["*,*"]\n    "sts_region" = ["*,*"]\n  }\n',
    });
  });

  test('do not mix their roles', () => {
    const rules = rulesOf(one, other);

    expect(rules[`auth/zenml-aws/role/${ROLE}`]).not.toContain(OTHER_WORKSPACE);
    expect(rules[`auth/zenml-aws/role/${OTHER_ROLE}`]).not.toContain(WORKSPACE);
  });

  test('on one role have the values of both there, lists compared by what is in them', () => {
    const rules = rulesOf(one, { ...one, principalArn: 'arn:aws:iam::111122223333:role/pod' });

    expect(rules[`auth/zenml-aws/role/${ROLE}`]).toBe(rulesOf(one)[`auth/zenml-aws/role/${ROLE}`].replace(
      `[["arn:aws:iam::715803424590:role/${ROLE}"]]`,
      `[["arn:aws:iam::715803424590:role/${ROLE}"], ["arn:aws:iam::111122223333:role/pod"]]`,
    ));
  });

  test('that are the same have the rules of one', () => {
    expect(administratorRules([one, one])).toBe(administratorRules([one]));
  });

  test('on mounts of their own have rules for both, and one look at the tables', () => {
    const away = { ...other, authMount: 'other-aws' };

    expect(rulesOf(one, away)).toEqual({ ...rulesOf(one), ...rulesOf(away) });
  });
});

test('an AppRole, whose secret ids go into the hand-off', () => {
  const rules = rulesOf(storeOf({ authMethod: 'app_role', authMount: 'approle', principalArn: '' }));

  expect(rules['sys/auth/approle']).toBe(
    `${capabilities('create', 'update', 'sudo')}  allowed_parameters = {\n    "type" = ["approle"]\n    "description" = []\n  }\n`,
  );
  expect(Object.keys(rules)).not.toContain('auth/approle/config/client');
  expect(rules[`auth/approle/role/${ROLE}`]).toContain('    "bind_secret_id" = [true]\n');
  expect(rules[`auth/approle/role/${ROLE}`]).toContain(`    "token_policies" = [["${ROLE}"]]\n`);
  expect(rules[`auth/approle/role/${ROLE}/role-id`]).toBe(capabilities('read'));
  expect(rules[`auth/approle/role/${ROLE}/secret-id`]).toBe(
    `${capabilities('update', 'list')}  allowed_parameters = {\n    "metadata" = []\n  }\n`,
  );
  expect(rules[`auth/approle/role/${ROLE}/secret-id-accessor/destroy`]).toBe(
    `${capabilities('update')}  allowed_parameters = {\n    "secret_id_accessor" = []\n  }\n`,
  );
});

test('a token, which needs no mount', () => {
  const rules = rulesOf(storeOf({ authMethod: 'token', authMount: 'token', authMountIsExternal: true, principalArn: '' }));

  expect(Object.keys(rules).filter((path) => path.startsWith('auth'))).toEqual([
    'auth/token/lookup-self',
    'auth/token/revoke-self',
    `auth/token/roles/${ROLE}`,
    `auth/token/create/${ROLE}`,
    'auth/token/lookup-accessor',
    'auth/token/revoke-accessor',
  ]);
  expect(rules[`auth/token/roles/${ROLE}`]).toContain(`    "allowed_policies" = [["${ROLE}"]]\n`);
  expect(rules[`auth/token/create/${ROLE}`]).toContain(`    "policies" = [["${ROLE}"]]\n`);
  expect(rules[`auth/token/create/${ROLE}`]).toContain('    "policies" = [[], ""]\n');
  expect(rules[`auth/token/create/${ROLE}`]).toMatch(/ {2}required_parameters = \["policies"\]\n$/);
});

test('a token in a namespace below that of the administrator, which takes sudo', () => {
  const store = storeOf({ authMethod: 'token', authMount: 'token', authMountIsExternal: true, principalArn: '' });

  expect(administratorRules([store], 'team/')).toContain(
    `path "team/auth/token/create/${ROLE}" {\n${capabilities('update', 'sudo')}  allowed_parameters = {\n    "policies" = [["${ROLE}"]]\n`,
  );
  expect(administratorRules([store])).not.toContain('sudo');
});
