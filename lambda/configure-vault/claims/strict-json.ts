/**
 * Reads JSON that we have written, and nothing else: what does not read back to the very same text is somebody's edit.
 *
 * @param rebuild Makes the value anew from the parts that it knows, in the order in which they are written. It may throw.
 * @returns undefined for any other text.
 */
export function readStrictly<T>(text: string, rebuild: (value: any) => T): T | undefined {
  try {
    const value = rebuild(JSON.parse(text));
    return JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/** For `rebuild`: a text of one of our formats. */
export function matching(format: RegExp, value: unknown): string {
  if (typeof value !== 'string' || !format.test(value)) {
    throw new TypeError(`not of the format ${format}`);
  }
  return value;
}
