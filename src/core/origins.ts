/* The address of a server: scheme, host and port, and nothing else. */

export function isOrigin(value: string): boolean {
  return /^https?:\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/.test(value) && URL.canParse(value);
}

const PARTS = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#\\]*)([^]*)$/;
const HOST_AND_PORT = /^(\[[^\]]*\]|[^:[]*)(:[^]*)?$/;

/** The names of what follows a host, by the character with which it begins. */
const REST: { readonly [beginning: string]: string } = { '/': 'a path', '?': 'a query', '#': 'a fragment', '\\': 'a backslash' };

/**
 * What is wrong with an address, such as `it has a path`. People copy addresses from a browser, or write them as other tools take them.
 *
 * @returns undefined where nothing more can be said.
 */
export function faultOfOrigin(value: string): string | undefined {
  if (/\s/.test(value)) {
    return 'it has white space in it';
  }
  const parts = PARTS.exec(value);
  if (parts === null) {
    return 'it does not begin with a scheme and ://';
  }
  const [, scheme, authority, rest] = parts;
  if (scheme !== 'https' && scheme !== 'http') {
    return `its scheme is ${scheme}`;
  }
  if (authority.includes('@')) {
    return 'it has credentials in it';
  }
  if (rest !== '') {
    return rest === '/' ? 'it has a slash at its end' : `it has ${REST[rest[0]]}`;
  }
  return faultOfHost(authority);
}

function faultOfHost(authority: string): string | undefined {
  if (!authority.startsWith('[') && authority.split(':').length > 2) {
    return 'an IPv6 address stands in brackets';
  }
  const parts = HOST_AND_PORT.exec(authority);
  if (parts === null) {
    return undefined;
  }
  const [, host, port] = parts;
  if (host === '') {
    return 'it has no host';
  }
  if (host.includes('_')) {
    return 'its host has an underscore, which no name of a host may have';
  }
  if (port !== undefined && !(/^:\d+$/.test(port) && Number(port.slice(1)) < 2 ** 16)) {
    return 'its port is no number below 65536';
  }
  return undefined;
}
