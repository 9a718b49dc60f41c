import { join } from 'node:path';
import { Language } from './language';
import { run } from '../emulators/child-process';

/** Not run yet by anybody: there was no .NET SDK where the tests were written. */
class CSharp extends Language {
  constructor() {
    super('csharp', 'dotnet', { dotnet: ['--version'] });
  }

  public get environment() {
    return { NUGET_PACKAGES: join(this.home, 'packages') };
  }

  protected async installPackage() {}

  /** It is a resource within an assembly. That the templates name the same hash has to do. */
  public async tarball() {
    return undefined;
  }

  protected async prepare(app: string) {
    await run('dotnet', ['new', 'nugetconfig'], { cwd: app });
    await run('dotnet', ['nuget', 'add', 'source', this.dist, '--name', 'dist', '--configfile', 'nuget.config'], { cwd: app });
  }
}

export const csharp = new CSharp();
