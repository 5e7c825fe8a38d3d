// Every bench of the suite, in the order in which they run.
import { gigagas } from './macro/gigagas.mjs'
import { mainnet } from './macro/mainnet.mjs'
import { market } from './macro/market.mjs'
import { compute } from './micro/compute.mjs'

export const SUITE = [compute, mainnet, gigagas, market]
