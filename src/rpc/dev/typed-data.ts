/** Hashes of what people sign: EIP-191 messages and EIP-712 typed data. */

import {
  bigIntToBytes,
  concatBytes,
  hexToBytes,
  parseQuantity,
} from '../../base/bytes.js'
import { keccak256 } from '../../intake/keccak.js'
import { invalidParams } from '../rpc-error.js'

interface Field {
  readonly name: string
  readonly type: string
}

type Types = Readonly<Record<string, readonly Field[]>>
type Fields = Readonly<Record<string, unknown>>

interface TypedData {
  readonly types: Types
  readonly primaryType: string
  readonly domain: Fields
  readonly message: Fields
}

const WORD = 32
const DOMAIN = 'EIP712Domain'
/** Fields of a domain in their order, for data that does not list its type. */
const DOMAIN_FIELDS: readonly Field[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
  { name: 'salt', type: 'bytes32' },
]
/** Deeper data is nobody's. */
const MAX_DEPTH = 64
const UTF8 = new TextEncoder()

/** EIP-191, version E: what eth_sign and personal_sign sign. */
export function messageHash(message: Uint8Array): Uint8Array {
  const prefix = UTF8.encode(`\x19Ethereum Signed Message:\n${message.length}`)
  return keccak256(concatBytes(prefix, message))
}

/**
 * EIP-712: what eth_signTypedData_v4 signs.
 * @param input an object, or JSON of it
 * @throws RpcError naming what cannot be read
 */
export function typedDataHash(input: unknown): Uint8Array {
  const { domain, message, primaryType, types } = readTypedData(input)
  const prefix = Uint8Array.of(0x19, 0x01)
  const domainHash = hashStruct(DOMAIN, domain, types, DOMAIN, 0)
  if (primaryType === DOMAIN) return keccak256(concatBytes(prefix, domainHash))
  const hash = hashStruct(primaryType, message, types, 'message', 0)
  return keccak256(concatBytes(prefix, domainHash, hash))
}

function readTypedData(input: unknown): TypedData {
  let data = input
  if (typeof data === 'string') {
    try {
      data = JSON.parse(data)
    } catch {
      throw invalidParams('typed data: no JSON')
    }
  }
  const { domain = {}, message, primaryType, types } = asFields(data, 'typed data')
  const known = asFields(types, 'types') as Types
  for (const [name, fields] of Object.entries(known)) {
    if (Array.isArray(fields) && fields.every(isField)) continue
    throw invalidParams(`typed data: types.${name} is no list of names and types`)
  }
  if (typeof primaryType !== 'string') throw invalidParams('typed data: no primaryType')
  const domainFields = asFields(domain, 'domain')
  const listed = DOMAIN_FIELDS.filter(({ name }) => domainFields[name] != null)
  return {
    types: { [DOMAIN]: listed, ...known },
    primaryType,
    domain: domainFields,
    message: primaryType === DOMAIN ? {} : asFields(message, 'message'),
  }
}

function isField(field: unknown): field is Field {
  const { name, type } = (field ?? {}) as Partial<Field>
  return typeof name === 'string' && typeof type === 'string'
}

function asFields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw invalidParams(`typed data: ${what} is no object`)
}

function hashStruct(
  type: string,
  value: Fields,
  types: Types,
  at: string,
  depth: number,
): Uint8Array {
  if (depth > MAX_DEPTH) throw invalidParams('typed data: too deep')
  const fields = Object.hasOwn(types, type) ? types[type]! : undefined
  if (fields === undefined) throw invalidParams(`typed data: no type ${type.slice(0, 40)}`)
  const typeHash = keccak256(UTF8.encode(encodeType(type, types)))
  const words = fields.map(({ name, type: inner }) => {
    return encodeValue(inner, value[name], types, `${at}.${name}`, depth + 1)
  })
  return keccak256(concatBytes(typeHash, ...words))
}

/** A type with all that it refers to, in alphabetical order. */
function encodeType(primary: string, types: Types): string {
  const found = new Set<string>()
  const visit = (type: string): void => {
    const name = type.replace(/\[.*$/s, '')
    if (found.has(name) || !Object.hasOwn(types, name)) return
    found.add(name)
    for (const field of types[name]!) visit(field.type)
  }
  visit(primary)
  found.delete(primary)
  return [primary, ...[...found].sort()]
    .map((name) => `${name}(${types[name]!.map((it) => `${it.type} ${it.name}`).join(',')})`)
    .join('')
}

function encodeValue(
  type: string,
  value: unknown,
  types: Types,
  at: string,
  depth: number,
): Uint8Array {
  const array = /^(.+)\[(\d*)\]$/s.exec(type)
  if (array !== null) {
    const [, inner = '', length = ''] = array
    const isRight = Array.isArray(value) && (length === '' || value.length === Number(length))
    if (!isRight) throw invalidParams(`typed data: ${at} is no ${type}`)
    const items = (value as unknown[]).map((item, i) => {
      return encodeValue(inner, item, types, `${at}[${i}]`, depth + 1)
    })
    return keccak256(concatBytes(...items))
  }
  if (Object.hasOwn(types, type)) {
    // MetaMask, viem and ethers take a struct that is missing as zeros
    if (value == null) return new Uint8Array(WORD)
    return hashStruct(type, asFields(value, at), types, at, depth)
  }
  try {
    return encodeAtom(type, value)
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    throw invalidParams(`typed data: ${at} is no ${type.slice(0, 40)}: ${message}`)
  }
}

function encodeAtom(type: string, value: unknown): Uint8Array {
  if (type === 'string') {
    if (typeof value !== 'string') throw new Error('expected text')
    return keccak256(UTF8.encode(value))
  }
  if (type === 'bytes') return keccak256(hexToBytes(value))
  if (type === 'bool') {
    if (typeof value !== 'boolean') throw new Error('expected true or false')
    return bigIntToBytes(value ? 1n : 0n, WORD)
  }
  if (type === 'address') return padded(hexToBytes(value, 'address', 20), WORD - 20)
  const [, kind, digits] = /^(bytes|uint|int)(\d+)$/.exec(type) ?? []
  const size = Number(digits)
  if (kind === 'bytes' && size >= 1 && size <= WORD) {
    return padded(hexToBytes(value, 'bytes', size), 0)
  }
  const isSize = size >= 8 && size <= 256 && size % 8 === 0
  if (kind === undefined || kind === 'bytes' || !isSize) throw new Error('unknown type')
  return encodeInteger(value, size, kind === 'int')
}

function encodeInteger(value: unknown, bits: number, isSigned: boolean): Uint8Array {
  const isNegative = typeof value === 'string' ? value.startsWith('-') : Number(value) < 0
  const magnitude = typeof value === 'string' ? value.replace(/^-/, '') : value
  const absolute = parseQuantity(
    isNegative && typeof magnitude === 'number' ? -magnitude : magnitude,
    'integer',
  )
  const limit = 1n << BigInt(isSigned ? bits - 1 : bits)
  const isIn = isNegative ? isSigned && absolute <= limit : absolute < limit
  if (!isIn) throw new Error('out of range')
  return bigIntToBytes(BigInt.asUintN(256, isNegative ? -absolute : absolute), WORD)
}

/** @param before bytes of zeros in front; the others come behind */
function padded(bytes: Uint8Array, before: number): Uint8Array {
  const word = new Uint8Array(WORD)
  word.set(bytes, before)
  return word
}
