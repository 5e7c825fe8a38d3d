// Revisions of the Ethereum rules, ascending, as in EVMC: a later one contains all before it.
// Forks that change no rule of execution (Muir Glacier, Arrow Glacier, Gray Glacier, BPO1 …) have
// no number of their own; the DAO fork is an irregular state change under Homestead rules.

export const REVISION_FRONTIER = 0;
export const REVISION_HOMESTEAD = 1;
export const REVISION_TANGERINE = 2;
export const REVISION_SPURIOUS = 3;
export const REVISION_BYZANTIUM = 4;
export const REVISION_CONSTANTINOPLE = 5;
export const REVISION_PETERSBURG = 6;
export const REVISION_ISTANBUL = 7;
export const REVISION_BERLIN = 8;
export const REVISION_LONDON = 9;
export const REVISION_PARIS = 10;
export const REVISION_SHANGHAI = 11;
export const REVISION_CANCUN = 12;
export const REVISION_PRAGUE = 13;
export const REVISION_OSAKA = 14;

/** The last one that the engine has. */
export const REVISION_LATEST = REVISION_OSAKA;
