/*
 * What jsii-rosetta leaves in a translation where it could not translate. Of most it tells by itself, and `--fail` makes that an error.
 * The rest it writes down as it stood: placeholders, TypeScript, and members under their TypeScript names.
 */

export const LANGUAGES = ['python', 'java', 'go', 'csharp'] as const;

type Language = (typeof LANGUAGES)[number];

/** Placeholders of its visitors, a syntax that none of them knows, and what no language but TypeScript has. */
const ANYWHERE = /#error|\?\?\?|^\s*<[A-Z]\w+ |=>|\bconst |\$\{|`|!\.|\?\.|===/;

const LEFTOVERS: Record<Language, RegExp> = {
  python: /\bthis\b|\bnew |;$|\.[a-z]+[A-Z]/,
  // A property is read by its getter.
  java: /\.[a-z]\w*\b(?!\()/,
  csharp: /\.[a-z]/,
  // The names of members say little here: jsii-rosetta reads properties of Go without the call that they need.
  go: /\bnew /,
};

/** The lines of a translation that were not translated. */
export function leftovers(language: Language, source: string): string[] {
  return source.split('\n').filter((line) => {
    // What stands in a string is text, unless it is put together from values; imports and comments are no translations of a name.
    const code = line.replace(/(?<![f$])"(?:[^"\\]|\\.)*"/g, '""').replace(/(\/\/|#(?!error)).*$/, '');
    return !/^\s*(import|from|using|package) /.test(code) && (ANYWHERE.test(code) || LEFTOVERS[language].test(code));
  });
}
