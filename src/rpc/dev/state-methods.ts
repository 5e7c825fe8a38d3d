/** Changing accounts by hand. */

import { bytesToHex, hexToBytes, parseQuantity } from '../../base/bytes.js'
import { InvalidInputError } from '../../base/errors.js'
import type { Hex } from '../../base/types.js'
import { keccak256 } from '../../intake/keccak.js'
import type { Chain } from '../../ledger/types.js'
import type { MethodTable, RpcMethod } from '../dispatcher.js'
import { RpcError, SERVER_ERROR, invalidParams } from '../rpc-error.js'
import { Params } from './params.js'

const WORD = 32
/** Slots in which a mapping of a token may be. */
const SEARCHED_SLOTS = 24
/** `balanceOf(address)`, `allowance(address,address)`. */
const BALANCE_OF = '0x70a08231'
const ALLOWANCE = '0xdd62ed3e'

/** @param answer what a method answers that has nothing to say: null for anvil, true for Hardhat */
export function stateMethods(answer: null | true): Readonly<Record<string, RpcMethod>> {
  const change = (work: (params: Params, chain: Chain) => Promise<unknown>): RpcMethod => {
    return async (list, { chain }) => {
      await work(new Params(list), chain)
      await chain.touched()
      return answer
    }
  }
  return {
    setBalance: change((params, { engine }) => {
      return engine.setBalance(params.address(0), params.quantity(1))
    }),
    addBalance: change(async (params, { engine }) => {
      const address = params.address(0)
      await engine.setBalance(address, (await engine.getBalance(address)) + params.quantity(1))
    }),
    setCode: change((params, { engine }) => engine.setCode(params.address(0), params.bytes(1))),
    setNonce: change((params, { engine }) => {
      return engine.setNonce(params.address(0), params.quantity(1))
    }),
    setStorageAt: async (list, { chain }) => {
      const params = new Params(list)
      const value = wordOf(list[2])
      await chain.engine.setStorage(params.address(0), params.quantity(1), value)
      await chain.touched()
      return true
    },
    dealERC20: change((params, chain) => {
      // Tools differ in the order: anvil takes the holder first, and the token may come second
      const [holder, token] = [params.address(0), params.address(1)]
      const call: Hex = `${BALANCE_OF}${word(holder)}`
      return setTokenWord(chain, token, params.quantity(2), call, [holder])
    }),
    setERC20Allowance: change((params, chain) => {
      const [owner, spender, token] = [params.address(0), params.address(1), params.address(2)]
      const call: Hex = `${ALLOWANCE}${word(owner)}${word(spender)}`
      return setTokenWord(chain, token, params.quantity(3), call, [owner, spender])
    }),
  }
}

/** Ganache's and tenderly's names. */
export const OTHER_STATE_NAMES: Readonly<Record<string, string>> = {
  evm_setAccountBalance: 'setBalance',
  evm_setAccountCode: 'setCode',
  evm_setAccountNonce: 'setNonce',
  evm_setAccountStorageAt: 'setStorageAt',
  tenderly_addBalance: 'addBalance',
  tenderly_setErc20Balance: 'dealERC20',
  tenderly_setCode: 'setCode',
  tenderly_setStorageAt: 'setStorageAt',
}

export const TENDERLY: MethodTable = {
  /** Of one account, or of several. */
  tenderly_setBalance: async (list, { chain, request }) => {
    const addresses = Array.isArray(list[0]) ? (list[0] as unknown[]) : [list[0]]
    for (const address of addresses) await request('anvil_setBalance', [address, list[1]])
    return Array.isArray(list[0]) ? chain.head.hash : null
  },
}

/** Hardhat asks for 32 bytes; others send less. */
function wordOf(value: unknown): bigint {
  try {
    if (typeof value !== 'string' || !value.startsWith('0x')) return parseQuantity(value, 'value')
    const digits = value.length % 2 === 0 ? value.slice(2) : `0${value.slice(2)}`
    const bytes = hexToBytes(`0x${digits}`, 'value')
    if (bytes.length > WORD) throw invalidParams(`value: at most ${WORD} bytes`)
    return bytes.length === 0 ? 0n : BigInt(bytesToHex(bytes))
  } catch (error) {
    if (error instanceof InvalidInputError) throw invalidParams(error.message)
    throw error
  }
}

function word(address: Hex): string {
  return address.slice(2).padStart(2 * WORD, '0')
}

/**
 * Finds the slot in which a token keeps what a view of it returns, and writes it: mappings of
 * Solidity and of Vyper at the first slots, and the places of tokens behind a namespace are tried.
 */
async function setTokenWord(
  { engine }: Chain,
  token: Hex,
  value: bigint,
  call: Hex,
  keys: readonly Hex[],
): Promise<unknown> {
  const slots = [...Array(SEARCHED_SLOTS).keys()].map(BigInt)
  // OpenZeppelin 5, upgradeable: ERC-7201 of openzeppelin.storage.ERC20
  const namespace = 0x52c63247e1f47db19d5ce0460030c497f067ca4cebf71ba98eeadabe20bace00n
  for (const base of [...slots, namespace, namespace + 1n]) {
    for (const isVyper of [false, true]) {
      const slot = keys.reduce((at, key) => mappingSlot(at, key, isVyper), base)
      // A value that no token has by chance
      const probe = (1n << 127n) + slot % (1n << 64n)
      const stateDiff = { [asWord(slot)]: asWord(probe) }
      const { output, status } = await engine.call(
        { to: token, data: call },
        { state: { [token]: { stateDiff } } },
      )
      if (status !== 1 || output.length < 2 + 2 * WORD) continue
      if (BigInt(output.slice(0, 2 + 2 * WORD)) !== probe) continue
      return engine.setStorage(token, slot, value)
    }
  }
  throw new RpcError(SERVER_ERROR, 'no slot was found in which the token keeps it')
}

function mappingSlot(base: bigint, key: Hex, isVyper: boolean): bigint {
  const [at, digits] = [asWord(base).slice(2), word(key)]
  const preimage: Hex = isVyper ? `0x${at}${digits}` : `0x${digits}${at}`
  return BigInt(bytesToHex(keccak256(hexToBytes(preimage))))
}

function asWord(value: bigint): Hex {
  return `0x${value.toString(16).padStart(2 * WORD, '0')}`
}
