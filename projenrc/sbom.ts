import { awscdk, TaskStep } from 'projen';

/** The tool of OWASP, which makes CycloneDX, that writes the bill of materials from what esbuild says of a bundle. */
export function configureSbom(project: awscdk.AwsCdkConstructLibrary) {
  project.addDevDeps('@cyclonedx/cyclonedx-esbuild@^1');
}

/** Writes which packages a bundle has in it, beside it. The schema of CycloneDX is enforced; time and random ids are left out. */
export function sbomOf(folder: string): TaskStep {
  return { exec: `cyclonedx-esbuild --output-reproducible --validate --output-file=${folder}/sbom.cdx.json ${folder}/meta.json` };
}
