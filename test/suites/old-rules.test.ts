/**
 * Rules of transactions and creations that changed from fork to fork, at both sides of each bound,
 * by the numbers of the Yellow Paper and the EIPs.
 */
import {
  createEngine,
  type Alloc,
  type Engine,
  type ForkName,
  type Hex,
  type Receipt,
} from 'actor-evm'
import { describe, expect, it } from 'vitest'
import { encodeHeader } from '../../src/intake/header.js'
import { signTransaction } from '../../src/intake/sign-transaction.js'
import { SECP256K1_N } from '../../src/intake/signature.js'
import { encodeTransaction, type Transaction } from '../../src/intake/transaction.js'
import { hexToBytes } from '../../src/base/bytes.js'
import type { TransactionFields } from '../../src/intake/transaction-fields.js'

const KEY = new Uint8Array(32).fill(0x46)
const SENDER = '0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f'
/** Of the sender's first transaction: keccak256(rlp([sender, 0])). */
const CREATED = '0x72665d3e94cb4f374b7728f1ab21a3115c4d50eb'
const CONTRACT = `0x${'c0'.repeat(20)}` as const
const MINER = `0x${'aa'.repeat(20)}` as const
const ETHER = 10n ** 18n
const MAX_NONCE = 2n ** 64n - 1n

function sign(change: Partial<TransactionFields>): Transaction {
  const fields = { nonce: 0n, gasPrice: 10n, gasLimit: 100_000n, to: null, chainId: null }
  return signTransaction({ ...fields, value: 0n, ...change } as TransactionFields, KEY)
}

const ENV = { number: 1, timestamp: 1_500_000_000, gasLimit: 2n ** 40n, coinbase: MINER }
const WITH_BASE_FEE: readonly string[] =
  ['london', 'paris', 'shanghai', 'cancun', 'prague', 'osaka']

async function run<T>(
  fork: ForkName,
  alloc: Alloc,
  transactions: readonly Transaction[],
  look: (engine: Engine, receipts: readonly Receipt[]) => Promise<T> | T,
): Promise<T> {
  const engine = await createEngine({ workers: 1, fork, chainId: 1, semantics: 'ethereum' })
  try {
    await engine.loadGenesis({ [SENDER]: { balance: ETHER }, ...alloc })
    const isCancun = WITH_BASE_FEE.indexOf(fork) >= WITH_BASE_FEE.indexOf('cancun')
    const env = {
      ...ENV,
      ...(WITH_BASE_FEE.includes(fork) ? { baseFeePerGas: 0 } : {}),
      ...(isCancun ? { parentBeaconBlockRoot: `0x${'00'.repeat(32)}` as const } : {}),
    }
    const raws = transactions.map((tx) => encodeTransaction(tx))
    const { receipts } = await engine.executeBlock({ env, transactions: raws })
    return await look(engine, receipts)
  } finally {
    await engine.dispose()
  }
}

const creation = (code: string, gasLimit: bigint, value = 0n): Transaction =>
  sign({ data: hexToBytes(`0x${code}`), gasLimit, value })
/** PUSH2 size PUSH1 0 RETURN. */
const returning = (size: number): string => `61${size.toString(16).padStart(4, '0')}6000f3`

describe('EIP-2', () => {
  it.each([
    ['frontier', 21_000],
    ['homestead', 53_000],
    ['shanghai', 53_002], // EIP-3860: a word of initcode
  ] as const)('a creation in %s costs %i and its bytes', async (fork, gas) => {
    const least = BigInt(gas + 4)
    await run(fork, {}, [creation('00', least)], (_, [receipt]) => {
      expect(receipt).toMatchObject({ gasUsed: gas + 4, contractAddress: CREATED })
    })
    const less = run(fork, {}, [creation('00', least - 1n)], () => undefined)
    await expect(less).rejects.toMatchObject({ reason: 'intrinsic-gas-too-low' })
  })

  it.each([['frontier', 21_000], ['homestead', 53_000]] as const)(
    'a deposit in %s that cannot be paid',
    async (fork, base) => {
      // Five bytes of initcode that are not zero, one that is; two pushes and a word of memory
      const before = BigInt(base + 5 * 68 + 4 + 9 - 68)
      const code = returning(10).replace('61000a', '600a')
      const one = (gasLimit: bigint) =>
        run(fork, {}, [creation(code, gasLimit, 7n)], async (engine, [receipt]) => ({
          gasUsed: BigInt(receipt!.gasUsed),
          code: await engine.getCode(CREATED),
          balance: await engine.getBalance(CREATED),
        }))
      const paid = await one(before + 2_000n)
      expect(paid).toEqual({ gasUsed: before + 2_000n, code: `0x${'00'.repeat(10)}`, balance: 7n })
      const unpaid = await one(before + 1_999n)
      expect(unpaid).toEqual(
        fork === 'frontier'
          ? { gasUsed: before, code: '0x', balance: 7n }
          : { gasUsed: before + 1_999n, code: '0x', balance: 0n },
      )
    },
  )

  it('a creation is signed with a low s from Homestead on', async () => {
    const tx = creation('00', 60_000n)
    const v = tx.v === 27n ? 28n : 27n
    const high = { ...tx, s: SECP256K1_N - tx.s, v, yParity: 1 - tx.yParity } as Transaction
    await run('frontier', {}, [high], (_, [receipt]) => {
      expect(receipt).toMatchObject({ from: SENDER, contractAddress: CREATED })
    })
    const late = run('homestead', {}, [high], () => undefined)
    await expect(late).rejects.toMatchObject({ reason: 'invalid-signature' })
  })
})

