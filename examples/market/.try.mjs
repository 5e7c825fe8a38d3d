import { createVM, runTx } from '@ethereumjs/vm'
import { createBlock } from '@ethereumjs/block'
import { Common, Hardfork, createCustomCommon, Mainnet } from '@ethereumjs/common'
import { createTx } from '@ethereumjs/tx'
import { MerkleStateManager } from '@ethereumjs/statemanager'
import { createAddressFromString, hexToBytes, bytesToHex, Account, setLengthLeft } from '@ethereumjs/util'
import { buildScenario } from './scenario.mjs'
const n = Number(process.argv[2] ?? 100)
const s = buildScenario({transactions: n})
const common = createCustomCommon({chainId: s.chainId}, Mainnet, {hardfork: 'osaka'})
const sm = new MerkleStateManager({common})
for (const [a, acc] of Object.entries(s.alloc)) {
  const addr = createAddressFromString(a)
  await sm.putAccount(addr, new Account(BigInt(acc.nonce ?? 0), BigInt(acc.balance)))
  if (acc.code) await sm.putCode(addr, hexToBytes(acc.code))
  for (const [k,v] of Object.entries(acc.storage ?? {})) await sm.putStorage(addr, hexToBytes(k), hexToBytes('0x'+BigInt(v).toString(16).padStart(BigInt(v).toString(16).length+1&~1,'0')))
}
await sm.flush()
const vm = await createVM({common, stateManager: sm})
const e = s.env
const block = createBlock({header:{number:e.number,timestamp:e.timestamp,gasLimit:e.gasLimit,baseFeePerGas:e.baseFeePerGas,coinbase:e.coinbase,mixHash:e.prevRandao,parentHash:e.parentHash,excessBlobGas:e.excessBlobGas,parentBeaconBlockRoot:e.parentBeaconBlockRoot}},{common,skipConsensusFormatValidation:true})
const stat = {}; let total=0n, t0=Date.now()
for (const t of s.transactions) {
  const fields = {...t, gasLimit: t.gas, data: t.input}; delete fields.gas; delete fields.input
  const tx = createTx(fields, {common}).sign(hexToBytes(t.secretKey))
  const r = await runTx(vm, {tx, block, skipBlockGasLimitValidation: true})
  for (const l of r.execResult.logs ?? []) { if (bytesToHex(l[0]).startsWith('0xe8c4') && l[1].length===3 && l[2].length===64) { const sold = BigInt(bytesToHex(l[2].slice(0,32))); const b=BigInt(bytesToHex(l[2].slice(32))); const hop = r.execResult.logs.indexOf(l) < 2 ? 1 : 2; const amt = hop===1? BigInt('0x'+t.input.slice(74,138)) : 0n; const o = hop===2?'hop2': sold===amt?'full':sold===0n?'none':'partial '; stat['zz '+o] ??= {n:0,gas:0n,max:0n}; stat['zz '+o].n++ ; stat['zz '+o].gas += r.totalGasSpent} }
  const key = t.to.slice(0,6).match(/70ce|e8c4|5911|fac7/) ? t.to.slice(2,6) + t.input.slice(0,10) : 'plain'
  const k = key + (r.receipt.status ? ' ok' : ' FAIL ' + r.execResult.exceptionError?.error + ' ' + bytesToHex(r.execResult.returnValue).slice(0,10)) + (key.startsWith('70ce0x6a')? ' gas'+t.gas + ' logs' + r.execResult.logs?.length: '')
  const x = stat[k] ??= {n:0, gas:0n, max:0n}
  x.n++; x.gas += r.totalGasSpent; if (r.totalGasSpent > x.max) x.max = r.totalGasSpent; total += r.totalGasSpent
}
for (const k of Object.keys(stat).sort()) console.log(k, stat[k].n, 'mean', stat[k].gas/BigInt(stat[k].n), 'max', stat[k].max)
console.log('total', total, (Date.now()-t0)/1000, 's')
