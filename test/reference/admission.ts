/** Before round 0: each transaction is checked and prepaid, in block order (protocol, 2.1). */
import type { BlockContext } from './activation.js'
import {
  EMPTY_BYTES, MAX_U64, concatBytes, fromHex, normalAddress, toBigInt, type Address, type Hex,
} from './bytes.js'
import { MAX_INITCODE_SIZE, words } from './gas.js'
import { createdAddress } from './instructions-create.js'
import { InvalidBlock, type ReferenceAuthorization, type ReferenceTransaction } from './types.js'
import { accountOf, delegateOf, isDead, type World } from './world.js'

const MAX_TRANSACTION_GAS = 1n << 24n
const GAS_PER_BLOB = 131072n
const MAX_BLOBS_PER_TRANSACTION = 6
const MAX_BLOBS_PER_BLOCK = 9
const GAS_PER_AUTHORIZATION = 25000n
const REFUND_PER_AUTHORIZATION = 12500n
const DELEGATION_PREFIX = Uint8Array.of(0xef, 0x01, 0x00)
const NOBODY: Hex = `0x${'00'.repeat(20)}`

/** A transaction that is admitted: the root of its tree of messages. */
export interface Root {
  hash: Hex
  type: number
  index: number
  sender: Address
  /** Where message 0 goes; for a creation the address created. */
  recipient: Address
  isCreation: boolean
  value: bigint
  data: Uint8Array
  gasLimit: bigint
  intrinsicGas: bigint
  /** EIP-7623. */
  floorGas: bigint
  gasPrice: bigint
  blobHashes: bigint[]
  accessList: { address: Address; keys: bigint[] }[]
  authorities: Address[]
  /** Of authorizations. */
  refund: bigint
}

/** A transaction's fields as numbers, defaults filled in. */
interface Fields {
  nonce: bigint
  gasLimit: bigint
  maxFee: bigint
  maxPriorityFee: bigint
  value: bigint
  data: Uint8Array
  isCreation: boolean
}

function readFields(tx: ReferenceTransaction): Fields {
  return {
    nonce: toBigInt(tx.nonce),
    gasLimit: toBigInt(tx.gasLimit),
    maxFee: toBigInt(tx.maxFeePerGas ?? tx.gasPrice ?? 0n),
    maxPriorityFee: toBigInt(tx.maxPriorityFeePerGas ?? tx.gasPrice ?? 0n),
    value: toBigInt(tx.value ?? 0n),
    data: fromHex(tx.data ?? '0x'),
    isCreation: tx.to === undefined || tx.to === null || tx.to === '0x',
  }
}

function countZeros(data: Uint8Array): bigint {
  return BigInt(data.filter((byte) => byte === 0).length)
}

function intrinsicGasOf(tx: ReferenceTransaction, { data, isCreation }: Fields): bigint {
  const zeros = countZeros(data)
  let gas = 21000n + 4n * zeros + 16n * (BigInt(data.length) - zeros)
  if (isCreation) gas += 32000n + 2n * words(data.length)
  for (const entry of tx.accessList ?? []) gas += 2400n + 1900n * BigInt(entry.storageKeys.length)
  return gas + GAS_PER_AUTHORIZATION * BigInt(tx.authorizationList?.length ?? 0)
}

function floorGasOf(data: Uint8Array): bigint {
  const zeros = countZeros(data)
  return 21000n + 10n * (zeros + 4n * (BigInt(data.length) - zeros))
}

/** Rules that need nothing but the transaction and the header. */
function checkFields(block: BlockContext, tx: ReferenceTransaction, fields: Fields): string | null {
  const { gasLimit, maxFee, maxPriorityFee, data, isCreation, nonce } = fields
  const needed = [intrinsicGasOf(tx, fields), floorGasOf(data)]
  if (gasLimit > block.gasLimit) return 'gas limit above the block\'s'
  if (gasLimit > MAX_TRANSACTION_GAS) return 'gas limit above 2^24 (EIP-7825)'
  if (needed.some((gas) => gas > gasLimit)) return 'gas limit below intrinsic gas or floor'
  if (maxFee < block.baseFee) return 'fee cap below the base fee'
  if (maxPriorityFee > maxFee) return 'priority fee above the fee cap'
  if (isCreation && data.length > MAX_INITCODE_SIZE) return 'initcode is too long (EIP-3860)'
  if (nonce >= MAX_U64) return 'nonce at its maximum (EIP-2681)'
  if (tx.type === 3) return checkBlobs(block, tx, isCreation)
  if (tx.type === 4 && isCreation) return 'type 4 cannot create'
  if (tx.type === 4 && !tx.authorizationList?.length) return 'no authorizations'
  return null
}

