import { EmbeddedVault } from '../../emulators/embedded-vault';

const BUILT_IN = ['token/', 'sys/', 'identity/', 'cubbyhole/', 'secret/'];

/** Removes everything from a Vault that a test may have put there. */
export async function wipe(vault: EmbeddedVault): Promise<void> {
  for (const table of ['sys/auth', 'sys/mounts']) {
    for (const path of await pathsOf(vault, table)) {
      await vault.call('DELETE', `${table}/${path}`);
    }
  }
  for (const name of await list(vault, 'auth/token/roles')) {
    await vault.call('DELETE', `auth/token/roles/${name}`);
  }
  for (const name of await list(vault, 'sys/policies/acl')) {
    await vault.call('DELETE', `sys/policies/acl/${name}`);
  }
}

/**
 * Everything that a test may have put into a Vault, with the accessors that tell a mount from one that was made anew, and the
 * values and versions of all secrets.
 */
export async function snapshot(vault: EmbeddedVault): Promise<{ [path: string]: unknown }> {
  const found: { [path: string]: unknown } = {};
  const note = async (path: string) => {
    const { body } = await vault.call('GET', path);
    found[path] = body?.data;
    return body?.data;
  };
  for (const name of await list(vault, 'sys/policies/acl')) {
    await note(`sys/policies/acl/${name}`);
  }
  for (const name of await list(vault, 'auth/token/roles')) {
    await note(`auth/token/roles/${name}`);
  }
  for (const path of await pathsOf(vault, 'sys/auth')) {
    const { type, description, accessor, config } = (await vault.call('GET', 'sys/auth')).body.data[path];
    found[`sys/auth/${path}`] = { type, description, accessor, config };
    await note(`auth/${path}config/client`);
    for (const name of await list(vault, `auth/${path}role`)) {
      await note(`auth/${path}role/${name}`);
    }
  }
  for (const path of await pathsOf(vault, 'sys/mounts')) {
    const { type, description, accessor, options } = (await vault.call('GET', 'sys/mounts')).body.data[path];
    found[`sys/mounts/${path}`] = { type, description, accessor, options };
    await note(`${path}config`);
    for (const key of await keysBelow(vault, `${path}metadata/`)) {
      const metadata = await note(key);
      for (const version of Object.keys(metadata?.versions ?? {})) {
        await note(`${key.replace('/metadata/', '/data/')}?version=${version}`);
      }
    }
  }
  return found;
}

async function keysBelow(vault: EmbeddedVault, folder: string): Promise<string[]> {
  const keys = await list(vault, folder.slice(0, -1));
  return (await Promise.all(keys.map(async (key) => key.endsWith('/') ? keysBelow(vault, folder + key) : [folder + key]))).flat();
}

async function pathsOf(vault: EmbeddedVault, table: string): Promise<string[]> {
  const { body } = await vault.call('GET', table);
  return Object.keys(body.data).filter((path) => !BUILT_IN.includes(path));
}

async function list(vault: EmbeddedVault, path: string): Promise<string[]> {
  const { body } = await vault.call('GET', `${path}?list=true`);
  // The administrator's policy is of the test itself.
  return (body?.data?.keys ?? []).filter((name: string) => !['default', 'root', 'administrator'].includes(name));
}
