/** The module for BLS12-381: a binary of its own, with a memory of its own. */
export { isInG1, isInG2, isTargetOne } from './membership';
export { verifyProof } from './verify-proof';
