// Two contracts call a third one in the same block: both run at once, their calls are messages,
// and the third contract gets them in the next virtual block.
import { createEngine } from 'actor-evm'

const secretKey = `0x${'11'.repeat(32)}`
const alice = '0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a'
const [left, right, counter] = ['aa', 'bb', 'cc'].map((byte) => `0x${byte.repeat(20)}`)
// CALLs the counter with the value it got; the counter adds what it gets to its slot 0
const relay = { code: `0x5f5f5f5f3473${counter.slice(2)}5af100` }

const engine = await createEngine({ semantics: 'actor' })
await engine.loadGenesis({
  [alice]: { balance: '1000000000000000000' },
  [left]: relay,
  [right]: relay,
  [counter]: { code: '0x5f5434015f5500' },
})
const call = { value: 21, gasLimit: 200_000, gasPrice: 1, secretKey }
const { stateRoot, rounds } = await engine.executeBlock({
  env: { number: 1, timestamp: 1_800_000_000, gasLimit: 30_000_000, coinbase: alice },
  transactions: [left, right].map((to, nonce) => ({ ...call, to, nonce })),
})
console.log(`messages a round: ${rounds.map((round) => round.messageCount)}; root ${stateRoot}`)
console.log(`the counter is at ${await engine.getStorage(counter, 0)}`)
await engine.dispose()
