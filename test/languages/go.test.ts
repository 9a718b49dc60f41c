import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { go } from './go';
import { testLanguage } from './test-language';

testLanguage(go, () => {
  test('the module has its licence, and names versions of CDK that exist for Go', () => {
    const module = join(go.dist, 'cdkzenmlsecretsstore');

    expect(readFileSync(join(module, 'LICENSE'), 'utf8')).toContain('Apache License');
    expect(readFileSync(join(module, 'go.mod'), 'utf8')).toContain('github.com/aws/aws-cdk-go/awscdk/v2 v2.224.0\n');
  });
});
