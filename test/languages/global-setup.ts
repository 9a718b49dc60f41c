import { typescript } from './typescript';
import { EmbeddedAws } from '../emulators/embedded-aws';

/** What the languages, which are tested side by side, have in common: the templates of TypeScript, and the embedded AWS. */
export default async function () {
  await EmbeddedAws.install();
  await typescript.install();
  await typescript.synthesizeAll();
}
