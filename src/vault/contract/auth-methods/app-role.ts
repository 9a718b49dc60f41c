import { CredentialAuthMethod, free, loginFields, loginRolePath, pinned, RoleLocation, Rules } from './auth-method';

export const roleIdPath = (location: RoleLocation) => `${loginRolePath(location)}/role-id`;
export const secretIdPath = (location: RoleLocation) => `${loginRolePath(location)}/secret-id`;
export const destroySecretIdPath = (location: RoleLocation) => `${loginRolePath(location)}/secret-id-accessor/destroy`;

/** The workspace has a role id and a secret id. https://developer.hashicorp.com/vault/api-docs/auth/approle */
export const appRole: CredentialAuthMethod = {
  mountType: 'approle',
  mountIsBuiltIn: false,
  bindsPrincipal: false,
  rolePath: loginRolePath,
  roleFields: (settings) => ({
    bind_secret_id: pinned(true),
    secret_id_bound_cidrs: free(settings.secretIdBoundCidrs),
    secret_id_num_uses: free(0),
    secret_id_ttl: free(settings.secretIdTtl),
    ...loginFields(settings),
  }),
  configuration: () => ({}),
  credential: {
    label: 'secret id',
    expires: false,
    ttlOption: 'secretIdTtl',
    ttlMount: ({ authMount }) => `auth/${authMount}`,
    secretFields: { app_role_id: 'role_id', app_secret_id: 'secret_id' },
    keptOptions: ['secretIdTtl'],
    administratorRules: (location): Rules => ({
      [roleIdPath(location)]: { capabilities: ['read'] },
      [secretIdPath(location)]: { capabilities: ['update', 'list'], parameters: { metadata: [] } },
      [destroySecretIdPath(location)]: { capabilities: ['update'], parameters: { secret_id_accessor: [] } },
    }),
  },
};
