import * as formats from './formats';
import { RESERVED } from './formats';
import { Rule } from './validation';

/* What paths, names and addresses of Vault must look like. */

export const namespace = new Rule({
  matches: (value) => new RegExp(`^${formats.SEGMENT}(/${formats.SEGMENT})*$`).test(value),
  problem: 'is not a namespace of Vault',
}, 'Write its whole path without a slash at either end, such as admin/zenml');

const SEGMENT_DESCRIPTION = 'letters, digits and ._- without a slash';

export const authMount = new Rule(
  formats.authMount,
  `Write it as it follows auth/ in Vault, such as aws: ${SEGMENT_DESCRIPTION}, and none of ${RESERVED.join(', ')}, token`,
);
export const kvMount = new Rule(formats.kvMount, `Write ${SEGMENT_DESCRIPTION}, such as zenml-secrets, and none of ${RESERVED.join(', ')}`);
export const vaultName = new Rule(
  formats.vaultName,
  `Write ${SEGMENT_DESCRIPTION}, such as zenml-production, and neither root nor default`,
);
export const headerValue = new Rule(
  formats.headerValue,
  'Write at most 256 letters, digits and ._:/@=- such as vault.example.com, or an empty string for none',
);
export const cidr = new Rule(formats.cidr, 'Write it such as 10.0.0.0/8 or 2001:db8::/32');

const HTTPS_ORIGIN: formats.Format = {
  ...formats.anyOrigin,
  matches: (value) => value.startsWith('https:') && formats.anyOrigin.matches(value),
  problem: 'is not an https address of a server',
};

const ORIGIN_DESCRIPTION =
  'Write scheme, host and port only, such as https://vault.example.com:8200: without a path, credentials or a query';
export const anyOrigin = new Rule(formats.anyOrigin, ORIGIN_DESCRIPTION);
export const secureOrigin = new Rule(HTTPS_ORIGIN, ORIGIN_DESCRIPTION);

const STS_DESCRIPTION = 'Write scheme and host only, such as https://sts.us-east-1.amazonaws.com, or leave it out for the global STS';
export const anySts = new Rule(formats.anyOrigin, STS_DESCRIPTION);
export const secureSts = new Rule(HTTPS_ORIGIN, STS_DESCRIPTION);
