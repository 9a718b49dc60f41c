/** What has to be done before each: ids by id. */
export type Dependencies = { readonly [id: string]: string[] };

/** How many there are in each wave: the first wave depends on nothing, each other one on the wave before. */
export function waves(dependencies: Dependencies): number[] {
  const known = new Map<string, number>();
  const wave = (id: string): number => {
    const found = known.get(id) ?? Math.max(-1, ...dependencies[id].map(wave)) + 1;
    known.set(id, found);
    return found;
  };
  const sizes: number[] = [];
  Object.keys(dependencies).map(wave).forEach((each) => sizes[each] = (sizes[each] ?? 0) + 1);
  return sizes;
}

/** The order of the deletion. */
export function reversed(dependencies: Dependencies): Dependencies {
  const ids = Object.keys(dependencies);
  return Object.fromEntries(ids.map((id) => [id, ids.filter((other) => dependencies[other].includes(id))]));
}

/** Does the work for each as soon as all is done that it depends on, and tells how many were in work at a time at most. */
export async function inOrder(dependencies: Dependencies, work: (id: string) => Promise<void>): Promise<number> {
  const started = new Map<string, Promise<void>>();
  let inWork = 0;
  let most = 0;
  const workOn = async (id: string) => {
    await Promise.all(dependencies[id].map(start));
    most = Math.max(most, ++inWork);
    await work(id);
    inWork--;
  };
  const start = (id: string): Promise<void> => {
    const done = started.get(id) ?? workOn(id);
    started.set(id, done);
    return done;
  };
  await Promise.all(Object.keys(dependencies).map(start));
  return most;
}
