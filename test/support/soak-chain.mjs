// A chain of any length over a state that does not grow: what memory it takes, it takes at once.
// Plain JavaScript, since a process of its own replays it.
import { createHash } from 'node:crypto'

const SECRET_KEY = `0x${'11'.repeat(32)}`
const ALICE = '0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a'
const ETHER = 10n ** 18n
const SLOTS = 64

const contract = (number) => `0x${(0x1000 + number).toString(16).padStart(40, '0')}`
const push = (address) => `73${address.slice(2)}`
const [COUNTER, LOGGER, REVERTER, CREATOR, VIEWER, TOGGLER, PAYER, NOBODY] =
  [1, 2, 3, 4, 5, 6, 7, 8].map(contract)
const RELAYS = Array.from({ length: 8 }, (_, i) => contract(100 + i))

const CODES = {
  // slot 0 = 3 × slot 0 + caller, modulo 256
  [COUNTER]: '0x33600354600302015f5500',
  // LOG1 of 100 bytes under the first word
  [LOGGER]: '0x5f3560645fa100',
  // REVERT with 32 bytes, whatever is paid
  [REVERTER]: '0x60205ffd',
  // CREATE2 of a child whose constructor destroys it: MSTORE(0, CALLER SELFDESTRUCT)
  [CREATOR]: '0x6133ff5f525f6002601e5ff55000',
  // BALANCE of nobody, EXTCODEHASH of another nobody, SLOAD of an empty slot, a static view
  [VIEWER]: `0x63deadbeef315063deadbeee3f50630badf00d54505f5f5f5f${push(COUNTER)}5afa00`,
  // slot (word 0 of data) = 1 if it is 0, else 0: it comes into the trie and goes
  [TOGGLER]: '0x5f35805415905500',
  // pays its value on to the reverter, and gets it back
  [PAYER]: `0x5f5f5f5f34${push(REVERTER)}5af100`,
  ...Object.fromEntries(
    // the data on to the counter and to the logger
    RELAYS.map((relay) => [
      relay,
      `0x365f5f375f5f365f5f${push(COUNTER)}5af15f5f365f5f${push(LOGGER)}5af100`,
    ]),
  ),
}

export const SOAK_ALLOC = {
  [ALICE]: { balance: 1_000_000n * ETHER },
  ...Object.fromEntries(Object.entries(CODES).map(([address, code]) => [address, { code }])),
}

const TARGETS = [
  ...RELAYS,
  LOGGER,
  REVERTER,
  CREATOR,
  VIEWER,
  TOGGLER,
  TOGGLER,
  PAYER,
  NOBODY,
]

/** Executes blocks 1 … `count`; each is the first with other numbers in it, so none is signed. */
export async function* soak(engine, count) {
  const template = await engine.prepareBlock({
    env: {
      number: 1,
      timestamp: 1_800_000_000,
      gasLimit: 30_000_000,
      baseFeePerGas: 7,
      coinbase: `0x${'c0'.repeat(20)}`,
      prevRandao: `0x${'5a'.repeat(32)}`,
    },
    transactions: TARGETS.map((to, nonce) => ({
      to,
      nonce,
      value: to === PAYER ? 5 : 0,
      gasLimit: 300_000,
      gasPrice: 10,
      secretKey: SECRET_KEY,
    })),
  })
  const { environment, transactions } = template
  for (let i = 0; i < count; i++) {
    const result = await engine.executeBlock(
      template.changed({
        environment: {
          ...environment,
          number: environment.number + BigInt(i),
          timestamp: environment.timestamp + BigInt(12 * i),
        },
        transactions: transactions.map((tx, position) => ({
          ...tx,
          nonce: tx.nonce + BigInt(i * transactions.length),
          data: wordOf((i * 7 + position * 13) % SLOTS),
        })),
      }),
    )
    yield result
  }
}

function wordOf(number) {
  const bytes = new Uint8Array(32)
  bytes[31] = number
  return bytes
}

/** One hash over the roots of all blocks. */
export class RootsHash {
  #hash = createHash('sha256')

  add({ stateRoot, receiptsRoot, virtualBlocksRoot }) {
    this.#hash.update(`${stateRoot} ${receiptsRoot} ${virtualBlocksRoot}\n`)
  }

  digest() {
    return this.#hash.digest('hex')
  }
}
