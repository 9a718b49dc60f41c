import { CommandLine } from './arguments';
import { Account } from './aws/aws-clients';
import { Place } from './report';
import { PseudoParameters, Template } from './stack-template';
import { Redaction } from '../lambda/configure-vault/redaction';

/** What all checks share. */
export interface CheckContext {
  readonly options: CommandLine;
  readonly account: Account;
  readonly place: Place;
  readonly pseudoParameters: PseudoParameters;
  /** The template of the stack, if it may be read. */
  readonly template?: Template;
  readonly redaction: Redaction;
  /** The token for reads of the Vault at `vaultAddress`. */
  readonly vaultToken?: string;
  readonly vaultAddress?: string;
  /** The certificate authorities of the option `--ca-file`. */
  readonly certificateAuthority?: string;
}
