import { X509Certificate } from 'node:crypto';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { isKnown } from '../core/lookups';
import * as types from '../core/prop-types';
import * as validation from '../core/validation';

const PEM_DESCRIPTION = 'Write the text between and including -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----';

/**
 * The certificate authority of a Vault whose certificate no public one has signed.
 *
 * It is for the function of the `VaultConnection` only. ZenML itself has no such setting: a workspace that ZenML hosts reaches
 * only a Vault with a publicly trusted certificate.
 */
export class VaultCertificateAuthority {
  /**
   * Its certificate, or several, as PEM. The text goes into the environment of the function, which holds 4 KB in all; use
   * `fromSecret` for a longer one.
   *
   * @param pem The text, from `-----BEGIN CERTIFICATE-----` to the last `-----END CERTIFICATE-----`.
   */
  public static fromPem(pem: string): VaultCertificateAuthority {
    types.text(PEM_DESCRIPTION).check('VaultCertificateAuthority.fromPem', 'pem', pem);
    return new VaultCertificateAuthority(pem);
  }

  /**
   * A secret in AWS Secrets Manager whose whole text is PEM.
   *
   * @param secret The secret. The function may read it.
   */
  public static fromSecret(secret: secretsmanager.ISecret): VaultCertificateAuthority {
    types.secret.check('VaultCertificateAuthority.fromSecret', 'secret', secret);
    return new VaultCertificateAuthority(undefined, secret);
  }

  private constructor(
    /** @internal */
    public readonly _pem?: string,
    /** @internal */
    public readonly _secret?: secretsmanager.ISecret,
  ) {}

  /**
   * Refuses a text that is no certificate, or more than that: it goes into the template.
   *
   * @internal
   */
  public _validate(scope: IConstruct): void {
    if (this._pem === undefined || !isKnown(this._pem)) {
      return;
    }
    const certificates = this._pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
    const others = /-----BEGIN (?!CERTIFICATE-----)/.test(this._pem);
    if (others || certificates.length === 0 || !certificates.every(isCertificate)) {
      // Only how it begins: somebody may have given us a private key.
      const [beginning] = this._pem.slice(0, 40).split('\n');
      throw validation.invalid(scope, 'certificateAuthority', `${beginning}…`, 'is not a certificate in PEM and nothing else',
        PEM_DESCRIPTION);
    }
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).serialNumber !== '';
  } catch {
    return false;
  }
}
