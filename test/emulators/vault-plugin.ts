import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from './child-process';

const SOURCE = resolve(__dirname, 'vault/plugin');
const CACHE = resolve(__dirname, '../../.cache');
const PACKAGE = 'github.com/hashicorp/vault/builtin/credential/aws/cmd/aws';

/**
 * The folder that holds HashiCorp's auth method `aws` as a plugin, which OpenBao lacks. It is version 1.14.8, the last one under
 * the MPL-2.0. It is built on first use, which takes a minute or two, and kept.
 *
 * @param go The Go toolchain, pinned with the other packages, so that every machine builds the same file.
 */
export async function vaultPlugin(go: string, signal?: AbortSignal): Promise<string> {
  const [mod, sum] = ['go.mod', 'go.sum'].map((name) => readFileSync(join(SOURCE, name)));
  const hash = createHash('sha256').update(mod).update(sum).digest('hex').slice(0, 16);
  const home = join(CACHE, 'vault-plugin', hash);
  if (!existsSync(home)) {
    await build(go, home, signal);
  }
  return home;
}

/** Builds aside and renames, as an interrupted build must not be taken for a plugin. */
async function build(go: string, home: string, signal?: AbortSignal) {
  mkdirSync(join(home, '..'), { recursive: true });
  const aside = mkdtempSync(`${home}.`);
  const workshop = mkdtempSync(join(CACHE, 'go.'));
  try {
    // The file's name is the name under which the server offers the plugin.
    await run(go, ['build', '-mod=readonly', '-modcacherw', '-trimpath', '-ldflags=-s -w', '-o', join(aside, 'aws'), PACKAGE], {
      cwd: SOURCE,
      env: {
        ...process.env,
        GOFLAGS: '',
        GOTOOLCHAIN: 'local',
        GOPATH: join(workshop, 'path'),
        GOCACHE: join(workshop, 'cache'),
        CGO_ENABLED: '0',
        GOGC: 'off', // a sixth less time; the file is the same
      },
      signal,
    });
    if (!existsSync(home)) {
      renameSync(aside, home);
    }
  } finally {
    rmSync(aside, { recursive: true, force: true });
    rmSync(workshop, { recursive: true, force: true });
  }
}
