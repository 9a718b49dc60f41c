import { join } from 'node:path';
import { unzipped } from './archives';
import { Language } from './language';
import { run } from '../emulators/child-process';

const ARTIFACT = 'io/github/cdk-zenml-secrets-store/cdk-zenml-secrets-store/0.0.0/cdk-zenml-secrets-store-0.0.0';

class Java extends Language {
  constructor() {
    super('java', 'java', { javac: ['-version'], mvn: ['-version'] });
  }

  public get environment() {
    return { MAVEN_OPTS: `-Dmaven.repo.local=${join(this.home, 'repository')} -Dstyle.color=never` };
  }

  public artifact(suffix: string): string {
    return join(this.dist, `${ARTIFACT}${suffix}`);
  }

  protected async installPackage() {
    await run('mvn', ['-q', '-B', 'org.apache.maven.plugins:maven-install-plugin:3.1.1:install-file', `-Dfile=${this.artifact('.jar')}`], {
      cwd: this.home,
      env: { ...process.env, ...this.environment },
    });
  }

  public async tarball() {
    return join(await unzipped(this.artifact('.jar')), 'io/github/cdkzenmlsecretsstore/cdk-zenml-secrets-store@0.0.0.jsii.tgz');
  }
}

export const java = new Java();
