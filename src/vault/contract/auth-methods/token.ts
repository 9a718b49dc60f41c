import {
  allowedParameters, CredentialAuthMethod, CredentialSettings, Fields, free, pinned, RoleLocation, tokenFields,
} from './auth-method';

export const tokenRolePath = ({ roleName }: RoleLocation) => `auth/token/roles/${roleName}`;
export const createTokenPath = ({ roleName }: RoleLocation) => `auth/token/create/${roleName}`;

/** What a token is created with. */
export function tokenRequest({ policy, tokenTtl }: CredentialSettings, metadata: { readonly [name: string]: string } = {}): Fields {
  return { policies: pinned([policy]), ttl: free(`${tokenTtl}s`), meta: free(metadata), display_name: free('zenml') };
}

/** The workspace has a token, of a token role of its own. https://developer.hashicorp.com/vault/api-docs/auth/token */
export const token: CredentialAuthMethod = {
  mountType: 'token',
  mountIsBuiltIn: true,
  bindsPrincipal: false,
  rolePath: tokenRolePath,
  roleFields: (settings) => ({
    allowed_policies: pinned([settings.policy]),
    allowed_policies_glob: pinned([]),
    allowed_entity_aliases: pinned([]),
    disallowed_policies: free([]),
    // Else the token would end with that of the administrator, which creates it.
    orphan: pinned(true),
    path_suffix: pinned(''),
    renewable: pinned(false),
    ...tokenFields(settings, settings.tokenMaxTtl),
    token_type: pinned('service'),
  }),
  configuration: () => ({}),
  credential: {
    label: 'token',
    expires: true,
    ttlOption: 'tokenTtl',
    ttlMount: () => 'auth/token',
    secretFields: { vault_token: 'token' },
    keptOptions: ['policy', 'tokenTtl', 'tokenNoDefaultPolicy', 'tokenBoundCidrs'],
    administratorRules: (settings) => ({
      [createTokenPath(settings)]: {
        capabilities: ['update'],
        // Under a role it still makes no tokens but those of the role.
        capabilitiesFromAbove: ['sudo'],
        parameters: allowedParameters(tokenRequest(settings)),
        // Without policies Vault would create a token with those of the administrator.
        required: ['policies'],
      },
      // Vault has no narrower paths for these. They take an accessor, and this policy shows those of our own tokens only.
      'auth/token/lookup-accessor': { capabilities: ['update'], parameters: { accessor: [] } },
      'auth/token/revoke-accessor': { capabilities: ['update'], parameters: { accessor: [] } },
    }),
  },
};
