/** What blocks are hashed with. */

export { keccak256, type Keccak256 } from '../crypto/keccak256.js'
