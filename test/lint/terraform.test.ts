import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { configuration, SETUPS } from '../configuration/setups';
import { run } from '../emulators/child-process';
import { pythonEnvironment } from '../emulators/python-environment';

/* The HCL is read by a parser of another language. Terraform itself, and the schemas of its providers, are not here. */

let python: string;
let folder: string;

beforeAll(async () => {
  python = await pythonEnvironment(resolve(__dirname, 'requirements.txt'));
  folder = mkdtempSync(join(tmpdir(), 'terraform-'));
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true }));

const PARSE = 'import hcl2, json, sys; json.dump(hcl2.load(open(sys.argv[1])), sys.stdout)';

/** The resources of a text of HCL, by their addresses. */
async function resourcesOf(hcl: string): Promise<Map<string, any>> {
  const file = join(folder, 'setup.tf');
  writeFileSync(file, hcl);
  const { resource, ...others } = JSON.parse(await run(python, ['-c', PARSE, file]));
  expect(others).toEqual({});
  const entries = resource.flatMap((one: any) => Object.entries<any>(one).flatMap(([type, named]) => (
    Object.entries(named).map(([name, body]) => [`${JSON.parse(type)}.${JSON.parse(name)}`, body])
  )));
  const found = new Map<string, any>(entries);
  expect(found.size).toBe(entries.length);
  return found;
}

test.each(SETUPS)('of %s each resource has its own address, and none names one that is not there', async (_, store) => {
  const resources = await resourcesOf(configuration(store).renderSetupTerraform());

  expect(resources.size).toBeGreaterThan(3);
  const named = [...resources.values()].flatMap((body) => JSON.stringify(body).match(/\b(google|azurerm|azuread)_\w+\.\w+/g) ?? []);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((address) => !resources.has(address))).toEqual([]);
});

test('a federation is let in by what Terraform knows of its pool', async () => {
  const resources = await resourcesOf(configuration(SETUPS[2][1]).renderSetupTerraform());

  expect(resources.get('google_project_iam_member.zenml_secrets_user').member).toMatch(
    /^"principalSet:\/\/iam\.googleapis\.com\/\$\{google_iam_workload_identity_pool\.zenml_pool\.name\}\/attribute\.aws_role\/arn:aws:sts::\d{12}:assumed-role\/zenml-[0-9a-f-]{36}"$/,
  );
});

test('a store and its backup share a file', async () => {
  const resources = await resourcesOf(configuration(SETUPS[2][1], SETUPS[10][1]).renderSetupTerraform());

  expect([...resources.keys()]).toEqual(expect.arrayContaining(['google_project_iam_member.zenml_secrets_user', 'azurerm_role_assignment.zenml_backup_secrets']));
});

test('the parser does find a mistake', async () => {
  await expect(resourcesOf('resource "a" "b" {\n  c = [1,\n}\n')).rejects.toThrow(/Unexpected/);
});