function checkBlobs(
  block: BlockContext, tx: ReferenceTransaction, isCreation: boolean,
): string | null {
  const hashes = tx.blobVersionedHashes ?? []
  if (isCreation) return 'type 3 cannot create'
  if (hashes.length === 0 || hashes.length > MAX_BLOBS_PER_TRANSACTION) return 'number of blobs'
  if (hashes.some((hash) => fromHex(hash)[0] !== 1)) return 'blob hash version'
  if (toBigInt(tx.maxFeePerBlobGas ?? 0n) < block.blobBaseFee) return 'blob fee cap'
  return null
}

/** Rules that need the sender's account. */
function checkSender(
  world: World, tx: ReferenceTransaction, fields: Fields, blobGas: bigint,
): string | null {
  const sender = accountOf(world, normalAddress(tx.sender))
  const { gasLimit, maxFee, value, nonce } = fields
  const isContract = sender.code.length > 0 && delegateOf(sender.code) === undefined
  if (isContract) return 'sender has code (EIP-3607)'
  if (nonce !== sender.nonce) return `nonce ${nonce}, account has ${sender.nonce}`
  const mostBlobFee = blobGas * toBigInt(tx.maxFeePerBlobGas ?? 0n)
  if (sender.balance < gasLimit * maxFee + value + mostBlobFee) return 'sender cannot pay'
  return null
}

/** EIP-7702; returns the authorities to warm and the refund. */
function applyAuthorizations(
  world: World, chainId: bigint, list: ReferenceAuthorization[],
): { authorities: Address[]; refund: bigint } {
  const authorities: Address[] = []
  let refund = 0n
  for (const { chainId: wanted, address, nonce, authority } of list) {
    const isForHere = toBigInt(wanted) === 0n || toBigInt(wanted) === chainId
    if (!isForHere || toBigInt(nonce) >= MAX_U64 || authority === null) continue
    const signer = normalAddress(authority)
    authorities.push(signer)
    const wasDead = isDead(world.get(signer))
    const account = accountOf(world, signer)
    const isFree = account.code.length === 0 || delegateOf(account.code) !== undefined
    if (!isFree || account.nonce !== toBigInt(nonce)) continue
    if (!wasDead) refund += REFUND_PER_AUTHORIZATION
    const delegate = normalAddress(address)
    account.code = delegate === NOBODY
      ? EMPTY_BYTES
      : concatBytes(DELEGATION_PREFIX, fromHex(delegate))
    account.nonce += 1n
  }
  return { authorities, refund }
}

function admitOne(
  world: World, block: BlockContext, tx: ReferenceTransaction, index: number,
): Root {
  const fields = readFields(tx)
  const { nonce, gasLimit, maxFee, maxPriorityFee, value, data, isCreation } = fields
  const blobHashes = (tx.blobVersionedHashes ?? []).map(toBigInt)
  const blobGas = GAS_PER_BLOB * BigInt(blobHashes.length)
  const problem = checkFields(block, tx, fields) ?? checkSender(world, tx, fields, blobGas)
  if (problem !== null) throw new InvalidBlock(`transaction ${index}: ${problem}`)
  const tip = maxFee - block.baseFee < maxPriorityFee ? maxFee - block.baseFee : maxPriorityFee
  const gasPrice = block.baseFee + tip
  const sender = normalAddress(tx.sender)
  const account = accountOf(world, sender)
  account.balance -= gasLimit * gasPrice + value + blobGas * block.blobBaseFee
  account.nonce += 1n
  return {
    hash: tx.hash.toLowerCase(),
    type: tx.type,
    index,
    sender,
    recipient: isCreation ? createdAddress(sender, nonce) : normalAddress(tx.to as Address),
    isCreation,
    value,
    data,
    gasLimit,
    intrinsicGas: intrinsicGasOf(tx, fields),
    floorGas: floorGasOf(data),
    gasPrice,
    blobHashes,
    accessList: (tx.accessList ?? []).map(({ address, storageKeys }) => (
      { address: normalAddress(address), keys: storageKeys.map(toBigInt) }
    )),
    ...applyAuthorizations(world, block.chainId, tx.authorizationList ?? []),
  }
}

/** Checks, debits and bumps nonces in `world`; throws InvalidBlock on the first bad transaction. */
export function admit(
  world: World, block: BlockContext, transactions: ReferenceTransaction[],
): Root[] {
  const roots = transactions.map((tx, index) => admitOne(world, block, tx, index))
  const blobs = roots.reduce((sum, root) => sum + root.blobHashes.length, 0)
  if (blobs > MAX_BLOBS_PER_BLOCK) throw new InvalidBlock(`${blobs} blobs in one block`)
  return roots
}
