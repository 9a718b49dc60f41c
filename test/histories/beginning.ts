import { contentsOf } from './contents';
import { Beginning } from './history';
import { Others } from './others';
import { SHARED_HEADER } from './stores';
import { write } from './vault-writer';
import { workspaceRules } from '../../src/vault/contract/workspace-policy';
import { EmbeddedAws } from '../emulators/embedded-aws';
import { EmbeddedVault } from '../emulators/embedded-vault';
import { WORKSPACE } from '../lambda/configure-vault/stack-under-test';
import { wipe } from '../lambda/configure-vault/vault-under-test';

/** Empties the Vault, and makes what was there before any store. */
export async function begin(vault: EmbeddedVault, aws: EmbeddedAws, beginning: Beginning): Promise<Others> {
  const others = new Others();
  await wipe(vault);
  const role = { auth_type: 'iam', resolve_aws_unique_ids: false };
  await write(vault, 'sys/auth/shared', { type: 'aws', description: 'of the platform team' });
  await write(vault, 'auth/shared/config/client', { iam_server_id_header_value: SHARED_HEADER, sts_endpoint: aws.endpoint });
  await write(vault, 'auth/shared/role/bystander', { ...role, bound_iam_principal_arn: ['arn:aws:iam::444455556666:role/x'] });
  await write(vault, 'sys/policies/acl/theirs', { policy: ['k1', 'k2'].map(workspaceRules).join('') });
  await write(vault, 'sys/mounts/bystander', { type: 'kv', options: { version: '2' } });
  await write(vault, 'bystander/data/zenml/x', { data: { password: 'x' } });
  others.protect((await contentsOf(vault)).all);
  if (beginning === 'a live workspace, by hand' || beginning === 'a role, by hand') {
    await write(vault, 'sys/auth/m1', { type: 'aws' });
    await write(vault, 'auth/m1/config/client', { iam_server_id_header_value: 'h1', sts_endpoint: aws.endpoint });
    const principal = `arn:aws:iam::715803424590:role/zenml-${WORKSPACE}`;
    await write(vault, 'auth/m1/role/n1', { ...role, bound_iam_principal_arn: [principal], token_policies: ['n1'], token_ttl: 60 });
  }
  if (beginning === 'a live workspace, by hand') {
    await write(vault, 'sys/policies/acl/n1', { policy: workspaceRules('k1').replace('"update"]\n  allowed', '"update"]\n\n  allowed') });
  }
  if (beginning === 'a KV mount with secrets, by hand') {
    await write(vault, 'sys/mounts/k1', { type: 'kv', options: { version: '2' } });
    await write(vault, 'k1/data/zenml/by-hand', { data: { password: 'x' } });
    others.retained.add('k1');
  }
  const contents = await contentsOf(vault);
  // Their secrets and roles may be added to or taken over, but the mounts are theirs for good.
  others.protect(Object.fromEntries(Object.entries(contents.all).filter(([path]) => /^sys\/(auth|mounts)\/|\/config\/client$/.test(path))));
  others.own(contents);
  return others;
}
