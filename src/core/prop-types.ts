import { invalid, Place, refusal, Rule } from './validation';

/*
 * The types of what a caller gives. The compiler of TypeScript and jsii check them too, but neither sees a call from JavaScript, nor a
 * variable of the environment that is not set.
 */

export interface PropType<Optional extends boolean = boolean> {
  readonly isOptional: Optional;
  /** Refuses a value of another type. Its format is checked where a store uses it. */
  check(place: Place, prop: string, value: unknown): void;
}

/** The type of each property of an interface: one that is forgotten does not compile. */
type PropTypes<T> = { readonly [P in keyof T]-?: PropType<undefined extends T[P] ? true : false> };

/** What may be left out. `null` is not that: in JavaScript it gets by a comparison with `undefined`. */
export function optional(type: PropType<false>): PropType<true> {
  return {
    isOptional: true,
    check: (place, prop, value) => {
      if (value !== undefined) {
        type.check(place, prop, value);
      }
    },
  };
}

/** Props, or the options of a function. */
export function object<T>(types: PropTypes<T>): PropType<false> {
  const entries = Object.entries<PropType>(types);
  const required = entries.filter(([, type]) => !type.isOptional).map(([prop]) => prop);
  const instead = required.length > 0 ? `Write an object with ${required.join(', ')}` : 'Write an object, or leave it out';
  return {
    isOptional: false,
    check: (place, name, value) => {
      anyObject(instead).check(place, name, value);
      for (const [prop, type] of entries) {
        type.check(place, prop, (value as Record<string, unknown>)[prop]);
      }
    },
  };
}

export function listOf(type: PropType<false>): PropType<false> {
  return {
    isOptional: false,
    check: (place, prop, value) => {
      if (!Array.isArray(value)) {
        throw invalid(place, prop, value, 'is not a list', 'Write an array, also of a single one');
      }
      value.forEach((each) => type.check(place, prop, each));
    },
  };
}

/** @param wanted The rule of the string's format, or what else to write. */
export function text(wanted: Rule | string): PropType<false> {
  return propType((value) => typeof value === 'string', 'is not a string', typeof wanted === 'string' ? wanted : wanted.instead);
}

export const flag = propType((value) => typeof value === 'boolean', 'is neither true nor false',
  'Write it without quotes; what comes from the command line as context or from a variable of the environment is a string');

export function number(instead: string): PropType<false> {
  return propType((value) => typeof value === 'number', 'is not a number', instead);
}

export function anyObject(instead: string): PropType<false> {
  return propType((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'is not an object', instead);
}

/**
 * An object of a class of this library. The class is compared by its name, since an app may have two copies of this library.
 *
 * @param example How to make one.
 */
export function instanceOf(type: { readonly name: string }, example: string): PropType<false> {
  const isInstance = (value: unknown): boolean => {
    const prototype = Object.getPrototypeOf(Object(value));
    return prototype !== null && (prototype.constructor.name === type.name || isInstance(prototype));
  };
  return propType(isInstance, `is not a ${type.name}`.replace(/\ba (?=A)/, 'an '), `Write one such as ${example}`);
}

/** Constructs and values of aws-cdk-lib, which have many implementations: known by what all of them have. */
export const role = member('roleArn', 'an IAM role', 'iam.Role.fromRoleArn(this, \'Role\', \'arn:aws:iam::111122223333:role/name\')');
export const secret = member('secretArn', 'a secret of Secrets Manager',
  'secretsmanager.Secret.fromSecretCompleteArn(this, \'Secret\', '
  + '\'arn:aws:secretsmanager:eu-central-1:111122223333:secret:name-AbCdEf\')');
export const kmsKey = member('keyArn', 'a KMS key',
  'kms.Key.fromKeyArn(this, \'Key\', \'arn:aws:kms:eu-central-1:111122223333:key/123e4567-e89b-12d3-a456-426614174000\')');
export const managedPolicy = member('managedPolicyArn', 'a managed policy',
  'iam.ManagedPolicy.fromManagedPolicyName(this, \'Boundary\', \'name\')');
export const grantee = member('grantPrincipal', 'somebody who can be granted something', 'iam.Role.fromRoleName(this, \'Role\', \'name\')');
export const vpc = member('vpcId', 'a VPC', 'ec2.Vpc.fromLookup(this, \'Vpc\', { vpcId: \'vpc-0123456789abcdef0\' })');
export const securityGroup = member('securityGroupId', 'a security group',
  'ec2.SecurityGroup.fromSecurityGroupId(this, \'SecurityGroup\', \'sg-0123456789abcdef0\')');
export const logGroup = member('logGroupArn', 'a log group', 'logs.LogGroup.fromLogGroupName(this, \'LogGroup\', \'name\')');
export const duration = member('toMilliseconds', 'a duration', 'Duration.hours(1)');
export const runtime = member('runtimeEquals', 'a runtime of Lambda', 'lambda.Runtime.NODEJS_22_X');

function member(name: string, what: string, example: string): PropType<false> {
  const hasMember = (value: unknown) => typeof value === 'object' && value !== null && name in value;
  return propType(hasMember, `is not ${what}`, `Write one such as ${example}`);
}

function propType(matches: (value: unknown) => boolean, problem: string, instead: string): PropType<false> {
  return {
    isOptional: false,
    check: (place, prop, value) => {
      if (matches(value)) {
        return;
      }
      // An ARN may be shown. Any other text in the place of an object may be a token or a private key.
      throw typeof value === 'string' && !/^arn:|^(true|false)$/.test(value)
        ? refusal(place, `${prop} of type string`, problem, instead) : invalid(place, prop, value, problem, instead);
    },
  };
}
