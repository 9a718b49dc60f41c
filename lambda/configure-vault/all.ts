/**
 * Like Promise.all, but nothing is still under way when it fails: else a late request would meet the undoing of what was done, or a token
 * that was given back.
 */
export async function all<T extends readonly unknown[]>(steps: readonly [...T]): Promise<{ [index in keyof T]: Awaited<T[index]> }> {
  const results = await Promise.allSettled(steps);
  const values = results.map((result) => {
    if (result.status === 'rejected') {
      throw result.reason;
    }
    return result.value;
  });
  return values as { [index in keyof T]: Awaited<T[index]> };
}
