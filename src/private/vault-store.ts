import { createHash } from 'node:crypto';
import * as forms from './forms';
import { Form } from './forms';

/*
 * What the construct and the handler agree upon: the properties of the custom resource. Nothing of CDK is imported here, as the
 * handler is bundled from it.
 */

/** What becomes of the KV mount when the store goes. */
export type KvRemoval = 'keep' | 'destroy-if-empty' | 'destroy';

/** A store, as it is wanted. Names and paths are those of Vault. */
export interface VaultStore {
  readonly workspaceId: string;
  /** The one IAM role that may log in. */
  readonly principalArn: string;
  readonly authMount: string;
  /** Whether somebody else provides the mount, so that we neither create nor configure it. */
  readonly authMountExists: boolean;
  /** What a login has to bring in `X-Vault-AWS-IAM-Server-ID`; empty for nothing. */
  readonly headerValue: string;
  /** Where Vault asks who signed a login; empty for the global STS. */
  readonly stsEndpoint: string;
  readonly stsRegion: string;
  readonly roleName: string;
  /** Seconds. */
  readonly tokenTtl: number;
  /** Seconds. */
  readonly tokenMaxTtl: number;
  readonly tokenBoundCidrs: string[];
  readonly tokenNoDefaultPolicy: boolean;
  readonly policy: string;
  readonly policyExists: boolean;
  readonly kvMount: string;
  readonly kvMountExists: boolean;
  readonly kvRemoval: KvRemoval;
  /** Whether a policy and a role may be replaced that are not of this stack. */
  readonly takeOver: boolean;
  /** Only say what would be done. */
  readonly planOnly: boolean;
  /** Let the store go without a word to Vault. */
  readonly forget: boolean;
}

/** The same in the event of CloudFormation, which makes a string of every value. */
export type VaultStoreProperties = { readonly [property: string]: string };

/** Reads one property of the event. */
type Read<T> = (name: string, value: unknown) => T;

/** What reaches an event was checked at synthesis, or was known only at deployment. */
function refuse(name: string, value: unknown, problem: string): Error {
  return new Error(`${name} ${JSON.stringify(value)} ${problem}. Correct the parameter or attribute from which it comes`);
}

function text(form: Form, normalise = (value: string) => value): Read<string> {
  return (name, value) => {
    const normal = typeof value === 'string' ? normalise(value) : undefined;
    if (normal === undefined || !form.matches(normal)) {
      throw refuse(name, value, form.problem);
    }
    return normal;
  };
}

function orEmpty(form: Form): Form {
  return { ...form, matches: (value) => value === '' || form.matches(value) };
}

const lowerCase = (value: string) => value.toLowerCase();

const flag: Read<boolean> = (name, value) => oneOf('true', 'false')(name, value) === 'true';

const seconds: Read<number> = (name, value) => {
  if (typeof value !== 'string' || !/^[1-9]\d{0,9}$/.test(value)) {
    throw refuse(name, value, 'is not a whole number of seconds above 0');
  }
  return Number(value);
};

/** As one string: CDK leaves an empty list out of a template. */
const cidrs: Read<string[]> = (name, value) => {
  if (value === '') {
    return [];
  }
  const elements: unknown[] = typeof value === 'string' ? value.split(',') : [value];
  return elements.map((element) => text(forms.cidr, asVaultWritesIt)(name, element));
};

/** Vault shortens an address, and leaves out that a block has one address only. */
function asVaultWritesIt(block: string): string {
  const [address, bits] = block.split('/');
  const isV6 = address.includes(':');
  const short = isV6 && forms.cidr.matches(block) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
  return bits === undefined || bits === (isV6 ? '128' : '32') ? short : [short, bits].join('/');
}

function oneOf<T extends string>(...values: T[]): Read<T> {
  return (name, value) => {
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) {
      throw refuse(name, value, `is none of ${values.join(', ')}`);
    }
    return found;
  };
}

