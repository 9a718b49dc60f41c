import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipped } from './archives';
import { python } from './python';
import { testReference } from './reference';
import { testLanguage } from './test-language';

testLanguage(python, () => {
  testReference(python);

  test('the wheel says what PyPI shows', async () => {
    const file = join(await unzipped(python.wheel), 'cdk_zenml_secrets_store-0.0.0.dist-info/METADATA');
    const metadata = readFileSync(file, 'utf8').split('\n');

    expect(metadata).toEqual(expect.arrayContaining([
      'Name: cdk-zenml-secrets-store',
      'License: Apache-2.0',
      'Author: The cdk-zenml-secrets-store authors',
      'Project-URL: Source, https://github.com/cdk-zenml-secrets-store/cdk-zenml-secrets-store.git',
      'Classifier: Framework :: AWS CDK :: 2',
      'Classifier: Typing :: Typed',
      'Description-Content-Type: text/markdown',
      'Requires-Dist: aws-cdk-lib <3.0.0,>=2.224.0',
      'Requires-Dist: constructs <11.0.0,>=10.4.2',
    ]));
  });
});
