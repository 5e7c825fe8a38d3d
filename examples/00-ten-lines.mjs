import { createEngine } from 'actor-evm'

const [alice, counter] = ['0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a', `0x${'cc'.repeat(20)}`]
const engine = await createEngine({ workers: 2, fork: 'osaka', semantics: 'actor' })
const code = '0x5f546001015f5500' // adds 1 to slot 0
await engine.loadGenesis({ [alice]: { balance: 10n ** 18n }, [counter]: { code } })
const env = { number: 1, timestamp: 1_800_000_000, gasLimit: 30_000_000, coinbase: alice }
const secretKey = `0x${'11'.repeat(32)}`
const add = { to: counter, nonce: 0, gasLimit: 90_000, gasPrice: 1, secretKey }
const { stateRoot, receipts, rounds } = await engine.executeBlock({ env, transactions: [add] })
console.log(stateRoot, receipts[0].status, rounds.length, await engine.getStorage(counter, 0))
await engine.dispose()
