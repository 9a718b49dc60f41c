import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './packed-library';
import { packagesOf } from '../../projenrc/notices';

/* The bills of materials in the package say what is in the bundles beside them. */

interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: { readonly license: { readonly id: string } }[];
}

function read(file: string) {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
}

const nameOf = ({ group, name }: Component) => group === undefined ? name : `${group}/${name}`;

describe.each(['assets/check', 'assets/configure-vault'])('%s', (folder) => {
  const bom = read(`${folder}/sbom.cdx.json`);

  test('the bill of materials lists each package of the bundle, with the version and licence that were bundled', () => {
    const bundled = [...packagesOf(read(`${folder}/meta.json`))].map(([name, path]) => {
      const { version, license } = read(join(path, 'package.json'));
      return { name, version, license, purl: `pkg:npm/${name.replace('@', '%40')}@${version}` };
    });

    const listed = bom.components.map((component: Component) => ({
      name: nameOf(component), version: component.version, license: component.licenses[0].license.id, purl: component.purl.split('?')[0],
    }));
    expect(new Set(listed)).toEqual(new Set(bundled));
    expect(listed).toHaveLength(bundled.length);
  });

  test('the bill of materials is of this package, in CycloneDX, and names no place of the machine that made it', () => {
    const { name, version } = read('package.json');

    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { component: { name, version } } });
    expect(JSON.stringify(bom)).not.toContain(ROOT);
  });
});

test('the command has packages of others in it, the function none', () => {
  expect(read('assets/check/sbom.cdx.json').components.map(nameOf)).toContain('@aws-sdk/client-iam');
  expect(read('assets/configure-vault/sbom.cdx.json').components).toEqual([]);
});

test('a package that is bundled by mistake appears in the bill of materials', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
  try {
    const metafile = read('assets/configure-vault/meta.json');
    const [bundle] = Object.values<any>(metafile.outputs);
    bundle.inputs['node_modules/semver/index.js'] = { bytesInOutput: 1 };
    metafile.inputs['node_modules/semver/index.js'] = { bytes: 1, imports: [] };
    writeFileSync(join(folder, 'meta.json'), JSON.stringify(metafile));

    const output = execFileSync('npx', ['cyclonedx-esbuild', '--output-reproducible', '--output-file=-', join(folder, 'meta.json')],
      { cwd: ROOT, encoding: 'utf8' });

    expect(JSON.parse(output).components.map(nameOf)).toEqual(['semver']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
