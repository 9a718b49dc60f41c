import { join } from 'node:path';
import { Language } from './language';
import { run } from '../emulators/child-process';

/**
 * Not run yet by anybody: there was no .NET SDK where the tests were written. The package of npm is a resource within an assembly, so that
 * only the templates tell whether the handler in it is the right one.
 */
class CSharp extends Language {
  constructor() {
    super('csharp', 'dotnet', { dotnet: ['--version'] });
  }

  public get environment() {
    return { NUGET_PACKAGES: join(this.home, 'packages') };
  }

  protected async installPackage() {}

  protected async prepare(app: string) {
    await run('dotnet', ['new', 'nugetconfig'], { cwd: app });
    await run('dotnet', ['nuget', 'add', 'source', this.dist, '--name', 'dist', '--configfile', 'nuget.config'], { cwd: app });
  }
}

export const csharp = new CSharp();
