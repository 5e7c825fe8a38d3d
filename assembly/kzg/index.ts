/** The module that verifies KZG proofs: a binary of its own, with a memory of its own. */
export { verifyProof } from './verify';
