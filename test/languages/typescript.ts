import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Language, SCENARIOS } from './language';
import { run } from '../emulators/child-process';
import { ROOT } from '../package/packed-library';

/** The language of the library: what its apps synthesize is what those of the others are held against. */
class TypeScript extends Language {
  constructor() {
    super('typescript', 'js', { node: ['--version'] });
  }

  protected async installPackage() {
    const { devDependencies: versions } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const others = ['aws-cdk-lib', 'constructs', 'tsx', 'typescript', '@types/node'].map((name) => `${name}@${versions[name]}`);
    await run('npm', ['install', '--prefix', this.home, ...others, await this.tarball()]);
  }

  public async tarball() {
    return join(this.dist, 'cdk-zenml-secrets-store@0.0.0.jsii.tgz');
  }

  public async synthesizeAll() {
    for (const scenario of SCENARIOS) {
      await this.synthesize(await this.copy(scenario));
    }
  }

  public app(scenario: string): string {
    return join(this.home, scenario);
  }

  public assembly(scenario: string): string {
    return join(this.app(scenario), 'cdk.out');
  }
}

export const typescript = new TypeScript();
