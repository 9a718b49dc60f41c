import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import * as types from './prop-types';
import { invalid } from './validation';

/**
 * The credential to hand over, and the one that stays valid beside it. Each serial is a resource of its own, so that it can come and go.
 */
export interface Serials {
  readonly serial?: number;
  readonly previousSerial?: number;
}

const serialType = types.number('Write a whole number above 0, without quotes');

/** The types of `Serials`. */
export const SERIAL_TYPES = { serial: types.optional(serialType), previousSerial: types.optional(serialType) };

/** The serial to hand over, and then the one that stays valid beside it. */
export function serialsOf({ serial = 1, previousSerial }: Serials): [number, number?] {
  return previousSerial === undefined ? [serial] : [serial, previousSerial];
}

/** Refuses what cannot be right, and names the place. */
export function checkSerials(scope: IConstruct, serials: Serials, credentials: string): void {
  const [serial, previousSerial] = serialsOf(serials);
  for (const [option, value] of [['serial', serial], ['previousSerial', previousSerial ?? serial]] as const) {
    if (Token.isUnresolved(value)) {
      throw invalid(scope, option, 'a token', 'is known only at deployment',
        'Write the number out, since each serial is a resource of its own');
    }
    if (!Number.isInteger(value) || value < 1) {
      throw invalid(scope, option, value, 'is not a whole number above 0', `Count the ${credentials} of the store: 1, 2, 3`);
    }
  }
  if (previousSerial !== undefined && previousSerial >= serial) {
    throw invalid(scope, 'previousSerial', previousSerial, `is not below serial ${serial}`,
      'Raise serial by one, and write the old one as previousSerial');
  }
}
