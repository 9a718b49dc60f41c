/** A store in the form in which ZenML Pro keeps it. What is secret in it are references. */
export interface RenderedStore {
  readonly type: string;
  readonly settings: {
    readonly auth_method: string;
    /** Of Azure. */
    readonly key_vault_name?: string;
    readonly auth_config: { readonly [field: string]: string | number };
  };
}

export interface RenderedStores {
  readonly secrets_store: RenderedStore;
  readonly backup_secrets_store?: RenderedStore;
}
