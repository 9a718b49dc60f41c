import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/**
 * What of a cloud assembly is deployed, and how: all templates, with the content hashes of their assets in them; what is to be
 * uploaded; and of the manifest the environment, the properties and the dependencies of each stack. Of metadata, which tells the
 * language and where in its source a construct was made, there is none in these.
 */
export function deployedPart(assembly: string): { [file: string]: unknown } {
  const files = readdirSync(assembly, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(^manifest|\.(template|assets))\.json$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(files.sort().map((file) => (
    [relative(assembly, file), withoutMetadata(JSON.parse(readFileSync(file, 'utf8')))]
  )));
}

/** The templates alone, by the name of their stack's artifact. */
export function templates(assembly: string): { [artifact: string]: any } {
  const files = Object.entries(deployedPart(assembly)).filter(([file]) => file.endsWith('.template.json'));
  return Object.fromEntries(files.map(([file, template]) => [basename(file, '.template.json'), template]));
}

function withoutMetadata(file: { artifacts?: { [id: string]: any } }): unknown {
  if (file.artifacts === undefined) {
    return file;
  }
  return Object.fromEntries(
    Object.entries(file.artifacts).map(([id, { metadata, additionalMetadataFile, ...artifact }]) => [id, artifact]),
  );
}
