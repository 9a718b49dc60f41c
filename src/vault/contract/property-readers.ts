import * as formats from '../../core/formats';
import { Format } from '../../core/formats';

/*
 * The properties of a custom resource. CloudFormation makes a string of every value. What reaches an event was checked at synthesis, or was known only at
 * deployment, so the handler checks it once more.
 */

/** The type of the custom resource of a credential, by which the handler tells it from a store. */
export const CREDENTIAL_TYPE = 'Custom::ZenmlVaultCredential';

export type Properties = { readonly [property: string]: string };

/** Reads one property of an event. */
export type Read<T> = (name: string, value: unknown) => T;

export function refuse(name: string, value: unknown, problem: string): Error {
  return new Error(`${name} ${JSON.stringify(value)} ${problem}. Correct the parameter or attribute from which it comes`);
}

export function text(format: Format, normalise = (value: string) => value): Read<string> {
  return (name, value) => {
    const normal = typeof value === 'string' ? normalise(value) : undefined;
    if (normal === undefined || !format.matches(normal)) {
      throw refuse(name, value, format.problem);
    }
    return normal;
  };
}

export function orEmpty(format: Format): Format {
  return { ...format, matches: (value) => value === '' || format.matches(value) };
}

export const lowerCase = (value: string) => value.toLowerCase();

export const flag: Read<boolean> = (name, value) => oneOf('true', 'false')(name, value) === 'true';

export const seconds: Read<number> = (name, value) => {
  if (typeof value !== 'string' || !/^[1-9]\d{0,9}$/.test(value)) {
    throw refuse(name, value, 'is not a whole number of seconds above 0');
  }
  return Number(value);
};

/** Or 0 for no end. */
export const secondsOrNone: Read<number> = (name, value) => value === '0' ? 0 : seconds(name, value);

/** As one string: CDK leaves an empty list out of a template. */
export const cidrs: Read<string[]> = (name, value) => {
  if (value === '') {
    return [];
  }
  const elements: unknown[] = typeof value === 'string' ? value.split(',') : [value];
  return elements.map((element) => text(formats.cidr, asVaultWritesIt)(name, element));
};

/** Vault shortens an address, and leaves out that a block has one address only. */
function asVaultWritesIt(block: string): string {
  const [address, bits] = block.split('/');
  const isV6 = address.includes(':');
  const short = isV6 && formats.cidr.matches(block) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
  return bits === undefined || bits === (isV6 ? '128' : '32') ? short : [short, bits].join('/');
}

export function oneOf<T extends string>(...values: T[]): Read<T> {
  return (name, value) => {
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) {
      throw refuse(name, value, `is none of ${values.join(', ')}`);
    }
    return found;
  };
}

/** What CloudFormation or the connection add to the properties, and the handler has no use for. */
const PROPERTIES_OF_OTHERS = ['ServiceToken', 'ServiceTimeout', 'Connection'];

const nameInEvent = (name: string) => name[0].toUpperCase() + name.slice(1);

/**
 * @param connection A hash of the address and the namespace, so that a change of the connection reaches its resources.
 */
export function writeAll(values: object, connection: string): Properties {
  const properties = Object.entries(values).map(([name, value]) => [nameInEvent(name), Array.isArray(value) ? value.join(',') : String(value)]);
  return { ...Object.fromEntries(properties), Connection: connection };
}

/** Reads an event. Whatever is not exactly of the expected form, or not expected at all, is refused. */
export function readAll<T>(readers: { readonly [name in keyof T]: Read<T[name]> }, properties: { readonly [property: string]: unknown }): T {
  const known = [...Object.keys(readers).map(nameInEvent), ...PROPERTIES_OF_OTHERS];
  const unknown = Object.keys(properties).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`The event has the unknown property ${JSON.stringify(unknown[0])}. The address, the namespace, rules and credentials are never taken from an event`);
  }
  return Object.fromEntries(Object.entries<Read<unknown>>(readers).map(([name, read]) => {
    const inEvent = nameInEvent(name);
    return [name, read(inEvent, properties[inEvent])];
  })) as any;
}
