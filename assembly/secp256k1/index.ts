/** The module that recovers public keys: a binary of its own, with a memory of its own. */
export { recoverKeys } from './recover';
