import { concurrentModification, Write } from './plan';
import { VaultClient } from '../client/vault-client';

/** The fields of an object of Vault that we write. Durations are seconds. */
export interface Fields {
  readonly [name: string]: string | number | boolean | readonly string[];
}

/** What Vault tells of such an object; undefined if there is none. */
export type Found = { readonly [name: string]: unknown } | undefined;

/** An object of Vault that consists of fields, and is written as a whole. */
export class FieldsObject {
  constructor(protected readonly client: VaultClient, protected readonly path: string, public readonly object: string) {}

  public async read(): Promise<Found> {
    const { status, body } = await this.client.request('GET', this.path);
    return status === 404 ? undefined : body.data;
  }

  /** Whether the object is there, with these fields. */
  protected isAsWanted(found: Found, fields: Fields): boolean {
    return found !== undefined && differences(found, fields).length === 0;
  }

  /** @param revert Brings back what was found. */
  protected writing(fields: Fields, revert: () => Promise<unknown>, apply = () => this.write(fields)): Write {
    return {
      apply,
      verify: async () => {
        const different = differences(await this.read(), fields);
        if (different.length > 0) {
          throw concurrentModification(this.object, different.join(', '));
        }
      },
      undo: async () => this.isAsWanted(await this.read(), fields) && revert(),
    };
  }

  public async remove(): Promise<void> {
    await this.client.request('DELETE', this.path);
  }

  protected async write(fields: Fields): Promise<any> {
    return (await this.client.request('POST', this.path, fields)).body;
  }
}

/** The names of the fields in which what Vault has differs from what is wanted. */
export function differences(found: Found, wanted: Fields): string[] {
  return Object.keys(wanted).filter((name) => !same(found?.[name], wanted[name]));
}

/** What was found in the fields that are about to be written, so that it can be written back. An absent field is cleared. */
export function before(found: Found, wanted: Fields): Fields {
  return Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, (found?.[name] ?? cleared(value)) as Fields[string]]));
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
