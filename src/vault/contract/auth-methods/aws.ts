import { AuthMethod, loginFields, loginRolePath, pinned } from './auth-method';

/** The workspace signs a request to STS with its IAM role. https://developer.hashicorp.com/vault/api-docs/auth/aws */
export const aws: AuthMethod = {
  mountType: 'aws',
  mountIsBuiltIn: false,
  bindsPrincipal: true,
  rolePath: loginRolePath,
  roleFields: (settings) => ({
    auth_type: pinned('iam'),
    bound_iam_principal_arn: pinned([settings.principalArn]),
    // With true, Vault would have to look the role up in an account that is not the customer's.
    resolve_aws_unique_ids: pinned(false),
    inferred_entity_type: pinned(''),
    bound_account_id: pinned([]),
    ...loginFields(settings),
  }),
  configuration: ({ roleName, headerValue }) => ({
    aws_role: roleName,
    ...(headerValue === '' ? {} : { aws_header_value: headerValue }),
  }),
  clientConfig: {
    path: (authMount) => `auth/${authMount}/config/client`,
    fields: ({ headerValue, stsEndpoint, stsRegion }) => ({
      iam_server_id_header_value: headerValue,
      sts_endpoint: stsEndpoint,
      sts_region: stsRegion,
    }),
  },
};
