/** SHA-256 (FIPS 180-4), of requests to the consensus layer. */

export { sha256 } from '@noble/hashes/sha2.js'
