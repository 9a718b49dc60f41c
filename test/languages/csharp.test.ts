import { csharp } from './csharp';
import { testLanguage } from './test-language';

testLanguage(csharp);