describe('code', () => {
  const statusOf = (fork: ForkName, code: string) =>
    run(fork, {}, [creation(code, 10_000_000n)], async (engine, [receipt]) => {
      const made = await engine.getCode(CREATED)
      const all = receipt!.gasUsed === 10_000_000
      return made !== '0x' ? 'made' : all ? 'all gas gone' : 'empty'
    })

  it.each([
    ['tangerineWhistle', 24_577, 'made'],
    ['spuriousDragon', 24_576, 'made'],
    ['spuriousDragon', 24_577, 'all gas gone'],
    ['osaka', 24_576, 'made'],
    ['osaka', 24_577, 'all gas gone'],
  ] as const)('EIP-170: in %s, %i bytes: %s', async (fork, size, outcome) => {
    expect(await statusOf(fork, returning(size))).toBe(outcome)
  })

  it.each([
    ['berlin', 'ef', 'made'],
    ['london', 'ef', 'all gas gone'],
    ['london', 'ef00', 'all gas gone'],
    ['london', 'feef', 'made'],
  ] as const)('EIP-3541: in %s, 0x%s: %s', async (fork, code, outcome) => {
    const size = code.length / 2
    const place = size === 1 ? `60${code}600053` : `61${code}6000526002601ef3`
    const initcode = size === 1 ? `${place}60016000f3` : place
    expect(await statusOf(fork, initcode)).toBe(outcome)
  })

  it.each([
    ['paris', 49_153, 1n, 0],
    ['shanghai', 49_152, 1n, 2 * 1_536],
    ['shanghai', 49_153, 0n, undefined],
  ] as const)('EIP-3860: CREATE in %s of %i bytes', async (fork, size, isMade, more) => {
    // CREATE(0, 0, size), whether it was made → slot 0
    const bytes = size.toString(16).padStart(6, '0')
    const code: Hex = `0x62${bytes}60006000f01515600055`
    const call = sign({ to: hexToBytes(CONTRACT), gasLimit: 1_000_000n })
    const words = Math.ceil(size / 32)
    const memory = 3 * words + Math.floor((words * words) / 512)
    // Three pushes, CREATE; two ISZERO, a push, and a new slot that was cold
    const gas = 21_000 + 9 + 32_000 + memory + 9 + 22_100
    await run(fork, { [CONTRACT]: { code } }, [call], async (engine, [receipt]) => {
      expect(await engine.getStorage(CONTRACT, 0)).toBe(isMade)
      expect(receipt!.gasUsed).toBe(more === undefined ? 1_000_000 : gas + more)
    })
  })
})

