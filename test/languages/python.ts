import { delimiter, join } from 'node:path';
import { unzipped } from './archives';
import { Language } from './language';
import { run } from '../emulators/child-process';

class Python extends Language {
  constructor() {
    super('python', 'python', { python3: ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))'] });
  }

  public get wheel() {
    return join(this.dist, 'cdk_zenml_secrets_store-0.0.0-py3-none-any.whl');
  }

  public get environment() {
    return { PATH: [join(this.home, 'venv/bin'), process.env.PATH].join(delimiter) };
  }

  protected async installPackage() {
    const venv = join(this.home, 'venv');
    await run('python3', ['-m', 'venv', venv]);
    const requirements = join(await this.copy('aws-secrets-store'), 'requirements.txt');
    await run(join(venv, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '--find-links', this.dist, '-r', requirements]);
  }

  public async tarball() {
    return join(await unzipped(this.wheel), 'cdk_zenml_secrets_store/_jsii/cdk-zenml-secrets-store@0.0.0.jsii.tgz');
  }
}

export const python = new Python();
