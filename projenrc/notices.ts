import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Writes the notices of the third parties of which a bundle has something, as their licences demand: packages with their versions and
 * licences, and each text of a licence or notice once.
 */

/** What esbuild says of a bundle. */
export interface Metafile {
  readonly outputs: { readonly [file: string]: { readonly inputs: { readonly [input: string]: { readonly bytesInOutput: number } } } };
}

/** The packages of a bundle, as folders, by name. */
export function packagesOf({ outputs }: Metafile): Map<string, string> {
  const inputs = Object.values(outputs)
    .flatMap((output) => Object.entries(output.inputs))
    .filter(([, { bytesInOutput: bytes }]) => bytes > 0);
  const folders = inputs.map(([file]) => /^(.*node_modules\/)((?:@[^/]+\/)?[^/]+)\//.exec(file)).filter((match) => match !== null);
  return new Map(folders.map(([folder, , name]) => [name, folder] as const).sort());
}

/** The text of the notices. */
export function notices(packages: Map<string, string>): string {
  const found = [...packages].map(([name, folder]) => {
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const papers = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
    const contents = papers.map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return { title: `${name} ${version} (${license})`, license, text: contents.join('\n\n') };
  });
  const texts = new Map<string, string[]>();
  for (const { title, license, text: own } of found) {
    // A package may come without a text of its licence: that of another under the same licence stands for it.
    const text = own === '' ? found.find((other) => other.license === license && other.text !== '')!.text : own;
    texts.set(text, [...texts.get(text) ?? [], title]);
  }
  return 'The command cdk-zenml-secrets-store has parts of these packages in it.\n'
    + [...texts].map(([text, names]) => `\n${'='.repeat(78)}\n${names.join('\n')}\n\n${text}\n`).join('');
}

if (require.main === module) {
  const [folder] = process.argv.slice(2);
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES'), notices(packagesOf(JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')))));
}
