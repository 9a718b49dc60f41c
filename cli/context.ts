import { CommandLine } from './arguments';
import { Account } from './aws/aws-clients';
import { Place } from './report';
import { Surroundings, Template } from './stack-template';
import { Redaction } from '../lambda/configure-vault/redaction';

/** What every check of a run shares. */
export interface Run {
  readonly options: CommandLine;
  readonly account: Account;
  readonly place: Place;
  readonly surroundings: Surroundings;
  /** The template of the stack, if it may be read. */
  readonly template?: Template;
  readonly redaction: Redaction;
  /** The token with which to look into the Vault at `vaultAddress`. */
  readonly vaultToken?: string;
  readonly vaultAddress?: string;
  /** The certificate authorities of the option `--ca-file`. */
  readonly certificateAuthority?: string;
}
