/** CREATE, CREATE2 and SELFDESTRUCT. */
import { RLP } from '@ethereumjs/rlp'
import type { Activation } from './activation.js'
import {
  EMPTY_BYTES, MAX_U64, bigIntToBytes, bytesToBigInt, concatBytes, fromHex, keccak, minimalBytes,
  wordToAddress, type Address,
} from './bytes.js'
import { Frame, Halt, guarded, type Instruction, type Interpret, type Outcome } from './frame.js'
import {
  GAS, MAX_CODE_SIZE, MAX_DEPTH, MAX_INITCODE_SIZE, allButOne64th, words,
} from './gas.js'
import { isDead } from './world.js'

/** YP 7: the address of what `creator` creates with that nonce. */
export function createdAddress(creator: Address, nonce: bigint): Address {
  const encoded = RLP.encode([fromHex(creator), minimalBytes(nonce)])
  return wordToAddress(bytesToBigInt(keccak(encoded)))
}

/** EIP-1014. */
function createdAddress2(creator: Address, salt: bigint, initCode: Uint8Array): Address {
  const parts = [Uint8Array.of(0xff), fromHex(creator), bigIntToBytes(salt, 32), keccak(initCode)]
  return wordToAddress(bytesToBigInt(keccak(concatBytes(...parts))))
}

/** EIP-684 and EIP-7610. */
function isTaken(act: Activation, address: Address): boolean {
  const { nonce, code, storage } = act.account(address)
  return nonce !== 0n || code.length > 0 || storage.size > 0
}

interface Creation {
  address: Address
  /** Undefined if a transaction creates. */
  creator: Address | undefined
  caller: Address
  value: bigint
  initCode: Uint8Array
  gas: bigint
  depth: number
}

/**
 * Runs the constructor and deposits the code. The value is moved here from the creator; one that a
 * transaction brings comes from outside. Output is empty unless the constructor reverts.
 */
export function construct(act: Activation, creation: Creation, interpret: Interpret): Outcome {
  const { address, creator, caller, value, initCode, gas, depth } = creation
  return guarded(act, () => {
    if (isTaken(act, address)) throw new Halt('the address is taken')
    act.beginCreation(address, creator)
    if (creator !== undefined) act.addToBalance(creator, -value)
    act.addToBalance(address, value)
    const outcome = interpret(new Frame(act, {
      self: address, caller, value, data: EMPTY_BYTES, code: initCode, gas, depth,
      isStatic: false, snapshotView: undefined,
    }))
    if (outcome.status !== 'success') return outcome
    return deposit(act, address, outcome)
  })
}

/** EIP-170, EIP-3541, EIP-2. */
function deposit(act: Activation, address: Address, { gas, output: code }: Outcome): Outcome {
  if (code.length > MAX_CODE_SIZE || code[0] === 0xef) throw new Halt('bad code')
  const left = gas - GAS.codeDeposit * BigInt(code.length)
  if (left < 0n) throw new Halt('out of gas')
  act.setCode(address, code)
  return { status: 'success', gas: left, output: EMPTY_BYTES }
}

function refuse(frame: Frame): void {
  frame.returnData = EMPTY_BYTES
  frame.push(0n)
}

function create(frame: Frame, hasSalt: boolean, interpret: Interpret): void {
  frame.forbidInStatic()
  const [value, offset, size] = frame.popAll(3) as [bigint, bigint, bigint]
  const salt = hasSalt ? frame.pop() : 0n
  if (size > BigInt(MAX_INITCODE_SIZE)) throw new Halt('initcode is too long')
  const wordPrice = GAS.initCodeWord + (hasSalt ? GAS.keccakWord : 0n)
  frame.charge(wordPrice * words(size))
  const initCode = frame.readMemory(offset, size)
  const { act, self } = frame
  const { nonce, balance } = act.account(self)
  if (frame.depth >= MAX_DEPTH || value > balance || nonce === MAX_U64) return refuse(frame)
  const address = hasSalt ? createdAddress2(self, salt, initCode) : createdAddress(self, nonce)
  act.setNonce(self, nonce + 1n)
  frame.warm(address)
  const gas = allButOne64th(frame.gas)
  frame.charge(gas)
  const outcome = construct(act, {
    address, creator: self, caller: self, value, initCode, gas, depth: frame.depth + 1,
  }, interpret)
  frame.gas += outcome.gas
  frame.returnData = outcome.output
  frame.push(outcome.status === 'success' ? BigInt(address) : 0n)
}

/** EIP-6780. */
function selfDestruct(frame: Frame): Outcome {
  frame.forbidInStatic()
  const { act, self } = frame
  const heir = wordToAddress(frame.pop())
  if (frame.warm(heir)) frame.charge(GAS.coldAccount)
  const { balance } = act.account(self)
  if (balance !== 0n && isDead(frame.see(heir))) frame.charge(GAS.newAccount)
  const isNew = act.createdHere.has(self)
  if (heir !== self) {
    act.setBalance(self, 0n)
    act.credit(heir, balance)
  } else if (isNew) {
    act.burnBalance(self)
  }
  if (isNew) act.journal.add(act.destroyed, self)
  return { status: 'success', gas: frame.gas, output: EMPTY_BYTES }
}

export function createInstructions(interpret: Interpret): Record<number, Instruction> {
  return {
    0xf0: {
      name: 'CREATE', gas: GAS.create, run: (frame) => create(frame, false, interpret),
    },
    0xf5: {
      name: 'CREATE2', gas: GAS.create, run: (frame) => create(frame, true, interpret),
    },
    0xff: { name: 'SELFDESTRUCT', gas: GAS.selfDestruct, run: selfDestruct },
  }
}
