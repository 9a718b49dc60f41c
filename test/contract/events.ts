import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * The events of every released version of the contract, as CDK's provider framework passes them to the function. They are never
 * changed: stacks out there send them for as long as they exist.
 */

export interface ContractEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly ResourceType: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: { readonly [name: string]: string };
  readonly OldResourceProperties?: { readonly [name: string]: string };
}

/** The events of one resource, by their names, such as `create`. */
export interface ContractEvents {
  readonly [name: string]: ContractEvent;
}

/** The folders, from the oldest version to the newest. */
export function versions(): string[] {
  return readdirSync(__dirname).filter((name) => /^v\d+$/.test(name)).sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
}

/** @param resource Such as `store.aws`. */
export function eventsOf(version: string, resource: string): ContractEvents {
  const folder = join(__dirname, version, resource);
  return Object.fromEntries(
    readdirSync(folder).map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(folder, file), 'utf8'))]),
  );
}

/** The resources of a version that have events. */
export function resourcesOf(version: string, kind: 'store' | 'credential'): string[] {
  return readdirSync(join(__dirname, version)).filter((name) => name.startsWith(`${kind}.`));
}
