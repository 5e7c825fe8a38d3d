// Every bench of the suite, in the order in which they run.
import { actors } from './macro/actors.mjs'
import { deadlines } from './macro/deadlines.mjs'
import { gigagas } from './macro/gigagas.mjs'
import { mainnet } from './macro/mainnet.mjs'
import { market } from './macro/market.mjs'
import { memory } from './macro/memory.mjs'
import { roots } from './macro/roots.mjs'
import { refusals } from './macro/refusals.mjs'
import { rounds } from './macro/rounds.mjs'
import { senders } from './macro/senders.mjs'
import { worst } from './macro/worst.mjs'
import { witness } from './macro/witness.mjs'
import { compute } from './micro/compute.mjs'
import { messages } from './micro/messages.mjs'
import { opcodes } from './micro/opcodes.mjs'
import { precompiles } from './micro/precompiles.mjs'
import { start } from './micro/start.mjs'

export const SUITE = [
  compute, opcodes, precompiles, messages, mainnet, gigagas, market, actors, rounds, roots, memory,
  start, senders, witness, refusals, worst, deadlines,
]
