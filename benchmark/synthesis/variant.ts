import { Construct } from 'constructs';
import { addStoreByHand } from './hand-written';
import { addStoreOfLibrary } from './store';

export type Variant = 'hand-written' | 'library';

/** Each adds the resources and outputs of one store, under the same construct ids. */
export const ADD_STORE: { [variant in Variant]: (scope: Construct, id: string, workspaceId: string) => void } = {
  'hand-written': addStoreByHand,
  'library': addStoreOfLibrary,
};
