/** CRC-32 (IEEE 802.3), by which EIP-2124 sums up the forks of a chain. */

const POLYNOMIAL = 0xedb88320
const BITS = 8

/** @param before of what came before */
export function crc32(bytes: Uint8Array, before = 0): number {
  let sum = ~before
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < BITS; bit++) sum = (sum >>> 1) ^ (sum & 1 ? POLYNOMIAL : 0)
  }
  return ~sum >>> 0
}
