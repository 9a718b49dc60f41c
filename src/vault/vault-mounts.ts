import { RemovalPolicy } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { KvRemoval } from './contract/store-properties';
import * as types from '../core/prop-types';
import * as validation from '../core/validation';
import * as vaultRules from '../core/vault-rules';

/**
 * The mount of an auth method at which a workspace logs in to Vault.
 */
export class VaultAuthMount {
  /**
   * A mount that the store enables, or reuses where it exists and matches.
   *
   * A path that no other client uses, such as `zenml-aws`, has a header value and an STS endpoint of its own.
   *
   * @param path The path, as it follows `auth/`: one segment. Default: the type of the auth method, `aws` or `approle`. In a
   * `VaultSecretsStoreFleet` with `VaultAuthentication.aws()` it is `zenml-<workspace id>`.
   */
  public static managed(path?: string): VaultAuthMount {
    types.optional(types.text(vaultRules.authMount)).check('VaultAuthMount.managed', 'path', path);
    return new VaultAuthMount(false, path);
  }

  /**
   * A mount that somebody else provides. The store reads its configuration, and writes a role to it.
   *
   * @param path The path, as it follows `auth/`: one segment.
   */
  public static existing(path: string): VaultAuthMount {
    types.text(vaultRules.authMount).check('VaultAuthMount.existing', 'path', path);
    return new VaultAuthMount(true, path);
  }

  private constructor(
    /** @internal */
    public readonly _isExternal: boolean,
    /** @internal */
    public readonly _path?: string,
  ) {}

  /** @internal */
  public _validate(scope: IConstruct): void {
    if (this._path !== undefined) {
      vaultRules.authMount.check(scope, 'authentication mount', this._path);
    }
  }
}

/**
 * Options of `VaultKvMount.managed`.
 */
export interface VaultManagedKvMountOptions {
  /**
   * The path of the mount: one segment. ZenML sets `max_versions=1` on the whole mount, so use it for nothing else.
   *
   * @default - `secrets-<workspace id>`
   */
  readonly path?: string;

  /**
   * What happens to the mount when the store is deleted. With `RemovalPolicy.DESTROY` it is removed if this stack made it, no other store
   * uses it, and it is empty. If it holds secrets, the deletion fails unless `destroySecrets` is true. With `RemovalPolicy.RETAIN` it
   * stays, and no later store removes it. Other policies are an error.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether `RemovalPolicy.DESTROY` also destroys the secrets in the mount, beyond recovery. An error without that policy.
   *
   * @default false
   */
  readonly destroySecrets?: boolean;
}

const MANAGED_OPTIONS = types.object<VaultManagedKvMountOptions>({
  path: types.optional(types.text(vaultRules.kvMount)),
  removalPolicy: types.optional(types.text('Write RemovalPolicy.RETAIN or RemovalPolicy.DESTROY')),
  destroySecrets: types.optional(types.flag),
});

/**
 * The KV mount, version 2, that holds the secrets of a workspace.
 */
export class VaultKvMount {
  /**
   * A mount that the store enables, or reuses where it exists and matches. What it reuses from others it never removes.
   */
  public static managed(options: VaultManagedKvMountOptions = {}): VaultKvMount {
    MANAGED_OPTIONS.check('VaultKvMount.managed', 'options', options);
    return new VaultKvMount(false, options);
  }

  /**
   * A mount that somebody else provides. The store writes nothing to it and never removes it. Each workspace needs a mount of its own.
   *
   * @param path The path of the mount: one segment.
   */
  public static existing(path: string): VaultKvMount {
    types.text(vaultRules.kvMount).check('VaultKvMount.existing', 'path', path);
    return new VaultKvMount(true, { path });
  }

  private constructor(
    /** @internal */
    public readonly _isExternal: boolean,
    private readonly options: VaultManagedKvMountOptions,
  ) {}

  /** @internal */
  public get _path(): string | undefined {
    return this.options.path;
  }

  /** @internal */
  public get _removal(): KvRemoval {
    if (this.options.removalPolicy !== RemovalPolicy.DESTROY) {
      return 'keep';
    }
    return this.options.destroySecrets ? 'destroy' : 'destroy-if-empty';
  }

  /** @internal */
  public _validate(scope: IConstruct): void {
    const { path, removalPolicy = RemovalPolicy.RETAIN, destroySecrets = false } = this.options;
    if (path !== undefined) {
      vaultRules.kvMount.check(scope, 'kvMount', path);
    }
    if (removalPolicy !== RemovalPolicy.RETAIN && removalPolicy !== RemovalPolicy.DESTROY) {
      throw validation.invalid(scope, 'kvMount removalPolicy', removalPolicy, 'is not a policy for a KV mount',
        'Write RemovalPolicy.RETAIN or RemovalPolicy.DESTROY');
    }
    if (destroySecrets && removalPolicy !== RemovalPolicy.DESTROY) {
      throw validation.invalid(scope, 'kvMount destroySecrets', destroySecrets, 'has no effect, as the KV mount is retained',
        'Leave it out, or add removalPolicy: RemovalPolicy.DESTROY');
    }
  }
}
