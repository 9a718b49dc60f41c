import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { JEST, vaultSuites } from './suites';
import { Column, outcomesOf, problemsOf, table } from './table';
import { VAULT_SERVERS, vaultServer } from '../emulators/vault-server';
import { ROOT } from '../package/packed-library';

/*
 * npm run test:vault                      runs every test that speaks to a Vault under each server, and prints a table of all
 * npm run test:vault -- attack faults     only the test files with one of these in their paths
 * npm run test:vault -- --table <file>    writes the table, as Markdown, into a file, too
 *
 * VAULT_SERVERS=openbao,hashicorp-1.21 chooses the servers.
 */

async function main(): Promise<number> {
  const { values: { table: file }, positionals } = parseArgs({ options: { table: { type: 'string' } }, allowPositionals: true });
  const servers = (process.env.VAULT_SERVERS || Object.keys(VAULT_SERVERS).join()).split(',');
  servers.forEach((name) => vaultServer(name)); // before hours are spent on the others
  const suites = vaultSuites().filter((path) => positionals.length === 0 || positionals.some((part) => path.includes(part)));

  const columns: Column[] = [];
  for (const server of servers) {
    console.log(`\n${server}: installed, and built on the first run, which takes up to 15 minutes`);
    const { binary } = await vaultServer(server).install();
    const [version] = execFileSync(binary, ['version'], { encoding: 'utf8' }).split(/[,(\n]/);
    columns.push({ server, version: version.trim(), outcomes: runTests(server, suites) });
  }

  const text = table(suites, columns);
  console.log(`\n${text}`);
  if (file !== undefined) {
    writeFileSync(file, text);
  }
  const problems = problemsOf(suites, columns);
  problems.forEach((problem) => console.error(problem));
  return problems.length === 0 ? 0 : 1;
}

function runTests(server: string, suites: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'vault-servers-'));
  const file = join(folder, 'results.json');
  try {
    spawnSync(process.execPath, [JEST, '--ci', '--runTestsByPath', ...suites, '--json', `--outputFile=${file}`], {
      cwd: ROOT, env: { ...process.env, VAULT_SERVER: server }, stdio: ['ignore', 'ignore', 'inherit'],
    });
    return outcomesOf(JSON.parse(readFileSync(file, 'utf8')), (path) => relative(ROOT, path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
