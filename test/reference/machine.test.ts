/** The reference's EVM and tries against @ethereumjs, and what its random blocks are like. */
import { createMPT } from '@ethereumjs/mpt'
import { privateToAddress } from '@ethereumjs/util'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { p256 } from '@noble/curves/nist.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OP, Assembler } from './assembler.js'
import {
  bigIntToBytes, concatBytes, fromHex, keccak, toHex, wordToAddress, type Hex,
} from './bytes.js'
import { callEthereum, type EthereumCall } from './ethereum.js'
import { callPeer, runTransactionInPeer } from './ethereumjs.js'
import { arbitrarySeed, randomBlock, randomScenario } from './programs.js'
import { executeReference } from './protocol.js'
import { Random } from './random.js'
import { signScenario } from './signing.js'
import { secureTrieRoot } from './trie.js'
import { stateRoot, worldFromAlloc, type Alloc } from './world.js'

/** Per property; the peer takes most of the time, some 20 ms a call. */
const BLOCKS = 4
const ENV = {
  number: 1000, timestamp: 1, gasLimit: 30_000_000, baseFeePerGas: 7,
  coinbase: `0x${'fe'.repeat(20)}`,
}

function rootOf(alloc: Alloc): Hex {
  return toHex(stateRoot(worldFromAlloc(alloc)))
}

/** Runs the call on both sides and compares all that both sides tell. */
async function comparePeer(input: EthereumCall): Promise<void> {
  const mine = callEthereum(input)
  const peer = await callPeer(input)
  const isSuccess = mine.status === 'success'
  expect({ isSuccess, gasUsed: mine.gasUsed, stateRoot: rootOf(mine.accounts) })
    .toEqual({ isSuccess: peer.isSuccess, gasUsed: peer.gasUsed, stateRoot: peer.stateRoot })
  if (input.to !== null) expect(mine.returnData).toBe(peer.returnData)
  if (isSuccess) expect([mine.logs, mine.refund]).toEqual([peer.logs, peer.refund])
}

describe('tries', () => {
  it('have the roots that @ethereumjs/mpt computes', async () => {
    const r = new Random(1)
    for (const size of [0, 1, 2, 3, 17, 100]) {
      const entries = Array.from({ length: size }, () => (
        [bigIntToBytes(r.word(), 32), bigIntToBytes(r.word(), 32).subarray(r.below(32))] as const
      ))
      const trie = await createMPT({ useKeyHashing: true })
      for (const [key, value] of entries) await trie.put(key, value)
      expect(toHex(secureTrieRoot(entries))).toBe(toHex(trie.root()))
    }
  })
})

describe('the machine', () => {
  it('runs the calls of random blocks as @ethereumjs/evm does', async () => {
    await fc.assert(fc.asyncProperty(arbitrarySeed(), async (seed) => {
      const { input } = randomBlock(seed)
      for (const { sender, to, value, data, gasLimit } of input.transactions) {
        if (to && input.alloc[to]?.code === undefined) continue
        const fields = { caller: sender, to: to ?? null, value: value ?? 0n, data: data ?? '0x' }
        await comparePeer({ ...input, ...fields, gas: gasLimit })
      }
    }), { numRuns: BLOCKS })
  })

  it('runs transactions without calls, fees included, as @ethereumjs/vm does', async () => {
    await fc.assert(fc.asyncProperty(arbitrarySeed(), async (seed) => {
      const scenario = randomScenario(seed, true)
      delete scenario.env.parentBeaconBlockRoot
      for (const transaction of scenario.transactions) {
        const sender = toHex(privateToAddress(fromHex(transaction.secretKey)))
        const nonce = scenario.alloc[sender]?.nonce as Hex
        const single = { ...scenario, transactions: [{ ...transaction, nonce }] }
        const { input, rawTransactions } = signScenario(single)
        const mine = executeReference(input)
        const peer = await runTransactionInPeer(input, rawTransactions[0] as Hex)
        expect(mine.receipts[0]?.status).toBe(peer.isSuccess ? 1 : 0)
        expect([mine.gasUsed, mine.stateRoot]).toEqual([peer.gasUsed, peer.stateRoot])
        if (peer.isSuccess) expect(mine.receipts[0]?.logs).toEqual(peer.logs)
      }
    }), { numRuns: BLOCKS })
  })
})

