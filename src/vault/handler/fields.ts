/** The fields of an object of Vault that we write. Durations are seconds. */
export interface Fields {
  readonly [name: string]: string | number | boolean | string[];
}

/** The names of the fields in which what Vault has differs from what is wanted. */
export function differences(found: { readonly [name: string]: unknown }, wanted: Fields): string[] {
  return Object.keys(wanted).filter((name) => !same(found[name], wanted[name]));
}

/** What was found in the fields that are about to be written, so that it can be written back. An absent field is cleared. */
export function before(found: { readonly [name: string]: unknown }, wanted: Fields): Fields {
  return Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, (found[name] ?? cleared(value)) as Fields[string]]));
}

/** Vault keeps lists as sets, and answers null for an empty one. */
function same(found: unknown, wanted: Fields[string]): boolean {
  if (Array.isArray(wanted)) {
    return JSON.stringify([...(found as string[] | null | undefined) ?? []].sort()) === JSON.stringify([...wanted].sort());
  }
  return (found ?? cleared(wanted)) === wanted;
}

function cleared(value: Fields[string]): Fields[string] {
  switch (typeof value) {
    case 'string': return '';
    case 'number': return 0;
    case 'boolean': return false;
    default: return [];
  }
}
