// Code of your own beside the EVM's: an address that runs two functions of JavaScript, on every
// worker. They are in native/tally.mjs.
import { createEngine } from 'actor-evm'

const secretKey = `0x${'11'.repeat(32)}`
const alice = '0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a'
const [tally, owner] = ['7a', 'cc'].map((byte) => `0x${byte.repeat(20)}`)
const module = new URL('native/tally.mjs', import.meta.url)

const engine = await createEngine({
  semantics: 'actor',
  workers: 2,
  precompiles: [{ address: tally, module, isActor: true }],
})
await engine.loadGenesis({
  [alice]: { balance: 10n ** 18n },
  [owner]: { code: '0x5f546001015f5500' }, // adds 1 to slot 0
})
const vote = { to: tally, data: '0x05', gasLimit: 100_000, gasPrice: 1, secretKey }
const { receipts, rounds } = await engine.executeBlock({
  env: { number: 1, timestamp: 1_800_000_000, gasLimit: 30_000_000, coinbase: alice },
  transactions: Array.from({ length: 25 }, (_, nonce) => ({ ...vote, nonce })),
})
console.log(`the last vote returned ${receipts.at(-1).output} after ${rounds.length} rounds`)
console.log(`votes for 5: ${await engine.getStorage(tally, 5)}`)
console.log(`the owner was told ${await engine.getStorage(owner, 0)} times`)
await engine.dispose()
