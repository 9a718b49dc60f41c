import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packed-library';
import { ISOLATIONS } from '../../templates/secrets-store-template';
import { run } from '../emulators/child-process';

/* What the templates do is shown by test/deploy/life-cycle.test.ts; that they are as reviewed, by test/templates/. */

test('npm run templates writes one file for each isolation', async () => {
  const output = await run('npm', ['run', 'templates'], { cwd: ROOT });

  const files = Object.keys(ISOLATIONS).map((name) => join(ROOT, `dist/templates/aws-secrets-store-${name}.json`));
  expect(output.trim().split('\n').slice(-files.length).sort()).toEqual([...files].sort());
  for (const [index, name] of Object.keys(ISOLATIONS).entries()) {
    const { Description: description, ...template } = JSON.parse(readFileSync(files[index], 'utf8'));
    expect(description).toBe('The secrets of a ZenML Pro workspace in AWS Secrets Manager');
    expect(template).toEqual(JSON.parse(readFileSync(join(ROOT, `test/templates/plain-template-${name}.json`), 'utf8')));
  }
});
