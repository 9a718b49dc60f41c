import { appRole } from './app-role';
import { AuthMethod, Credential, CredentialAuthMethod } from './auth-method';
import { aws } from './aws';
import { token } from './token';
import * as formats from '../../../core/formats';

/** The ways to log in, by the names that ZenML gives them (`auth_method`). */
export const AUTH_METHODS = { aws, app_role: appRole, token };

export type AuthMethodName = keyof typeof AUTH_METHODS;

/** The ways to log in that hand a credential over. */
export type CredentialMethodName = {
  [name in AuthMethodName]: (typeof AUTH_METHODS)[name] extends CredentialAuthMethod ? name : never;
}[AuthMethodName];

export const AUTH_METHOD_NAMES = Object.keys(AUTH_METHODS) as AuthMethodName[];

export const CREDENTIAL_METHOD_NAMES = AUTH_METHOD_NAMES.filter(handsOverCredential);

/** The path of an auth mount, also of one that Vault always has. */
export const anyAuthMount: formats.Format = {
  ...formats.authMount,
  matches: (path) => formats.authMount.matches(path) || builtInMounts().includes(path),
};

function builtInMounts(): string[] {
  return AUTH_METHOD_NAMES.map(authMethod).filter(({ mountIsBuiltIn }) => mountIsBuiltIn).map(({ mountType }) => mountType);
}

/** The fields of ZenML's configuration that a way to log in demands. */
export function requiredFields(name: AuthMethodName): string[] {
  const { configuration, credential } = authMethod(name);
  return Object.keys({ ...configuration({ roleName: '', headerValue: '' }), ...credential?.secretFields });
}

export function authMethod(name: AuthMethodName): AuthMethod {
  return AUTH_METHODS[name];
}

export function credentialMethod(name: CredentialMethodName): Credential {
  return AUTH_METHODS[name].credential;
}

export function handsOverCredential(name: AuthMethodName): name is CredentialMethodName {
  return authMethod(name).credential !== undefined;
}
