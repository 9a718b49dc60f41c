import { join } from 'node:path';
import { Language } from './language';
import { run } from '../emulators/child-process';

const MODULE = 'github.com/cdk-zenml-secrets-store/cdk-zenml-secrets-store-go/cdkzenmlsecretsstore';

class Go extends Language {
  constructor() {
    super('go', 'go', { go: ['version'] });
  }

  protected async installPackage() {}

  public async tarball() {
    return join(this.dist, 'cdkzenmlsecretsstore/jsii/cdk-zenml-secrets-store-0.0.0.tgz');
  }

  protected async prepare(app: string) {
    await run('go', ['mod', 'edit', '-replace', `${MODULE}=${join(this.dist, 'cdkzenmlsecretsstore')}`], { cwd: app });
  }
}

export const go = new Go();
