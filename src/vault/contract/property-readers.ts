import { CONTRACT_VERSION, CONTRACT_VERSION_PROPERTY } from './contract-version';
import * as formats from '../../core/formats';
import { Format } from '../../core/formats';

/*
 * The properties of a custom resource. CloudFormation makes a string of every value. What reaches an event was checked at synthesis, or was
 * known only at deployment, so the function checks it once more.
 */

export interface Properties {
  readonly [property: string]: unknown;
}

/** Reads one property of an event. */
export type Reader<T> = (name: string, value: unknown) => T;

/** How each property is read. */
export type Readers<T> = { readonly [name in keyof T]: Reader<T[name]> };

export function refuse(name: string, value: unknown, problem: string): Error {
  return new Error(`${name} ${JSON.stringify(value)} ${problem}. Correct the parameter or attribute from which it comes`);
}

/** A property that came with a later version of the contract: an event of an earlier one lacks it. */
export function withDefault<T>(reader: Reader<T>, value: T): Reader<T> {
  return (name, given) => given === undefined ? value : reader(name, given);
}

export function text(format: Format, normalise = (value: string) => value): Reader<string> {
  return (name, value) => {
    const normal = typeof value === 'string' ? normalise(value) : undefined;
    if (normal === undefined || !format.matches(normal)) {
      throw refuse(name, value, normal === undefined ? format.problem : formats.problemOf(format, normal));
    }
    return normal;
  };
}

export function orEmpty(format: Format): Format {
  return { ...format, matches: (value) => value === '' || format.matches(value) };
}

export const lowerCase = (value: string) => value.toLowerCase();

export const flag: Reader<boolean> = (name, value) => oneOf('true', 'false')(name, value) === 'true';

export const seconds: Reader<number> = (name, value) => {
  if (typeof value !== 'string' || !/^[1-9]\d{0,9}$/.test(value)) {
    throw refuse(name, value, 'is not a whole number of seconds above 0');
  }
  return Number(value);
};

/** Or 0 for no end. */
export const secondsOrNone: Reader<number> = (name, value) => value === '0' ? 0 : seconds(name, value);

/** The blocks of `token_bound_cidrs`, from which Vault cuts the mask of a single address. */
export const cidrs = blocks((address, bits, full) => bits === undefined || bits === full ? address : `${address}/${bits}`);

/** The blocks of `secret_id_bound_cidrs`, where Vault takes no address without a mask. */
export const cidrsWithMask = blocks((address, bits, full) => `${address}/${bits ?? full}`);

/** As one string: CDK leaves an empty list out of a template. */
function blocks(write: (address: string, bits: string | undefined, full: string) => string): Reader<string[]> {
  const normalise = (block: string) => {
    const [address, bits] = block.split('/');
    const isV6 = address.includes(':');
    // Vault shortens an address.
    const short = isV6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
    return write(short, bits, isV6 ? '128' : '32');
  };
  return (name, value) => {
    if (value === '') {
      return [];
    }
    const elements: unknown[] = typeof value === 'string' ? value.split(',') : [value];
    return elements.map((element) => normalise(text(formats.cidr)(name, element)));
  };
}

export function oneOf<T extends string>(...values: T[]): Reader<T> {
  return (name, value) => {
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) {
      throw refuse(name, value, `is none of ${values.join(', ')}`);
    }
    return found;
  };
}

/** Beside those that are read: what CloudFormation adds, and what is read before them. */
const OTHER_PROPERTIES = ['ServiceToken', 'ServiceTimeout', 'Connection', CONTRACT_VERSION_PROPERTY];

const nameInEvent = (name: string) => name[0].toUpperCase() + name.slice(1);

/**
 * @param connection A hash of the address and the namespace, so that a change of the connection reaches its resources.
 */
export function writeProperties(values: object, connection: string): { readonly [property: string]: string } {
  const properties = Object.entries(values)
    .map(([name, value]) => [nameInEvent(name), Array.isArray(value) ? value.join(',') : String(value)]);
  return { ...Object.fromEntries(properties), Connection: connection, [CONTRACT_VERSION_PROPERTY]: String(CONTRACT_VERSION) };
}

/** Reads all properties. Whatever is not exactly of the expected format, or not expected at all, is refused. */
export function readProperties<T>(readers: Readers<T>, properties: Properties): T {
  const known = [...Object.keys(readers).map(nameInEvent), ...OTHER_PROPERTIES];
  const unknown = Object.keys(properties).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`The event has the unknown property ${JSON.stringify(unknown[0])}. `
      + 'The address, the namespace, rules and credentials are never taken from an event');
  }
  return Object.fromEntries(Object.entries<Reader<unknown>>(readers).map(([name, read]) => {
    const inEvent = nameInEvent(name);
    return [name, read(inEvent, properties[inEvent])];
  })) as T;
}

/**
 * Reads what identifies a resource. The rest is left out where it cannot be read: properties of another version of the contract must not
 * keep a resource from being deleted, or from being rolled back.
 */
export function readIdentity<T, I extends keyof T & string>(
  readers: Readers<T>, identity: readonly I[], properties: Properties,
): Pick<T, I> & Partial<T> {
  const read: { [name: string]: unknown } = {};
  for (const [name, reader] of Object.entries<Reader<unknown>>(readers)) {
    const inEvent = nameInEvent(name);
    try {
      read[name] = reader(inEvent, properties[inEvent]);
    } catch (error) {
      if (identity.some((identifying) => identifying === name)) {
        throw error;
      }
    }
  }
  return read as Pick<T, I> & Partial<T>;
}
