// Precompiles that an embedder adds: what core and host say to each other about them.

/** Ids of the import `precompile` from here on are theirs: this and the number in their order. */
export const CUSTOM_PRECOMPILES = 0x1000000;
export const MOST_CUSTOM_PRECOMPILES = 31;
/** In place of a size of output: it reverts, with as many bytes as this is more than the answer. */
export const CUSTOM_REVERTED = -16;

// ---- a call, 32 bytes ------------------------------------------------------------------------
/** i64 gas that it has; the host takes off what it costs. */
export const CUSTOM_GAS = 0;
/** u32 account of the caller. */
export const CUSTOM_CALLER = 8;
/** u32 pointer to the word of its value; 0 = none. */
export const CUSTOM_VALUE = 12;
/** u32 where its output lies: written by the host. */
export const CUSTOM_OUTPUT = 16;
/** u32: whether it may change nothing. */
export const CUSTOM_STATIC = 20;

// What `customSend` answers.
export const CUSTOM_SENT = 0;
/** As a CALL that pushes 0: no balance, or the last round. */
export const CUSTOM_REFUSED = 1;
export const CUSTOM_OUT_OF_GAS = 2;
/** Only a message may, which is delivered to it. */
export const CUSTOM_FORBIDDEN = 3;
