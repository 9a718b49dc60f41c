import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from './child-process';

/*
 * HashiCorp's own Vault is under the Business Source License. It is built to be tested against, on the machine that runs the tests, and
 * for nothing else: never commit, ship or publish what is built, and keep it in no cache or artefact of a workflow. So it lies outside
 * of the repository.
 */

const SOURCES = resolve(__dirname, 'hashicorp');
const SERVER = 'github.com/hashicorp/vault';
const PLUGIN = 'github.com/hashicorp/vault/builtin/credential/aws/cmd/aws';

/** Vault's Community Edition with its own auth method `aws`, built on first use, which takes some ten minutes and 4 GB of memory. */
export async function hashicorpVault(
  version: string, go: string, signal?: AbortSignal,
): Promise<{ readonly binary: string; readonly plugins: string }> {
  const source = join(SOURCES, version);
  const [mod, sum] = ['go.mod', 'go.sum'].map((name) => readFileSync(join(source, name)));
  const hash = createHash('sha256').update(mod).update(sum).digest('hex').slice(0, 16);
  const home = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cdk-zenml-secrets-store/vault', `${version}-${hash}`);
  if (!existsSync(home)) {
    await build(go, source, home, signal);
  }
  // The server takes no plugin from behind a symbolic link.
  return { binary: join(home, 'vault'), plugins: join(realpathSync(home), 'plugins') };
}

/** Builds aside and renames, as an interrupted build must not be taken for a server. What Go caches, it keeps where it always does. */
async function build(go: string, source: string, home: string, signal?: AbortSignal) {
  mkdirSync(join(home, '..'), { recursive: true });
  const aside = mkdtempSync(`${home}.`);
  const env = { ...process.env, GOFLAGS: '', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' };
  const options = ['-mod=readonly', '-trimpath', '-ldflags=-s -w'];
  try {
    // The file's name is the name under which the server offers the plugin.
    await run(go, ['build', ...options, '-o', join(aside, 'plugins/aws'), PLUGIN], { cwd: source, env, signal });
    // Without the secrets engines and auth methods that are external anyway.
    await run(go, ['build', ...options, '-tags', 'minimal', '-o', join(aside, 'vault'), SERVER], { cwd: source, env, signal });
    if (!existsSync(home)) {
      renameSync(aside, home);
    }
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
