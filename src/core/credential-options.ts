/**
 * Where in a secret a credential is.
 *
 * CloudFormation reads the secret when it deploys, with the permissions of whoever deploys, and only when the hand-off changes. To hand
 * over a new value, name its version.
 */
export interface CredentialOptions {
  /**
   * The field of the secret's JSON whose value is the credential. It has to be a string, also where that is the text of a JSON file.
   *
   * @default - the whole text of the secret
   */
  readonly field?: string;

  /**
   * The id of the version of the secret, 32 to 64 characters.
   *
   * @default - the version that is current when the hand-off is deployed
   */
  readonly versionId?: string;
}
