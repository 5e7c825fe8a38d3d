import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import { createFeeMarket1559Tx } from '@ethereumjs/tx'
import { bytesToHex, createAddressFromPrivateKey, createAddressFromString } from '@ethereumjs/util'

const SENDER_KEYS = [1, 2].map((n) => new Uint8Array(32).fill(n))
/** alt_bn128's addition: computed by a library that a page loads when it is needed. */
const CURVE_ADDITION = '0x0000000000000000000000000000000000000006'
/** Signatures over P-256 (EIP-7951): a Wasm module that a page loads likewise. */
const P256_VERIFY = '0x0000000000000000000000000000000000000100'
const COUNTER = '0x00000000000000000000000000000000000000cc'
const CALLERS = [
  '0x00000000000000000000000000000000000000aa',
  '0x00000000000000000000000000000000000000bb',
]

/** `sstore(0, sload(0) + 1)`: PUSH1 1, PUSH0, SLOAD, ADD, PUSH0, SSTORE. */
const COUNTER_CODE = '0x60015f54015f55'
/** `call(gas, 0xcc, 0, 0, 0, 0, 0)`: PUSH0 × 5, PUSH1 0xcc, GAS, CALL. */
const CALLER_CODE = '0x5f5f5f5f5f60cc5af1'

const ETHER = 10n ** 18n
const GWEI = 10n ** 9n

/** Two senders call two contracts, which both send a message to a third one;
 * one adds points, one has a signature verified that is none. */
export function makeScenario() {
  const common = new Common({ chain: Mainnet, hardfork: Hardfork.Osaka })
  const calls = [
    { sender: 0, nonce: 0n, to: CALLERS[0]! },
    { sender: 1, nonce: 0n, to: CALLERS[1]! },
    { sender: 0, nonce: 1n, to: CURVE_ADDITION },
    { sender: 1, nonce: 1n, to: P256_VERIFY },
  ]
  const transactions = calls.map(({ nonce, sender, to }) => {
    const fields = {
      nonce,
      gasLimit: 200_000n,
      maxFeePerGas: 2n * GWEI,
      maxPriorityFeePerGas: GWEI,
      to: createAddressFromString(to),
    }
    const signed = createFeeMarket1559Tx(fields, { common }).sign(SENDER_KEYS[sender]!)
    return bytesToHex(signed.serialize())
  })
  const funded = SENDER_KEYS.map((key) => createAddressFromPrivateKey(key).toString())
  const alloc = Object.fromEntries([
    ...funded.map((address) => [address, { balance: `0x${ETHER.toString(16)}` }]),
    ...CALLERS.map((address) => [address, { balance: '0x0', code: CALLER_CODE }]),
    [COUNTER, { balance: '0x0', code: COUNTER_CODE }],
  ])
  const env = {
    number: '0x1',
    timestamp: '0x68e77180',
    gasLimit: '0x1c9c380',
    baseFeePerGas: `0x${GWEI.toString(16)}`,
    coinbase: '0x00000000000000000000000000000000000000fe',
    prevRandao: `0x${'11'.repeat(32)}`,
  }
  return { alloc, env, transactions }
}
