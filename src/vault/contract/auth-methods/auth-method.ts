/*
 * What library and function know of a way to log in to Vault: one way, one file of this folder. The role's fields are listed once: the
 * function writes them, and the administrator's policy allows them.
 */

/** What a way to log in needs to know of a store. Names and paths are those of Vault. */
export interface LoginSettings {
  readonly authMount: string;
  readonly roleName: string;
  /** The one policy that a login grants. */
  readonly policy: string;
  /** The one IAM role that may log in; empty where none is asked for. */
  readonly principalArn: string;
  /** The value that each login must send in `X-Vault-AWS-IAM-Server-ID`; empty for none. */
  readonly headerValue: string;
  /** The STS that Vault asks who signed a login; empty for the global one. */
  readonly stsEndpoint: string;
  readonly stsRegion: string;
  /** Seconds. */
  readonly tokenTtl: number;
  /** Seconds. */
  readonly tokenMaxTtl: number;
  readonly tokenBoundCidrs: string[];
  readonly tokenNoDefaultPolicy: boolean;
  /** The addresses from which a secret id may be used. */
  readonly secretIdBoundCidrs: string[];
  /** Seconds; 0 for no end. */
  readonly secretIdTtl: number;
}

/** What a credential needs to know of its store. */
export type CredentialSettings = Pick<LoginSettings,
  'authMount' | 'roleName' | 'policy' | 'tokenTtl' | 'tokenBoundCidrs' | 'tokenNoDefaultPolicy' | 'secretIdTtl'>;

export type RoleLocation = Pick<LoginSettings, 'authMount' | 'roleName'>;

export type FieldValue = string | number | boolean | readonly string[] | { readonly [name: string]: string };

/** A field of a role in Vault, as the function writes it. */
export interface Field {
  readonly value: FieldValue;
  /** Whether the administrator's policy allows this value only. */
  readonly pinned: boolean;
}

export interface Fields {
  readonly [name: string]: Field;
}

export interface AuthMethod {
  /** The type of the auth mount. */
  readonly mountType: string;
  /** Whether Vault always has the mount, so that it is neither enabled nor chosen. */
  readonly mountIsBuiltIn: boolean;
  /** Whether the role admits one IAM principal, which nobody else can be. */
  readonly bindsPrincipal: boolean;
  readonly rolePath: (location: RoleLocation) => string;
  /** Every field that matters, also to clear it: Vault merges a write into what is there. */
  readonly roleFields: (settings: LoginSettings) => Fields;
  /** The configuration of the mount, which all who log in there share. */
  readonly clientConfig?: ClientConfig;
  /** The fields of ZenML's configuration, beside the location of the store and the fields of a credential. */
  readonly configuration: (settings: Pick<LoginSettings, 'roleName' | 'headerValue'>) => { readonly [zenmlField: string]: string };
  /** What is handed over to ZenML; undefined where nothing secret is. */
  readonly credential?: Credential;
}

/** A way to log in that hands a credential over. */
export type CredentialAuthMethod = AuthMethod & { readonly credential: Credential };

export interface ClientConfig {
  readonly path: (authMount: string) => string;
  readonly fields: (settings: LoginSettings) => { readonly [name: string]: string };
}

export interface Credential {
  /** What Vault calls it. */
  readonly label: string;
  /** Whether it always ends, however often it is used. */
  readonly expires: boolean;
  /** The option of the public API that says how long it lives. */
  readonly ttlOption: 'tokenTtl' | 'secretIdTtl';
  /** The mount that limits how long it lives. */
  readonly ttlMount: (location: RoleLocation) => string;
  /** The fields of ZenML's configuration, and the field of the credential that each takes. */
  readonly secretFields: { readonly [zenmlField: string]: string };
  /** The options of the public API whose value a credential keeps from its creation. */
  readonly keptOptions: readonly (keyof CredentialSettings)[];
  /** What the administrator needs to create, find and destroy credentials. */
  readonly administratorRules: (settings: CredentialSettings) => Rules;
}

/** One path of the administrator's policy. */
export interface Rule {
  readonly capabilities: readonly string[];
  /** What Vault asks for in addition of an administrator whose namespace is above that of the stores. */
  readonly capabilitiesFromAbove?: readonly string[];
  /** The parameters of a write, with all the values that each may have; none for any. */
  readonly parameters?: { readonly [name: string]: readonly FieldValue[] };
  /** Those that a request must not leave out: a pin says nothing of a parameter that is left out. Vault asks it of reads, too. */
  readonly required?: readonly string[];
}

export interface Rules {
  readonly [path: string]: Rule;
}

export const pinned = (value: FieldValue): Field => ({ value, pinned: true });
export const free = (value: FieldValue): Field => ({ value, pinned: false });

/** What the administrator may write: of a pinned field its value, of another any. */
export function allowedParameters(fields: Fields): { readonly [name: string]: readonly FieldValue[] } {
  return Object.fromEntries(Object.entries(fields).map(([name, { value, pinned: isPinned }]) => [name, isPinned ? [value] : []]));
}

/** What the function writes. */
export function valuesOf(fields: Fields): { readonly [name: string]: FieldValue } {
  return Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value]));
}

/** The fields of every token. */
export function tokenFields({ tokenBoundCidrs, tokenNoDefaultPolicy }: LoginSettings, explicitMaxTtl: number): Fields {
  return {
    token_bound_cidrs: free(tokenBoundCidrs),
    token_no_default_policy: free(tokenNoDefaultPolicy),
    token_explicit_max_ttl: free(explicitMaxTtl),
    token_num_uses: free(0),
    token_period: free(0),
  };
}

/** The fields of a token that comes of a login. */
export function loginFields(settings: LoginSettings): Fields {
  return {
    token_policies: pinned([settings.policy]),
    token_ttl: free(settings.tokenTtl),
    token_max_ttl: free(settings.tokenMaxTtl),
    ...tokenFields(settings, 0),
    token_type: pinned('default'),
  };
}

/** The path of a role at whose mount a workspace logs in. */
export function loginRolePath({ authMount, roleName }: RoleLocation): string {
  return `auth/${authMount}/role/${roleName}`;
}