describe('rules that hold for all forks', () => {
  const transfer = (change: Partial<TransactionFields> = {}) =>
    sign({ to: hexToBytes(CONTRACT), value: 1n, ...change })

  it.each(['frontier', 'byzantium', 'london', 'prague'] as const)(
    'EIP-3607: in %s no contract sends',
    async (fork) => {
      const alloc = { [SENDER]: { balance: ETHER, code: '0x00' } } as const
      const refused = run(fork, alloc, [transfer()], () => undefined)
      await expect(refused).rejects.toMatchObject({ reason: 'sender-not-eoa' })
    },
  )

  it('EIP-7702: one that has delegated sends', async () => {
    const code: Hex = `0xef0100${'11'.repeat(20)}`
    await run('prague', { [SENDER]: { balance: ETHER, code } }, [transfer()], (_, [receipt]) => {
      expect(receipt!.status).toBe(1)
    })
  })

  it.each(['frontier', 'london', 'osaka'] as const)('EIP-2681: in %s', async (fork) => {
    const at = (nonce: bigint): Alloc => ({ [SENDER]: { balance: ETHER, nonce } })
    const last = [transfer({ nonce: MAX_NONCE - 1n })]
    await run(fork, at(MAX_NONCE - 1n), last, async (engine) => {
      expect(await engine.getNonce(SENDER)).toBe(MAX_NONCE)
    })
    const beyond = run(fork, at(MAX_NONCE), [transfer({ nonce: MAX_NONCE })], () => undefined)
    await expect(beyond).rejects.toMatchObject({ reason: 'nonce-is-max' })
  })

  it.each(['frontier', 'london'] as const)(
    'EIP-2681: in %s a contract with the last nonce makes nothing, and keeps value and gas',
    async (fork) => {
      // CREATE(1, 0, 0) → slot 1, and one more
      const code: Hex = '0x600060006001f06001556001600255'
      const alloc = { [CONTRACT]: { code, nonce: MAX_NONCE, balance: 5n } }
      const call = sign({ to: hexToBytes(CONTRACT), gasLimit: 200_000n })
      await run(fork, alloc, [call], async (engine, [receipt]) => {
        expect(await engine.getStorage(CONTRACT, 1)).toBe(0n)
        expect(await engine.getStorage(CONTRACT, 2)).toBe(1n)
        expect(await engine.getBalance(CONTRACT)).toBe(5n)
        expect(await engine.getNonce(CONTRACT)).toBe(MAX_NONCE)
        const slots = fork === 'frontier' ? 5_000 + 20_000 : 2_200 + 22_100
        expect(receipt!.gasUsed).toBe(21_000 + 9 + 32_000 + 3 + 6 + slots)
      })
    },
  )

  it.each(['frontier', 'byzantium', 'london', 'osaka'] as const)(
    'EIP-7610: in %s nothing is made where slots are',
    async (fork) => {
      const alloc = { [CREATED]: { storage: { '0x1': '0x2' } } } as const
      await run(fork, alloc, [creation('00', 100_000n, 3n)], async (engine, [receipt]) => {
        expect(receipt!.gasUsed).toBe(100_000)
        expect(await engine.getNonce(SENDER)).toBe(1n)
        expect(await engine.getNonce(CREATED)).toBe(0n)
        expect(await engine.getBalance(CREATED)).toBe(0n)
        expect(await engine.getStorage(CREATED, 1)).toBe(2n)
      })
      // A slot of zero is none, and a balance is no obstacle
      const poor = { [CREATED]: { balance: 4n, storage: { '0x1': '0x0' } } } as const
      await run(fork, poor, [creation('00', 100_000n, 3n)], async (engine, [receipt]) => {
        expect(receipt!.gasUsed).toBeLessThan(60_000)
        expect(await engine.getBalance(CREATED)).toBe(7n)
      })
    },
  )
})

it.each([
  ['homestead', 'invalid-signature'],
  ['tangerineWhistle', 'invalid-signature'],
  ['spuriousDragon', undefined],
] as const)('EIP-155: in %s', async (fork, reason) => {
  const to = hexToBytes(CONTRACT)
  const ran = run(fork, {}, [sign({ to, chainId: 1n })], () => 'ran')
  if (reason === undefined) expect(await ran).toBe('ran')
  else await expect(ran).rejects.toMatchObject({ reason })
  const other = run(fork, {}, [sign({ to, chainId: 2n })], () => 'ran')
  await expect(other).rejects.toMatchObject({ reason: reason ?? 'wrong-chain-id' })
  // Without protection it is valid for ever
  expect(await run('osaka', {}, [sign({ to })], () => 'ran')).toBe('ran')
})

