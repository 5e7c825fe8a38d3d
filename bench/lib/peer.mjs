// @ethereumjs/vm, on a state in memory without tries.
import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { createAccount, createAddressFromString, hexToBytes, setLengthLeft } from '@ethereumjs/util'
import { createVM, runTx } from '@ethereumjs/vm'
import { JournalingStateManager } from './peer-state.mjs'

export const CHAIN_ID = 1

export const peerCommon = (hardfork = Hardfork.Osaka) =>
  createCustomCommon({ chainId: CHAIN_ID }, Mainnet, { hardfork })

const evenHex = (hex) => (hex.length % 2 === 0 ? hex : `0x0${hex.slice(2)}`)
const word = (hex) => setLengthLeft(hexToBytes(evenHex(hex)), 32)

/**
 * A virtual machine whose state is `alloc` (geth's format, values in hex).
 *
 * @param blockHashes number → hash, for BLOCKHASH
 */
export async function peerWith(alloc, common = peerCommon(), blockHashes = {}) {
  const stateManager = new JournalingStateManager({ common })
  for (const [address, account] of Object.entries(alloc)) {
    const { balance = '0x0', nonce = '0x0', code, storage } = account
    const at = createAddressFromString(address)
    const made = createAccount({ balance: BigInt(balance), nonce: BigInt(nonce) })
    await stateManager.putAccount(at, made)
    if (code !== undefined) await stateManager.putCode(at, hexToBytes(code))
    for (const [key, value] of Object.entries(storage ?? {})) {
      if (BigInt(value) !== 0n) await stateManager.putStorage(at, word(key), trimmed(value))
    }
  }
  const blockchain = {
    getBlock: async (number) => ({ hash: () => hexToBytes(blockHashes[number]) }),
    shallowCopy: () => blockchain,
  }
  return createVM({ common, stateManager, blockchain })
}

/** Values are kept without leading zeros. */
function trimmed(hex) {
  const bytes = hexToBytes(evenHex(hex))
  return bytes.subarray(bytes.findIndex((byte) => byte !== 0))
}

/**
 * Transactions one after the other as its `runBlock` runs them, without what it does after the
 * last.
 * @returns milliseconds, and gas used
 */
export async function runTransactions(vm, { block, transactions }) {
  const start = performance.now()
  let gasUsed = 0n
  for (const tx of transactions) {
    const { totalGasSpent } = await runTx(vm, { tx, block, skipBlockGasLimitValidation: true })
    gasUsed += totalGasSpent
  }
  return { ms: performance.now() - start, gasUsed: Number(gasUsed) }
}
