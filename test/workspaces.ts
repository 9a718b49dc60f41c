import { createHash } from 'node:crypto';

/** Ids of workspaces, the same at each call, in any number. The first digit can be given. */
export function workspaceIds(number: number, firstDigit = ''): string[] {
  return Array.from({ length: number }, (_, index) => {
    const digits = createHash('sha256').update(`workspace ${index}`).digest('hex');
    return `${firstDigit}${digits.slice(firstDigit.length)}`.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  });
}
