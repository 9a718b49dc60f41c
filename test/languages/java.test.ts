import { existsSync, readFileSync } from 'node:fs';
import { java } from './java';
import { testReference } from './reference';
import { testLanguage } from './test-language';

testLanguage(java, () => {
  testReference(java);

  test('the POM says what Maven Central demands, and sources and javadoc are beside the jar', () => {
    const pom = readFileSync(java.artifact('.pom'), 'utf8');

    expect(pom).toContain('<name>Apache License 2.0</name>');
    expect(pom).toContain('<url>https://github.com/cdk-zenml-secrets-store/cdk-zenml-secrets-store.git</url>');
    for (const element of ['description', 'developers', 'scm']) {
      expect(pom).toContain(`<${element}>`);
    }
    expect(['.jar', '-sources.jar', '-javadoc.jar'].filter((suffix) => !existsSync(java.artifact(suffix)))).toEqual([]);
  });
});
