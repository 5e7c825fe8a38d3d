/** What the host and the module that recovers public keys (assembly/secp256k1) exchange. */

/** Recovered in one call, so that they share the two inversions that each would need. */
export const RECOVERY_ITEMS_MAX = 32;

/** An item: the signed hash, r and s, 32 big-endian bytes each, and yParity, 0 or 1. */
export const RECOVERY_ITEM_BYTES = 97;
export const RECOVERY_ITEM_R = 32;
export const RECOVERY_ITEM_S = 64;
export const RECOVERY_ITEM_PARITY = 96;

/** A key: 1, x and y, 32 big-endian bytes each; or 0 where no key can have signed so. */
export const RECOVERY_KEY_BYTES = 65;

/** Where items are written and keys are read, in the module's memory. */
export const RECOVERY_ITEMS = 0x1000;
export const RECOVERY_KEYS = 0x2000;
