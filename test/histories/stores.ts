import { Choice } from './history';
import { VaultStore } from '../../src/vault/contract/store-properties';
import { EmbeddedAws } from '../emulators/embedded-aws';
import { OTHER_WORKSPACE, storeOf, WORKSPACE } from '../lambda/configure-vault/stack-under-test';

/** That of the auth mount that others provide. */
export const SHARED_HEADER = 'vault.example.com';

const IDS = [WORKSPACE, OTHER_WORKSPACE];

/** The store that a choice stands for. */
export function storeOfChoice(aws: EmbeddedAws, choice: Choice): VaultStore {
  const { name, kv, mount, header, ttl, workspace, takeOver, external, removal } = choice;
  return storeOf({
    workspaceId: IDS[workspace],
    authMount: mount,
    authMountIsExternal: mount === 'shared',
    headerValue: mount === 'shared' ? SHARED_HEADER : header,
    stsEndpoint: aws.endpoint,
    roleName: name,
    policy: external ? 'theirs' : name,
    policyIsExternal: external,
    kvMount: kv,
    kvRemoval: removal,
    takeOver,
    tokenTtl: ttl,
  });
}