/** Passes its call data on to `precompile`; stores result and gas, returns the output. */
function forwarder(precompile: number): Hex {
  const a = new Assembler()
  a.op(OP.CALLDATASIZE).push(0, 0).op(OP.CALLDATACOPY)
  a.push(0, 0).op(OP.CALLDATASIZE).push(0, precompile, 400_000).op(OP.STATICCALL)
  a.push(1).op(OP.ADD).push(0).op(OP.SSTORE, OP.RETURNDATASIZE).push(0, 0).op(OP.RETURNDATACOPY)
  a.op(OP.RETURNDATASIZE).push(0).op(OP.RETURN)
  return toHex(a.finish())
}

function randomBytes(r: Random, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, () => r.below(256))
}

function signature(r: Random): Uint8Array {
  const hash = keccak(randomBytes(r, 10))
  const bytes = secp256k1.sign(hash, randomBytes(r, 32), { prehash: false, format: 'recovered' })
  const v = bigIntToBytes(27n + BigInt(bytes[0] as number) + BigInt(r.percent(10) ? 1 : 0), 32)
  return concatBytes(hash, v, bytes.subarray(1))
}

function p256Signature(r: Random): Uint8Array {
  const [hash, key] = [randomBytes(r, 32), randomBytes(r, 32)]
  const publicKey = p256.getPublicKey(key, false).subarray(1)
  const input = concatBytes(hash, p256.sign(hash, key, { prehash: false, lowS: false }), publicKey)
  if (r.percent(30)) input[r.below(160)] = 1
  return input
}

function modExpInput(r: Random): Uint8Array {
  const sizes = [0, 1, 2].map(() => r.pick([0, 1, 5, 31, 32, 33, 64, 70]))
  const body = randomBytes(r, sizes.reduce((sum, size) => sum + size, 0) - r.below(2))
  return concatBytes(...sizes.map((size) => bigIntToBytes(BigInt(size), 32)), body)
}

function blake2fInput(r: Random): Uint8Array {
  const input = concatBytes(Uint8Array.of(0, 0, 0, r.below(30)), randomBytes(r, 209))
  input[212] = r.below(3)
  return input
}

describe('precompiles', () => {
  const bytes = (r: Random): Uint8Array => randomBytes(r, r.below(200))
  const inputs: [number, (r: Random) => Uint8Array][] = [
    [0x01, signature], [0x01, bytes], [0x02, bytes], [0x03, bytes], [0x04, bytes],
    [0x05, modExpInput], [0x05, (r) => randomBytes(r, r.below(96))], [0x09, blake2fInput],
    [0x100, p256Signature],
  ]

  it.each(inputs)('%i agrees with @ethereumjs/evm', async (number, make) => {
    const r = new Random(number)
    const to = wordToAddress(0xf0n)
    for (let run = 0; run < 8; run++) {
      await comparePeer({
        chainId: 1, env: ENV, alloc: { [to]: { nonce: 1, code: forwarder(number) } },
        caller: wordToAddress(0xf1n), to, data: toHex(make(r)), gas: 1_000_000,
      })
    }
  })
})

describe('random blocks', () => {
  // Rounds of single blocks spread widely (1 to 15): few seeds say little about the average.
  const seeds = Array.from({ length: 200 }, (_, seed) => seed)

  it('are the same for the same seed', () => {
    expect(randomBlock(7)).toEqual(randomBlock(7))
    expect(randomBlock(7)).not.toEqual(randomBlock(8))
  })

  it('have three rounds and ten to forty messages on the average', () => {
    const results = seeds.map((seed) => executeReference(randomBlock(seed).input))
    const average = (of: (result: (typeof results)[number]) => number): number => (
      results.reduce((sum, result) => sum + of(result), 0) / results.length
    )
    const messages = average(({ rounds }) => (
      rounds.slice(1).reduce((sum, round) => sum + round.messages.length, 0)
    ))
    expect(average(({ rounds }) => rounds.length)).toBeGreaterThan(3)
    expect(messages).toBeGreaterThan(10)
    expect(messages).toBeLessThan(40)
  })
})
