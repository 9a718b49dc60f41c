import { isIP } from 'node:net';
import { faultOfOrigin, isOrigin } from './origins';

/*
 * What values must look like. Used at synthesis and, for values that only the deployment knows, again in the handler, so nothing
 * of CDK is imported here.
 */

/** The format of a string, and the message for one that does not have it. */
export interface Format {
  readonly matches: (value: string) => boolean;
  readonly problem: string;
  /** What is wrong with this very value, such as `it has a path`; undefined where nothing more can be said. */
  readonly faultOf?: (value: string) => string | undefined;
}

/** The problem of a value that does not have a format. */
export function problemOf({ problem, faultOf }: Format, value: string): string {
  const fault = faultOf?.(value);
  return fault === undefined ? problem : `${problem}, as ${fault}`;
}

/** Upper case never reaches this format: callers lower a UUID first. */
export const uuid: Format = {
  matches: matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  problem: 'is not a UUID',
};

/** Neither wildcards, nor an account's root, nor a session: whoever is trusted must be one role. */
export const roleArn: Format = {
  matches: matching(/^arn:aws(-[a-z]+)*:iam::\d{12}:role\/([\x21-\x29\x2b-\x3e\x40-\x7e]+\/)?[\w+=,.@-]{1,64}$/),
  problem: 'is not the ARN of one IAM role',
};

/** The format only: a region that AWS opens tomorrow must not need a release of this library. */
export const region: Format = {
  matches: matching(/^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/),
  problem: 'is not an AWS region',
};

/** One segment of a path: in a policy of Vault `+` and `*` are wildcards, and a slash or `..` would lead elsewhere. */
export const SEGMENT = '(?!\\.|[^/]*\\.\\.)[A-Za-z0-9._-]{1,128}';

/** Below these Vault keeps itself. https://developer.hashicorp.com/vault/docs/secrets */
export const RESERVED = ['sys', 'auth', 'identity', 'cubbyhole'];

export const authMount: Format = {
  matches: matching(new RegExp(`^(?!(${RESERVED.join('|')}|token)$)${SEGMENT}$`)),
  problem: 'is not the path of an auth method',
};

export const kvMount: Format = {
  matches: matching(new RegExp(`^(?!(${RESERVED.join('|')})$)${SEGMENT}$`)),
  problem: 'is not the path of a KV mount',
};

/** Vault keeps the names of roles and policies in lower case, and knows no path for a role that begins or ends with `.` or `-`. */
export const vaultName: Format = {
  matches: matching(new RegExp(`^(?!(root|default)$)(?!.*[A-Z])(?=\\w)${SEGMENT}(?<=\\w)$`)),
  problem: 'is not a name for a role or policy of Vault',
};

/** It goes into an HTTP header, and into a policy, where `*` is a wildcard. */
export const headerValue: Format = {
  matches: matching(/^[A-Za-z0-9._:/@=-]{0,256}$/),
  problem: 'is not a value for the header X-Vault-AWS-IAM-Server-ID',
};

/** The origin of a server. http is for a test environment only. */
export const anyOrigin: Format = {
  matches: isOrigin,
  problem: 'is not an https or http address of a server',
  faultOf: faultOfOrigin,
};

/** An address or a block of addresses. https://datatracker.ietf.org/doc/html/rfc4632#section-3.1 */
export const cidr: Format = {
  matches: isCidr,
  problem: 'is not an IP address or a block of them',
};

function matching(pattern: RegExp) {
  return (value: string) => pattern.test(value);
}

function isCidr(value: string): boolean {
  const [address, bits = '0', ...rest] = value.split('/');
  const most = isIP(address) === 4 ? 32 : 128;
  // Of a zone Vault knows nothing, and it makes IPv4 of an address that is mapped into IPv6.
  const isPlain = isIP(address) !== 0 && !/%|^[0:]+:ffff:/i.test(address);
  return isPlain && rest.length === 0 && /^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= most;
}
