import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import { createChain } from '../../src/ledger/create-chain.js'
import { Engine } from '../../src/engine.js'
const P = Engine.prototype as any
if (!P.snapshot) { let n = 0; P.snapshot = async () => ++n; P.release = async () => {}; P.revert = async () => { throw new Error('no revert') } }
test('import', async () => {
  const d = '/tmp/ea/execution-apis/'
  const chain = await createChain({ semantics: 'ethereum', workers: 1, genesis: JSON.parse(readFileSync(d + 'genesis.json', 'utf8')) })
  console.log(chain.genesis.hash)
  const all = readFileSync(d + 'chain.rlp')
  let at = 0
  while (at < all.length) {
    const p = all[at]!; let len = 1
    if (p >= 0xf8) { const n = p - 0xf7; len = 1 + n + parseInt(all.subarray(at + 1, at + 1 + n).toString('hex'), 16) } else len = 1 + p - 0xc0
    const b = await chain.importBlock(new Uint8Array(all.subarray(at, at + len)))
    at += len
  }
  console.log(chain.head.number, chain.head.hash, chain.head.fork, chain.logs({from: 0n, to: 100n}).length)
  await chain.dispose()
})
test('mine', async () => {
  const sk = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'
  const chain = await createChain({ semantics: 'ethereum', workers: 1, chainId: 31337, genesis: { alloc: { '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266': { balance: 10n ** 22n } } } })
  const t0 = process.cpuUsage().user
  for (let i = 0; i < 1000; i++) {
    const h = await chain.send({ nonce: i, gasLimit: 21000, to: '0x000000000000000000000000000000000000dead', value: 1, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1, secretKey: sk })
    if (chain.transaction(h)?.block.number !== BigInt(i + 1)) throw new Error('x ' + i)
  }
  console.log('us/tx', (process.cpuUsage().user - t0) / 1000)
  console.log(chain.head.number, chain.head.receipts)
  await chain.dispose()
})
