// Between rounds, and under ethereum semantics always, one worker owns every account.

import { ownAll, refreshContext } from '../memory/context';
import { clearJournal } from './journal';

/** From now on this worker owns every account, by the stamps of now; its journal is empty. */
export function becomeOwner(): void {
  refreshContext();
  ownAll();
  clearJournal();
}
