import { CloudFormationModel } from './cloudformation-model';
import { contentsOf } from './contents';
import { Exemptions } from './exemptions';
import { Step } from './history';
import { Others, rolePathsOf } from './others';
import { write } from './vault-writer';
import { EmbeddedVault } from '../emulators/embedded-vault';

/** Somebody who may do all in Vault, and knows nothing of the stacks. */
export class People {
  constructor(private readonly vault: EmbeddedVault, private readonly others: Others, private readonly exemptions: Exemptions) {}

  public async act({ act, name }: Step & { kind: 'person' }, model: CloudFormationModel): Promise<void> {
    const path = `sys/policies/acl/${name}`;
    const policy: string | undefined = (await this.read(path))?.policy;
    switch (act) {
      case 'edits the rules':
        if (policy !== undefined) {
          await write(this.vault, path, { policy: `${policy}path "more" {\n  capabilities = ["deny"]\n}\n` });
          this.exemptions.edit(name);
        }
        break;
      case 'strips the claims':
        if (policy?.startsWith('#')) {
          await write(this.vault, path, { policy: policy.replace(/^#.*\n/gm, '') });
          this.exemptions.loseClaims(name);
        }
        break;
      case 'deletes the policy':
        await this.vault.call('DELETE', path);
        this.exemptions.loseClaims(name);
        break;
      case 'edits the role':
        await this.changeRoles(name, (role) => write(this.vault, role, { token_ttl: 7 }));
        break;
      case 'gives the role one more policy':
        await this.changeRoles(name, (role, policies) => write(this.vault, role, { token_policies: [...policies, 'theirs'] }));
        break;
      case 'deletes the role':
        await this.changeRoles(name, (role) => this.vault.call('DELETE', role));
        break;
      case 'copies the description of k1 to k2':
        await this.copyDescription(name === 'n1' ? '1' : '2');
    }
    this.others.remember(name, await contentsOf(this.vault), model);
    if (!model.stores().some(({ store }) => store.roleName === name)) {
      this.exemptions.disturbed.delete(name);
    }
  }

  private async changeRoles(name: string, change: (path: string, policies: string[]) => Promise<unknown>) {
    for (const path of rolePathsOf(name)) {
      const role = await this.read(path);
      if (role !== undefined) {
        await change(path, role.token_policies);
        this.exemptions.edit(name);
      }
    }
  }

  private async copyDescription(version: '1' | '2') {
    const { 'k1/': from, 'k2/': to } = await this.read('sys/mounts');
    if (from === undefined || to !== undefined) {
      return;
    }
    await write(this.vault, 'sys/mounts/k2', { type: 'kv', options: { version }, description: from.description });
    await write(this.vault, version === '1' ? 'k2/zenml/by-hand' : 'k2/data/zenml/by-hand', { data: { password: 'x' } });
    this.others.retained.add('k2');
    this.others.protect({ 'sys/mounts/k2/': (await contentsOf(this.vault)).all['sys/mounts/k2/'] });
  }

  private async read(path: string): Promise<any> {
    return (await this.vault.call('GET', path)).body?.data;
  }
}