/** Vault never matches a bound principal with an IAM path: what it learns from STS has none. */
export function withoutIamPath(arn: string): string {
  return arn.replace(/:role\/.*\//, ':role/');
}

const PROPERTIES: { readonly [name in keyof VaultStore]: Read<VaultStore[name]> } = {
  workspaceId: text(forms.uuid, lowerCase),
  principalArn: text(forms.roleArn, withoutIamPath),
  authMount: text(forms.authMount),
  authMountExists: flag,
  headerValue: text(forms.headerValue),
  stsEndpoint: text(orEmpty(forms.anyOrigin)),
  stsRegion: text(orEmpty(forms.region)),
  roleName: text(forms.vaultName, lowerCase),
  tokenTtl: seconds,
  tokenMaxTtl: seconds,
  tokenBoundCidrs: cidrs,
  tokenNoDefaultPolicy: flag,
  policy: text(forms.vaultName, lowerCase),
  policyExists: flag,
  kvMount: text(forms.kvMount),
  kvMountExists: flag,
  kvRemoval: oneOf('keep', 'destroy-if-empty', 'destroy'),
  takeOver: flag,
  planOnly: flag,
  forget: flag,
};

/** What CloudFormation or the connection add to the properties, and the handler has no use for. */
const PROPERTIES_OF_OTHERS = ['ServiceToken', 'ServiceTimeout', 'Connection'];

const nameInEvent = (name: string) => name[0].toUpperCase() + name.slice(1);

/**
 * The properties of the custom resource.
 *
 * @param connection A hash of the address and the namespace, so that a change of the connection reaches its stores.
 */
export function writeProperties(store: VaultStore, connection: string): VaultStoreProperties {
  const properties = Object.entries(store).map(([name, value]) => [nameInEvent(name), Array.isArray(value) ? value.join(',') : String(value)]);
  return { ...Object.fromEntries(properties), Connection: connection };
}

/** The store of an event. Whatever is not exactly of the expected form, or not expected at all, is refused. */
export function readProperties(properties: { readonly [property: string]: unknown }): VaultStore {
  const known = [...Object.keys(PROPERTIES).map(nameInEvent), ...PROPERTIES_OF_OTHERS];
  const unknown = Object.keys(properties).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`The event has the unknown property ${JSON.stringify(unknown[0])}. The address, the namespace, rules and credentials are never taken from an event`);
  }
  const store: VaultStore = Object.fromEntries(Object.entries(PROPERTIES).map(([name, read]) => {
    const inEvent = nameInEvent(name);
    return [name, read(inEvent, properties[inEvent])];
  })) as any;
  if (store.tokenTtl > store.tokenMaxTtl) {
    throw refuse('TokenTtl', String(store.tokenTtl), `is longer than TokenMaxTtl ${store.tokenMaxTtl}`);
  }
  return store;
}

function hash(...texts: string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 12);
}

/** Changes with what decides which Vault a connection means. */
export function connectionHash(address: string, vaultNamespace: string): string {
  return hash(address, vaultNamespace);
}

/** The part of a physical id that tells the namespace. */
export function namespacePart(vaultNamespace: string): string {
  return hash(vaultNamespace);
}

const PHYSICAL_ID = /^zenml-vault-([0-9a-f]{12})-([0-9a-f]{12})-[0-9a-f]{12}$/;

/** Two stores with one physical id want the very same objects of Vault. */
export function physicalId(store: VaultStore, vaultNamespace: string): string {
  // Under a policy that others provide, nothing tells whose the role is but the role itself. So what the role does not tell must
  // not make another generation of it. And a KV mount that others provide is named by our policy only, which is changed in place.
  const workspace = store.policyExists ? [] : [store.workspaceId, store.kvMountExists ? '' : store.kvMount];
  const parts = [namespacePart(vaultNamespace), hash(store.authMount, store.roleName), hash(store.policy, ...workspace)];
  return `zenml-vault-${parts.join('-')}`;
}

/** The parts of a physical id that tell in which namespace a store is, and where its role; undefined if it is none of ours. */
export function partsOfPhysicalId(id: string): { readonly namespace: string; readonly role: string } | undefined {
  const found = PHYSICAL_ID.exec(id);
  return found === null ? undefined : { namespace: found[1], role: found[2] };
}