describe('EIP-7623', () => {
  const gasOf = (fork: ForkName, data: Uint8Array, alloc: Alloc = {}) =>
    run(fork, alloc, [sign({ to: hexToBytes(CONTRACT), data })], (_, [it]) => it!.gasUsed)

  it('is the least that data costs, not more where code costs more', async () => {
    const data = new Uint8Array(100).fill(1, 0, 50)
    const [standard, floor] = [21_000 + 50 * 16 + 50 * 4, 21_000 + (50 * 4 + 50) * 10]
    expect(await gasOf('cancun', data)).toBe(standard)
    expect(await gasOf('prague', data)).toBe(floor)
    // BALANCE of a cold account: with it the short data is above its floor, the long is not
    const cold: Alloc = { [CONTRACT]: { code: '0x61aa003150' } }
    expect(await gasOf('prague', data, cold)).toBe(standard + 2_605)
    expect(await gasOf('prague', new Uint8Array(300).fill(1), cold)).toBe(21_000 + 12_000)
  })

  it('is not lowered by a refund', async () => {
    const data = new Uint8Array(100).fill(1)
    // SSTORE(0, 0) of a slot that is not zero: 4,800 of the 5,006 are refunded, a fifth at most
    const alloc: Alloc = { [CONTRACT]: { code: '0x6000600055', storage: { '0x0': '0x1' } } }
    const used = 21_000 + 1_600 + 5_006
    expect(await gasOf('cancun', data, alloc)).toBe(used - 4_800)
    expect(await gasOf('prague', data, alloc)).toBe(21_000 + 4_000)
  })
})

describe('MODEXP', () => {
  const gasOf = async (fork: ForkName, sizes: readonly number[], content = ''): Promise<number> => {
    const words = sizes.map((size) => size.toString(16).padStart(64, '0')).join('')
    const data = hexToBytes(`0x${words}${content}`)
    const to = hexToBytes(`0x${'00'.repeat(19)}05`)
    return run(fork, {}, [sign({ to, data, gasLimit: 9_000_000n })], (_, [receipt]) => {
      const zeros = data.filter((byte) => byte === 0).length
      const late = fork === 'byzantium' ? 68 : 16
      const input = zeros * 4 + (data.length - zeros) * late
      return receipt!.status === 1 ? receipt!.gasUsed - 21_000 - input : -1
    })
  }

  it.each([
    ['byzantium', [1, 1, 1], 0], // EIP-198: ⌊1² × 1 / 20⌋
    ['berlin', [1, 1, 1], 200], // EIP-2565
    ['cancun', [64, 1, 64], 200],
    ['cancun', [1_025, 1, 1], 16_641 / 3], // ⌈1,025 / 8⌉² / 3
    ['cancun', [1_025, 0, 0], 16_641 / 3],
  ] as const)('in %s of %j bytes costs %i', async (fork, sizes, gas) => {
    expect(await gasOf(fork, sizes)).toBe(gas)
  })

  it('EIP-7883: 500 at the least, twice as much above 32 bytes', async () => {
    // EIP-7623 asks for more where input is long: the exponent is 2^255, its bytes are few
    const exponent = `80${'00'.repeat(31)}`
    const content = (base: number): string => `${'00'.repeat(base)}${exponent}`
    expect(await gasOf('osaka', [])).toBe(500)
    expect(await gasOf('prague', [])).toBe(200)
    // 16 × 255 up to 32 bytes; 2 × 5² × 255 above
    expect(await gasOf('osaka', [32, 32, 32], content(32))).toBe(16 * 255)
    expect(await gasOf('osaka', [33, 32, 32], content(33))).toBe(2 * 25 * 255)
    expect(await gasOf('prague', [33, 32, 32], content(33))).toBe(Math.floor((25 * 255) / 3))
  })

  it('EIP-7823: 1,024 bytes at the most', async () => {
    for (const sizes of [[1_025, 0, 0], [0, 1_025, 0], [0, 0, 1_025]]) {
      expect(await gasOf('osaka', sizes)).toBe(-1)
      expect(await gasOf('prague', sizes)).toBeGreaterThan(0)
    }
    expect(await gasOf('osaka', [1_024, 0, 1_024])).toBe(2 * 128 * 128)
  })
})

it('a parent whose gas limit no block can have is refused as such by the producer', async () => {
  const options = { workers: 1, fork: 'london', chainId: 1, semantics: 'ethereum' } as const
  const engine = await createEngine(options)
  try {
    await engine.loadGenesis({ [SENDER]: { balance: ETHER } })
    const env = { ...ENV, gasLimit: 30_000_000 }
    const { parentHeader } = await engine.produceBlock({ env, transactions: [] })
    // Half of 1 gas is none, by which what is above it would be divided
    const stateRoot = hexToBytes(await engine.stateRoot())
    const parent = { ...parentHeader, stateRoot, gasLimit: 1n, gasUsed: 1n, baseFeePerGas: 7n }
    const child = { env: { ...env, timestamp: ENV.timestamp + 1 }, transactions: [] }
    const refused = engine.produceBlock(child, [encodeHeader(parent)])
    await expect(refused).rejects.toMatchObject({ reason: 'gas-limit-out-of-bounds' })
  } finally {
    await engine.dispose()
  }
})
