// The little of Solidity's ABI and storage layout that the examples need. All values are 0x-hex
// strings or BigInts; words are 32 bytes, big-endian.
// https://docs.soliditylang.org/en/latest/abi-spec.html, .../internals/layout_in_storage.html
import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'

/** Hex digits of a word. */
const WORD_DIGITS = 64

/**
 * `0x…` of 32 bytes: keccak256 of a hex string.
 * @returns {import('actor-evm').Hex}
 */
export function keccak(hex) {
  return `0x${bytesToHex(keccak_256(hexToBytes(hex.slice(2))))}`
}

/**
 * A number or a shorter hex string (an address) as one word.
 * @returns {import('actor-evm').Hex}
 */
export function word(value) {
  const digits = typeof value === 'string' ? value.slice(2) : value.toString(16)
  return `0x${digits.padStart(WORD_DIGITS, '0')}`
}

/**
 * Hex strings one after the other.
 * @returns {import('actor-evm').Hex}
 */
export function concat(...parts) {
  return `0x${parts.map((part) => part.slice(2)).join('')}`
}

/**
 * A number as JSON-RPC writes quantities: no leading zeros.
 * @returns {import('actor-evm').Hex}
 */
export function quantity(value) {
  return `0x${value.toString(16)}`
}

/**
 * The call data of `signature`, for example `encodeCall('transfer(address,uint256)', [to, 5n])`.
 * Types are `bytes`, given as a hex string, and those that fit one word.
 * @returns {import('actor-evm').Hex}
 */
export function encodeCall(signature, values = []) {
  const selector = `0x${bytesToHex(keccak_256(utf8ToBytes(signature)).slice(0, 4))}`
  const types = signature.slice(signature.indexOf('(') + 1, -1)
  return concat(selector, encodeTuple(types === '' ? [] : types.split(','), values))
}

/**
 * `abi.encode` of values: heads in order, then the contents of the dynamic ones.
 * @returns {import('actor-evm').Hex}
 */
export function encodeTuple(types, values) {
  const heads = []
  const tails = []
  let tailOffsetBytes = 32 * types.length
  types.forEach((type, i) => {
    if (type !== 'bytes') {
      heads.push(word(values[i]))
      return
    }
    heads.push(word(tailOffsetBytes))
    const sizeBytes = (values[i].length - 2) / 2
    const paddedSizeBytes = Math.ceil(sizeBytes / 32) * 32
    tails.push(word(sizeBytes), `0x${values[i].slice(2).padEnd(2 * paddedSizeBytes, '0')}`)
    tailOffsetBytes += 32 + paddedSizeBytes
  })
  return concat(...heads, ...tails)
}

/**
 * `abi.encode` of one struct with a dynamic member: the offset of the struct comes first.
 * @returns {import('actor-evm').Hex}
 */
export function encodeStruct(types, values) {
  return concat(word(32), encodeTuple(types, values))
}

/**
 * Where `mapping[key]` lies, for a mapping at `slot` with value-type keys.
 * @returns {import('actor-evm').Hex}
 */
export function mappingSlot(slot, key) {
  return keccak(concat(word(key), word(slot)))
}

/**
 * Where element `index` of the dynamic array at `slot` lies (elements of a slot each).
 * @returns {import('actor-evm').Hex}
 */
export function arraySlot(slot, index) {
  return word(BigInt(keccak(word(slot))) + BigInt(index))
}

/**
 * The one word that holds a string of at most 31 bytes: its bytes, and twice its length.
 * @returns {import('actor-evm').Hex}
 */
export function shortString(text) {
  const bytes = utf8ToBytes(text)
  if (bytes.length > 31) throw new RangeError(`"text" expected at most 31 bytes, got "${text}"`)
  const digits = bytesToHex(bytes).padEnd(WORD_DIGITS - 2, '0')
  return `0x${digits}${(2 * bytes.length).toString(16).padStart(2, '0')}`
}

/**
 * The address of what an account creates with a nonce below 128 (YP, 7): RLP of the two.
 * @returns {import('actor-evm').Hex}
 */
export function createAddress(creator, nonce) {
  const nonceRlp = nonce === 0 ? '0x80' : `0x${nonce.toString(16).padStart(2, '0')}`
  return `0x${keccak(concat('0xd694', creator, nonceRlp)).slice(-40)}`
}

/**
 * The address that `CREATE2` gives (EIP-1014). `initCode` with constructor arguments.
 * @returns {import('actor-evm').Hex}
 */
export function create2Address(creator, salt, initCode) {
  return `0x${keccak(concat('0xff', creator, salt, keccak(initCode))).slice(-40)}`
}
