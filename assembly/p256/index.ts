/** The module that verifies signatures over P-256: a binary of its own, with its own memory. */
export { verifySignature } from './verify';
