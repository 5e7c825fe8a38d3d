/** Instructions that read where and what the frame runs: YP appendix H, 30s and 40s. */
import { bytesToBigInt, keccak, sliceZeroFilled, wordToAddress } from './bytes.js'
import { GAS, words } from './gas.js'
import { Halt, type Frame, type Instruction } from './frame.js'
import { isDead } from './world.js'

function reads(
  name: string, read: (frame: Frame) => bigint, gas: bigint = GAS.base,
): Instruction {
  return { name, gas, run: (frame) => frame.push(read(frame)) }
}

function readsAccount(name: string, read: (frame: Frame, address: string) => bigint): Instruction {
  return {
    name,
    gas: GAS.zero,
    run: (frame) => {
      const address = wordToAddress(frame.pop())
      frame.chargeAccountAccess(address)
      frame.push(read(frame, address))
    },
  }
}

/** Pops target, offset and size and copies that part of a byte string into memory. */
function copyToMemory(frame: Frame, source: () => Uint8Array): void {
  const [target, offset, size] = frame.popAll(3) as [bigint, bigint, bigint]
  frame.charge(GAS.copyWord * words(size))
  frame.expandMemory(target, size)
  frame.writeMemory(target, sliceZeroFilled(source(), offset, Number(size)))
}

function copies(name: string, source: (frame: Frame) => Uint8Array): Instruction {
  return { name, gas: GAS.veryLow, run: (frame) => copyToMemory(frame, () => source(frame)) }
}

function extCodeCopy(frame: Frame): void {
  const address = wordToAddress(frame.pop())
  frame.chargeAccountAccess(address)
  copyToMemory(frame, () => frame.see(address).code)
}

/** EIP-211: reading past the end of the return data halts. */
function returnDataCopy(frame: Frame): void {
  const [target, offset, size] = frame.popAll(3) as [bigint, bigint, bigint]
  frame.charge(GAS.copyWord * words(size))
  frame.expandMemory(target, size)
  if (offset + size > BigInt(frame.returnData.length)) throw new Halt('beyond the return data')
  frame.writeMemory(target, sliceZeroFilled(frame.returnData, offset, Number(size)))
}

/** EIP-1052. */
function codeHash(frame: Frame, address: string): bigint {
  const account = frame.see(address)
  return isDead(account) ? 0n : bytesToBigInt(keccak(account.code))
}

function blockHash(frame: Frame): void {
  const wanted = frame.pop()
  const { number, blockHashes } = frame.act.block
  const isRecent = wanted < number && wanted + 256n >= number
  frame.push(isRecent ? blockHashes.get(wanted) ?? 0n : 0n)
}

function keccakOfMemory(frame: Frame): void {
  const offset = frame.pop()
  const size = frame.pop()
  frame.charge(GAS.keccakWord * words(size))
  frame.push(bytesToBigInt(keccak(frame.readMemory(offset, size))))
}

function callDataLoad(frame: Frame): void {
  frame.push(bytesToBigInt(sliceZeroFilled(frame.data, frame.pop(), 32)))
}

function blobHash(frame: Frame): void {
  frame.push(frame.act.root.blobHashes[Number(frame.pop())] ?? 0n)
}

export const CONTEXT_INSTRUCTIONS: Record<number, Instruction> = {
  0x20: { name: 'KECCAK256', gas: GAS.keccak, run: keccakOfMemory },
  0x30: reads('ADDRESS', (frame) => BigInt(frame.self)),
  0x31: readsAccount('BALANCE', (frame, address) => frame.see(address).balance),
  0x32: reads('ORIGIN', ({ act }) => BigInt(act.root.origin)),
  0x33: reads('CALLER', (frame) => BigInt(frame.caller)),
  0x34: reads('CALLVALUE', (frame) => frame.value),
  0x35: { name: 'CALLDATALOAD', gas: GAS.veryLow, run: callDataLoad },
  0x36: reads('CALLDATASIZE', (frame) => BigInt(frame.data.length)),
  0x37: copies('CALLDATACOPY', (frame) => frame.data),
  0x38: reads('CODESIZE', (frame) => BigInt(frame.code.length)),
  0x39: copies('CODECOPY', (frame) => frame.code),
  0x3a: reads('GASPRICE', ({ act }) => act.root.gasPrice),
  0x3b: readsAccount('EXTCODESIZE', (frame, address) => BigInt(frame.see(address).code.length)),
  0x3c: { name: 'EXTCODECOPY', gas: GAS.zero, run: extCodeCopy },
  0x3d: reads('RETURNDATASIZE', (frame) => BigInt(frame.returnData.length)),
  0x3e: { name: 'RETURNDATACOPY', gas: GAS.veryLow, run: returnDataCopy },
  0x3f: readsAccount('EXTCODEHASH', codeHash),
  0x40: { name: 'BLOCKHASH', gas: GAS.blockHash, run: blockHash },
  0x41: reads('COINBASE', ({ act }) => BigInt(act.block.coinbase)),
  0x42: reads('TIMESTAMP', ({ act }) => act.block.timestamp),
  0x43: reads('NUMBER', ({ act }) => act.block.number),
  0x44: reads('PREVRANDAO', ({ act }) => act.block.prevRandao),
  0x45: reads('GASLIMIT', ({ act }) => act.block.gasLimit),
  0x46: reads('CHAINID', ({ act }) => act.block.chainId),
  0x47: reads('SELFBALANCE', (frame) => frame.see(frame.self).balance, GAS.low),
  0x48: reads('BASEFEE', ({ act }) => act.block.baseFee),
  0x49: { name: 'BLOBHASH', gas: GAS.blobHash, run: blobHash },
  0x4a: reads('BLOBBASEFEE', ({ act }) => act.block.blobBaseFee),
}
