import { SecretValue, Token } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { CredentialOptions } from './credential-options';
import * as types from './prop-types';
import { refuseUnreadable } from './secret-access';
import { checkAll, secretField, versionId } from './validation';

/** The types of `CredentialOptions`. */
export const CREDENTIAL_OPTION_TYPES = {
  field: types.optional(types.text(secretField)),
  versionId: types.optional(types.text(versionId)),
};

/**
 * What a secret of the customer's holds, on its way into the hand-off secret. CloudFormation puts it in, so that the library never sees it.
 */
export class Credential {
  constructor(
    private readonly prop: string,
    private readonly secret: secretsmanager.ISecret,
    private readonly options: CredentialOptions,
    /** Whether the text is a JSON object in itself, which then stands where a string would have stood. */
    public readonly isObject: boolean,
  ) {}

  public check(scope: IConstruct) {
    checkAll(scope, [['field', this.options.field, secretField], ['versionId', this.options.versionId, versionId]]);
    refuseUnreadable(scope, this.prop, this.secret);
  }

  /** The value within a text that becomes JSON. */
  public render(): string | number {
    const { field: jsonField, versionId: version } = this.options;
    const reference = SecretValue.secretsManager(this.secret.secretArn, { jsonField, versionId: version }).unsafeUnwrap();
    // In a function, since CDK's validation of templates expects a string with a reference to hold nothing else, and warns (E1050).
    const value = { 'Fn::Join': ['', [reference]] };
    // CDK puts the value of a number into JSON without quotes around it, and of an intrinsic function it takes our word that it is one.
    return this.isObject ? Token.asNumber(value) : Token.asString(value);
  }
}
