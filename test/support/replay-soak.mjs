// node replay-soak.mjs <dist/index.js> <blocks>: prints the hash of the roots of a soak.
import { RootsHash, SOAK_ALLOC, soak } from './soak-chain.mjs'

const [, , dist, count] = process.argv
const { createEngine } = await import(dist)
const engine = await createEngine({ semantics: 'actor', workers: 1 })
await engine.loadGenesis(SOAK_ALLOC)
const roots = new RootsHash()
for await (const result of soak(engine, Number(count))) roots.add(result)
process.stdout.write(roots.digest())
await engine.dispose()
